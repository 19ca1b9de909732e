package org.libvirt.sandbox.builder;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Sockets under all names that these mounts show them by.
 *
 * <p>What one costs is limited, as tens of thousands are looked for: each directory is looked up
 * once, and once it was listed nothing in it is looked up again.
 */
final class FoundSockets {
  private static final int FILE_TYPE = 0170000;
  private static final int SOCKET = 0140000;

  /** How many line feeds in a name are followed. */
  private static final int MOST_LINES = 8;

  private final List<HostMount> mounts;
  private final SearchTime time;
  private final Set<Path> found = new LinkedHashSet<>();

  /** Where the directories of names lie, by their names; empty: they are not on this host. */
  private final Map<String, Optional<Path>> directories = new HashMap<>();

  /** Directories all of whose sockets have been added, with what {@link #addAllOf} says. */
  private final Map<Path, Set<String>> listed = new HashMap<>();

  FoundSockets(List<HostMount> mounts, SearchTime time) {
    this.mounts = mounts;
    this.time = time;
  }

  Set<Path> all() {
    return Collections.unmodifiableSet(found);
  }

  /**
   * Adds the socket of this absolute name, or all of its directory if there is none of the name.
   *
   * @return false if there is no such directory
   */
  boolean add(SocketName name) {
    Optional<Path> directory = find(name.directory());
    if (directory.isEmpty()) {
      return false;
    }
    if (!listed.containsKey(directory.get()) && add(name.text()) && name.ends()) {
      return true;
    }
    if (addAllOf(directory.get()).contains(name.last())) {
      addLonger(name);
    }
    return true;
  }

  /**
   * Adds the sockets of these names, or all of their directory if one of them is none. A directory
   * that is not there costs a look.
   *
   * @param directory its absolute name, with a slash at its end
   */
  void addAt(String directory, Collection<String> names) {
    Optional<Path> real = find(directory);
    if (real.isEmpty() || listed.containsKey(real.get())) {
      return;
    }
    long count = 0;
    for (String name : names) {
      time.check(++count, "names of sockets in", real.get());
      if (!add(directory + name)) {
        addAllOf(real.get());
        return;
      }
    }
  }

  /** Where a directory of this name lies; empty if there is none. */
  Optional<Path> find(String directory) {
    return directories.computeIfAbsent(directory, FoundSockets::real);
  }

  private static Optional<Path> real(String directory) {
    try {
      return Optional.of(RawPath.of(directory).toRealPath());
    } catch (IOException e) {
      return Optional.empty(); // gone, or of another root or mount namespace
    }
  }

  private void addLonger(SocketName name) {
    StringBuilder whole = new StringBuilder(name.text());
    List<String> following = name.following();
    for (String line : following.subList(0, Math.min(MOST_LINES, following.size()))) {
      if (add(whole.append('\n').append(line).toString())) {
        return;
      }
    }
  }

  /** Adds a socket under all its names; false if the name leads to no socket. */
  private boolean add(String name) {
    try {
      Path path = RawPath.of(name).toRealPath();
      if (!isSocket(path)) {
        return false;
      }
      if (found.add(path)) {
        addAliases(path);
      }
      return true;
    } catch (IOException e) {
      return false; // bound once and unlinked since: nobody can reach it by this name
    }
  }

  /**
   * Adds all sockets of a directory.
   *
   * @return the first lines of those names in it that have more than one
   */
  private Set<String> addAllOf(Path directory) {
    Set<String> known = listed.get(directory);
    if (known != null) {
      return known;
    }
    Set<String> firstLines = new HashSet<>();
    listed.put(directory, firstLines);
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
      long count = 0;
      for (Path entry : entries) {
        time.check(++count, "files in", directory);
        if (isSocket(entry) && found.add(entry)) {
          addAliases(entry);
        }
        firstLineOf(entry).ifPresent(firstLines::add);
      }
    } catch (IOException | DirectoryIteratorException e) {
      System.getLogger("org.libvirt.sandbox")
          .log(System.Logger.Level.DEBUG, "{0} went away while its sockets were read", directory);
    }
    return firstLines;
  }

  private static Optional<String> firstLineOf(Path entry) {
    if (entry.toString().indexOf('\n') < 0) {
      return Optional.empty();
    }
    String path = RawPath.toLatin1(entry);
    String name = path.substring(path.lastIndexOf('/') + 1);
    int end = name.indexOf('\n');
    return end < 0 ? Optional.empty() : Optional.of(name.substring(0, end));
  }

  private void addAliases(Path path) {
    HostMount.holding(mounts, path).stream()
        .flatMap(mount -> mount.aliases(mounts, path).stream())
        .filter(FoundSockets::isSocket)
        .forEach(found::add);
  }

  private static boolean isSocket(Path path) {
    try {
      int mode = (int) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS);
      return (mode & FILE_TYPE) == SOCKET;
    } catch (IOException e) {
      return false; // hidden by another mount
    }
  }
}
