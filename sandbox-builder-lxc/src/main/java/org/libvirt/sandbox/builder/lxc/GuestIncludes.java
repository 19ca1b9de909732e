package org.libvirt.sandbox.builder.lxc;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.libvirt.sandbox.InvalidSandboxException;
import org.libvirt.sandbox.builder.BuildRequest;
import org.libvirt.sandbox.builder.HostCopy;
import org.libvirt.sandbox.builder.LaunchRecord;
import org.libvirt.sandbox.builder.lxc.GuestPlaces.Kind;
import org.libvirt.sandbox.builder.lxc.GuestPlaces.NoPlaceException;
import org.libvirt.sandbox.builder.lxc.GuestPlaces.Place;
import org.libvirt.sandbox.config.Identity;
import org.libvirt.sandbox.config.Include;

/**
 * The includes of a config's mounts, copied. A fresh directory gets them here, on the host. For the
 * other mounts they wait in the config directory: the supervisor copies them into a file system in
 * memory, and lays them over what belongs to others, so that nothing of them is left there.
 */
final class GuestIncludes {
  /** A mount, whichever it is. */
  private static final Path MOUNT = Path.of("/");

  private final BuildRequest request;
  private final GuestPlaces places;
  private final LaunchRecord.Builder record;
  private int staged;

  private GuestIncludes(BuildRequest request, GuestPlaces places, LaunchRecord.Builder record) {
    this.request = request;
    this.places = places;
    this.record = record;
  }

  /** Copies the includes of all mounts, and tells the supervisor of those that are its to place. */
  static void copy(
      BuildRequest request,
      GuestPlaces places,
      List<GuestMount> mounts,
      LaunchRecord.Builder record) {
    GuestIncludes includes = new GuestIncludes(request, places, record);
    for (GuestMount mount : mounts) {
      for (Include include : mount.mount().includes()) {
        includes.copy(mount, include);
      }
      if (mount.isTemporary()) {
        refuseLinks(mount, mounts);
      }
    }
  }

  private void copy(GuestMount mount, Include include) {
    HostSource source = HostSource.of("include", include.source());
    source.requireCopyable();
    boolean wholeMount = below(MOUNT, include).equals(MOUNT);
    if (wholeMount && !source.isDirectory()) {
      throw new InvalidSandboxException(
          "include '%s' is a file and cannot stand for the whole mount at '%s'; name the file there"
              .formatted(include.source(), mount.mount().target()));
    }
    if (mount.isTemporary()) {
      copyIntoFresh(mount, include, source);
    } else {
      stage(mount, include, source);
    }
  }

  private void copyIntoFresh(GuestMount mount, Include include, HostSource source) {
    Path directory = Path.of(mount.filesystem().source().orElseThrow());
    Path copy = below(directory, include);
    linkAbove(directory, copy)
        .ifPresent(
            link -> {
              throw new InvalidSandboxException(
                  ("include '%s' cannot stand at '%s': '%s' is a symbolic link of an include"
                          + " before it; write the path without it")
                      .formatted(include.source(), include.destination(), link));
            });
    HostCopy.make(source.path(), copy, identity());
  }

  /**
   * Refuses a mount below a fresh directory if its target leads through a link that an include
   * brought there: libvirt would follow it, and make the target in what it leads to.
   */
  private static void refuseLinks(GuestMount fresh, List<GuestMount> mounts) {
    Path directory = Path.of(fresh.filesystem().source().orElseThrow());
    for (GuestMount mount : mounts) {
      Path target = Path.of(mount.target());
      if (mount.number() <= fresh.number() || !target.startsWith(fresh.target())) {
        continue;
      }
      Path below = directory.resolve(Path.of(fresh.target()).relativize(target));
      linkAbove(directory, below.resolve("end"))
          .ifPresent(
              link -> {
                throw new InvalidSandboxException(
                    ("mount target '%s' leads through '%s', a symbolic link that an include brings;"
                            + " write the path without it")
                        .formatted(mount.mount().target(), link));
              });
    }
  }

  /**
   * A symbolic link on the way from a fresh directory to a path in it. An include may have brought
   * one, made by whoever wrote its source: it means a path of the sandbox, not of the host.
   */
  private static Optional<Path> linkAbove(Path directory, Path path) {
    Path at = directory;
    for (Path name : directory.relativize(path)) {
      if (Files.isSymbolicLink(at)) {
        return Optional.of(directory.relativize(at));
      }
      at = at.resolve(name);
    }
    return Optional.empty();
  }

  private void stage(GuestMount mount, Include include, HostSource source) {
    String path = below(Path.of(mount.target()), include).toString();
    Place place = follow(path, include);
    if (place.mount() != mount.number()) {
      return; // a later mount covers the place, or a link leads elsewhere: nobody would see it
    }
    String name = String.valueOf(staged++);
    HostCopy.make(
        source.path(), request.state().secret("config/include").resolve(name), identity());
    String inGuest = ContainerBuilder.CONFIG + "/include/" + name;
    if (mount.isOwn()) {
      record.copy(inGuest, place.path(), identity().uid(), identity().gid());
      return;
    }
    new OneFileSystem(request.host(), places)
        .require("include '%s' for '%s'".formatted(include.source(), place.path()), place);
    requireRoom(mount, include, source, place);
    record.cover(inGuest, place.path(), identity().uid(), identity().gid());
  }

  private static void requireRoom(
      GuestMount mount, Include include, HostSource source, Place place) {
    boolean otherKind =
        source.isDirectory() ? place.kind() == Kind.FILE : place.kind() == Kind.DIRECTORY;
    if (otherKind) {
      throw new InvalidSandboxException(
          "include '%s' cannot stand at '%s': one is a file, the other a directory"
              .formatted(include.source(), place.path()));
    }
    if (place.kind() == Kind.MISSING && mount.isReadOnly()) {
      throw new InvalidSandboxException(
          "include '%s' cannot stand at '%s', which does not exist in a read-only mount; make it"
                  .formatted(include.source(), place.path())
              + " there, or mount it read-write");
    }
  }

  private Place follow(String path, Include include) {
    try {
      return places.follow(path);
    } catch (NoPlaceException e) {
      throw new InvalidSandboxException(
          "include '%s' cannot stand at '%s': %s".formatted(include.source(), path, e.getMessage()),
          e);
    }
  }

  private static Path below(Path directory, Include include) {
    Path path = directory;
    try {
      for (String name : include.destination().split("/", -1)) {
        if (!name.isEmpty() && !name.equals(".")) {
          path = path.resolve(name);
        }
      }
      return path;
    } catch (InvalidPathException e) {
      throw new InvalidSandboxException(
          "include destination '%s' has no name in this JVM's locale; set LANG to one of UTF-8"
              .formatted(include.destination()),
          e);
    }
  }

  private Identity identity() {
    return request.config().identity();
  }
}
