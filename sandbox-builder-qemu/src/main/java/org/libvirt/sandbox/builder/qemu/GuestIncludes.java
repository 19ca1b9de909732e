package org.libvirt.sandbox.builder.qemu;

import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.libvirt.sandbox.InvalidSandboxException;
import org.libvirt.sandbox.builder.BuildRequest;
import org.libvirt.sandbox.builder.HostCopy;
import org.libvirt.sandbox.builder.HostServer;
import org.libvirt.sandbox.builder.LaunchRecord;
import org.libvirt.sandbox.config.HostBindMount;
import org.libvirt.sandbox.config.Include;
import org.libvirt.sandbox.config.Mount;
import org.libvirt.sandbox.config.RamMount;

/**
 * The includes of a config's mounts. A fresh directory gets its copies here, on the host. Those of
 * other mounts wait in the config directory, and the supervisor puts them into the machine's
 * memory, over what is in the mount.
 */
final class GuestIncludes {
  /** Where the machine sees the config directory. */
  static final String STORE = "/dev/sandbox";

  private static final String STAGED = "include";

  private final BuildRequest request;
  private final HostPlaces places;
  private final List<Consumer<LaunchRecord.Builder>> items = new ArrayList<>();

  GuestIncludes(BuildRequest request) {
    this.request = request;
    this.places = new HostPlaces(request);
  }

  boolean isEmpty() {
    return items.isEmpty();
  }

  /** Copies an include of a mount that is not a fresh directory. */
  void add(Mount mount, Include include) {
    HostPath source = source(include);
    GuestPath below = GuestPath.of(include.destination());
    if (below.isRoot() && !Files.isDirectory(source.path())) {
      throw new InvalidSandboxException(
          "include '%s' is a file and cannot stand for the whole mount at '%s'; name the file there"
              .formatted(include.source(), mount.target()));
    }
    String name = String.valueOf(items.size());
    HostCopy.make(source.path(), staged().resolve(name), request.config().identity());
    String staged = STORE + "/" + STAGED + "/" + name;
    String target = GuestPath.of(mount.target() + "/" + below).toString();
    long uid = request.config().identity().uid();
    long gid = request.config().identity().gid();
    if (mount instanceof RamMount) {
      items.add(record -> record.copy(staged, target, uid, gid));
      return;
    }
    if (mount instanceof HostBindMount bind) {
      requirePlace(bind, below, source.path(), include);
    }
    items.add(record -> record.cover(staged, target, uid, gid));
  }

  private Path staged() {
    return request.state().secret("config/" + STAGED);
  }

  /** Gives the copies that wait to QEMU's user. */
  void giveTo(MappedFiles mapping) {
    mapping.map(staged());
  }

  /** Holds a place for what stands over something, where nothing is. */
  private void requirePlace(HostBindMount bind, GuestPath below, Path content, Include include) {
    Path directory = HostPath.of("host-bind", bind.source()).path();
    if (bind.readOnly() && Files.notExists(Path.of(directory + below.toString()))) {
      throw new InvalidSandboxException(
          "include '%s' for '%s%s' has nothing to stand over in a read-only mount; make '%s%3$s', or let the mount be written to"
              .formatted(include.source(), bind.target(), below, directory));
    }
    places.add(directory, below, content);
  }

  /** What makes what copies stand over on this host; nothing where all is there. */
  Optional<HostServer> places() {
    return places.server();
  }

  /** Copies an include into a fresh directory of the host. */
  void copyInto(Path directory, Include include) {
    Path copy = directory;
    for (String name : GuestPath.of(include.destination()).names()) {
      if (Files.isSymbolicLink(copy)) {
        throw new InvalidSandboxException(
            ("include '%s' cannot stand at '%s': '%s' is a symbolic link of an include before it;"
                    + " write the path without it")
                .formatted(
                    include.source(), include.destination(), "/" + directory.relativize(copy)));
      }
      copy = copy.resolve(name);
    }
    HostCopy.make(source(include).path(), copy, request.config().identity());
  }

  private static HostPath source(Include include) {
    HostPath source = HostPath.of("include", include.source());
    if (!Files.isDirectory(source.path())
        && !Files.isRegularFile(source.path(), LinkOption.NOFOLLOW_LINKS)) {
      throw new InvalidSandboxException(
          "include source '%s' is neither a file nor a directory; give one of these"
              .formatted(include.source()));
    }
    return source;
  }

  /** Tells the supervisor of those that are its to place. */
  void describe(LaunchRecord.Builder record) {
    items.forEach(item -> item.accept(record));
  }
}
