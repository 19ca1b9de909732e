package org.libvirt.sandbox.builder;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The search for what the names of one network namespace mean to processes with another root,
 * working directory or mount namespace than this one's.
 *
 * <p>Who of them holds which socket is not asked: a sandbox can have thousands of processes that
 * hold thousands each, but they have few roots. What a name happens to mean to another process than
 * the one that gave it is a socket as well.
 */
final class SocketSearch {
  private final SocketNames names;
  private final FoundSockets found;
  private final MountPoints mounts;
  private final Optional<Path> ownNamespace;
  private final SearchTime time;
  private final Map<Place, ForeignMounts> foreign = new HashMap<>();
  private final Set<Place> searched = new HashSet<>();
  private final Set<Place> tried = new HashSet<>();
  private long places;

  /** A directory by a name that depends on something: a mount namespace, or what is looked for. */
  private record Place(String what, Path directory) {}

  /**
   * A search.
   *
   * @param mounts those of this process's namespace
   * @param ownNamespace the link to that namespace
   */
  SocketSearch(
      SocketNames names,
      FoundSockets found,
      MountPoints mounts,
      Optional<Path> ownNamespace,
      SearchTime time) {
    this.names = names;
    this.found = found;
    this.mounts = mounts;
    this.ownNamespace = ownNamespace;
    this.time = time;
    for (String directory : names.absolute().keySet()) {
      found.find(directory).ifPresent(own -> tried.add(new Place(directory, own)));
    }
  }

  /** Adds what the names mean to a process, unless that was found for another one like it. */
  void add(ProcessView view) {
    if (view.mountNamespace().equals(ownNamespace)) {
      if (names.someAreUnresolved()) {
        addOwn(view);
      }
    } else if (view.mountNamespace().isPresent() && view.root().isPresent()) {
      addForeign(view, view.mountNamespace().get().toString(), view.root().get());
    }
  }

  private void addOwn(ProcessView view) {
    Optional<Path> root = view.root().filter(path -> path.getParent() != null);
    if (root.isPresent() && searched.add(new Place("root", root.get()))) {
      String prefix = asPrefix(root.get());
      names.absolute().forEach((part, last) -> addAt(view, prefix + part.substring(1), last));
    }
    if (names.relative().isEmpty()) {
      return;
    }
    Optional<Path> directory = view.directory();
    if (directory.isPresent() && searched.add(new Place("directory", directory.get()))) {
      String prefix = asPrefix(directory.get());
      names.relative().forEach((part, last) -> addAt(view, prefix + part, last));
    }
  }

  private void addForeign(ProcessView view, String namespace, Path root) {
    ForeignMounts theirs = foreign.get(new Place(namespace, root));
    if (theirs == null) {
      try {
        theirs = ForeignMounts.read(view.process(), mounts);
      } catch (IOException e) {
        System.getLogger("org.libvirt.sandbox")
            .log(Level.DEBUG, "{0} ended before its mounts were read", view.process());
        return; // the next one like it is asked
      }
      foreign.put(new Place(namespace, root), theirs);
      if (theirs.areShared()) {
        addShown(view, theirs, "", names.absolute());
      }
    }
    if (theirs.areShared() && !names.relative().isEmpty()) {
      addForeignRelative(view, namespace, root, theirs);
    }
  }

  /** The kernel tells a directory from the namespace's root on, mounts from the process's. */
  private void addForeignRelative(
      ProcessView view, String namespace, Path root, ForeignMounts theirs) {
    view.directory()
        .filter(path -> path.startsWith(root))
        .map(path -> Path.of("/").resolve(root.relativize(path)))
        .filter(path -> searched.add(new Place(namespace + " " + root, path)))
        .filter(theirs::areSharedBelow)
        .ifPresent(path -> addShown(view, theirs, asPrefix(path), names.relative()));
  }

  /** Adds what of another mount namespace this one shows. */
  private void addShown(
      ProcessView view,
      ForeignMounts theirs,
      String prefix,
      Map<String, Collection<String>> parts) {
    parts.forEach(
        (part, last) -> {
          count(view);
          for (Path directory : theirs.namesOf(RawPath.of(prefix + part).normalize())) {
            if (tried.add(new Place(part, directory))) {
              found.addAt(asPrefix(directory), last);
            }
          }
        });
  }

  private void addAt(ProcessView view, String directory, Collection<String> last) {
    count(view);
    found.addAt(directory, last);
  }

  private void count(ProcessView view) {
    time.check(++places, "directories of sockets in the network of", view.process());
  }

  private static String asPrefix(Path directory) {
    String name = RawPath.toLatin1(directory);
    return name.endsWith("/") ? name : name + "/";
  }
}
