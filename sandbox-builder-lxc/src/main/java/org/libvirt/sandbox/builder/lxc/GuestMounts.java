package org.libvirt.sandbox.builder.lxc;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.libvirt.sandbox.InvalidSandboxException;
import org.libvirt.sandbox.builder.BuildRequest;
import org.libvirt.sandbox.builder.HostCopy;
import org.libvirt.sandbox.builder.HostMount;
import org.libvirt.sandbox.builder.LaunchRecord;
import org.libvirt.sandbox.builder.LaunchRecord.MountFlag;
import org.libvirt.sandbox.builder.OwnPlaces;
import org.libvirt.sandbox.builder.lxc.GuestPlaces.Content;
import org.libvirt.sandbox.builder.lxc.GuestPlaces.Kind;
import org.libvirt.sandbox.builder.lxc.GuestPlaces.NoPlaceException;
import org.libvirt.sandbox.builder.lxc.GuestPlaces.Place;
import org.libvirt.sandbox.config.GuestBindMount;
import org.libvirt.sandbox.config.HostBindMount;
import org.libvirt.sandbox.config.HostImageMount;
import org.libvirt.sandbox.config.Mount;
import org.libvirt.sandbox.config.RamMount;
import org.libvirt.sandbox.domain.Filesystem;

/**
 * The mounts of a config in a container. What is wrong with one is said before libvirt is asked,
 * and nothing is made on the host but in the sandbox's state directory: libvirt would make missing
 * targets wherever it can write.
 */
final class GuestMounts {
  /** The source of what has none on the host. */
  private static final Path NOWHERE = Path.of("/");

  private final BuildRequest request;
  private final GuestPlaces places;
  private final OneFileSystem oneFileSystem;
  private final List<GuestMount> mounts = new ArrayList<>();

  private GuestMounts(BuildRequest request, GuestPlaces places) {
    this.request = request;
    this.places = places;
    this.oneFileSystem = new OneFileSystem(request.host(), places);
  }

  /** Plans the mounts of a request's config, but not its root's. */
  static GuestMounts of(BuildRequest request, GuestPlaces places) {
    GuestMounts mounts = new GuestMounts(request, places);
    for (Mount mount : request.config().mounts()) {
      if (!GuestRoot.isRoot(mount)) {
        mounts.add(mount);
      }
    }
    return mounts;
  }

  List<GuestMount> all() {
    return List.copyOf(mounts);
  }

  private void add(Mount mount) {
    Place place = follow("target", mount.target());
    refuseTaken(mount, place);
    oneFileSystem.require("mount target '%s'".formatted(mount.target()), place);
    if (mount instanceof HostBindMount bind && bind.isTemporary()) {
      addTemporary(bind, place);
    } else if (mount instanceof HostBindMount bind) {
      addBind(bind, place);
    } else if (mount instanceof HostImageMount image) {
      addImage(image, place);
    } else if (mount instanceof GuestBindMount bind) {
      addGuestBind(bind, place);
    } else if (mount instanceof RamMount ram) {
      addRam(ram, place);
    }
  }

  private void addRam(RamMount ram, Place place) {
    requireDirectory(ram, place);
    int number = places.mountOwn(place.path());
    Filesystem filesystem = GuestMount.filesystem(ram, NOWHERE, place.path());
    mounts.add(new GuestMount(ram, number, place.path(), Optional.empty(), filesystem));
  }

  private void addTemporary(HostBindMount bind, Place place) {
    requireDirectory(bind, place);
    Path directory = request.state().secret("temporary").resolve(String.valueOf(mounts.size()));
    HostCopy.makeDirectory(directory, request.config().identity());
    int number = places.mountOwn(place.path());
    Filesystem filesystem = GuestMount.filesystem(bind, directory, place.path());
    mounts.add(new GuestMount(bind, number, place.path(), Optional.empty(), filesystem));
  }

  private void addBind(HostBindMount bind, Place place) {
    HostSource source = HostSource.of("host-bind", bind.source());
    OwnPlaces.refuseSource(bind, source.path(), request.host());
    if (source.isDirectory()) {
      requireDirectory(bind, place);
    } else {
      requireFile(bind, place);
    }
    Content content = source.isDirectory() ? Content.HOST_DIRECTORY : Content.HOST_FILE;
    int number = places.mount(place.path(), content, source.path());
    Path found = request.libvirtPath().apply(source.path());
    Filesystem filesystem = GuestMount.filesystem(bind, found, place.path());
    mounts.add(new GuestMount(bind, number, place.path(), Optional.of(source.path()), filesystem));
  }

  private void addImage(HostImageMount image, Place place) {
    HostSource source = HostSource.of("host-image", image.source());
    Path found = source.image(request, image.format());
    requireDirectory(image, place);
    int number = places.mount(place.path(), Content.UNKNOWN, source.path());
    Filesystem filesystem = GuestMount.filesystem(image, found, place.path());
    mounts.add(new GuestMount(image, number, place.path(), Optional.empty(), filesystem));
  }

  private void addGuestBind(GuestBindMount bind, Place place) {
    if (!bind.source().startsWith("/")) {
      throw new InvalidSandboxException(
          "guest-bind source '%s' is not absolute; write '/%s'"
              .formatted(bind.source(), bind.source()));
    }
    Place source = follow("source", bind.source());
    OwnPlaces.refuseSource(bind, source.path());
    if (source.kind() == Kind.MISSING) {
      throw new InvalidSandboxException(
          ("guest-bind source '%s' does not exist in the sandbox; name what the root, or a mount"
                  + " before it, has")
              .formatted(bind.source()));
    }
    refuseHidden(bind, source);
    oneFileSystem.require("guest-bind source '%s'".formatted(bind.source()), source);
    if (source.kind() == Kind.FILE) {
      requireFile(bind, place);
    } else {
      requireDirectory(bind, place);
    }
    int number = places.bind(place.path(), source);
    GuestBindMount followed = GuestBindMount.of(bind.target(), source.path());
    Filesystem filesystem = GuestMount.filesystem(followed, NOWHERE, place.path());
    mounts.add(new GuestMount(bind, number, place.path(), source.onHost(), filesystem));
  }

  /** Libvirt would bind what the supervisor covers only later. */
  private void refuseHidden(GuestBindMount bind, Place source) {
    source.onHost().ifPresent(path -> HostSource.refuseHidden("guest-bind", bind.source(), path));
    Path origin = places.sourceOf(places.originOf(source.mount()));
    boolean hidden =
        source
            .onHost()
            .filter(onHost -> GuestTree.hidden(request.host(), origin).anyMatch(onHost::startsWith))
            .isPresent();
    if (hidden) {
      throw new InvalidSandboxException(
          "guest-bind source '%s' is hidden from sandboxes; bind it from the host"
              .formatted(bind.source()));
    }
  }

  private Place follow(String what, String path) {
    try {
      return places.follow(path);
    } catch (NoPlaceException e) {
      throw new InvalidSandboxException(
          "mount %s '%s' cannot be had: %s".formatted(what, path, e.getMessage()), e);
    }
  }

  private static void refuseTaken(Mount mount, Place place) {
    if (place.path().equals("/")) {
      throw new InvalidSandboxException(
          "mount target '%s' leads to '/'; write '/' for the root".formatted(mount.target()));
    }
    OwnPlaces.refuse(mount, place.path());
  }

  private void requireDirectory(Mount mount, Place place) {
    if (place.kind() == Kind.FILE) {
      throw new InvalidSandboxException(
          "mount target '%s' is no directory, but what is mounted there is; choose a directory"
              .formatted(mount.target()));
    }
    requirePlace(mount, place, "mkdir -p");
  }

  private void requireFile(Mount mount, Place place) {
    if (place.kind() == Kind.DIRECTORY) {
      throw new InvalidSandboxException(
          "mount target '%s' is a directory, but what is mounted there is a file; choose a file"
              .formatted(mount.target()));
    }
    requirePlace(mount, place, "touch");
    if (place.kind() == Kind.MISSING && !isDirectory(parentOf(place))) {
      throw new InvalidSandboxException(
          "mount target '%s' is to be a file, whose directory does not exist; mount it at '/tmp/%s'"
                  .formatted(mount.target(), nameOf(place))
              + ", or its directory in its place");
    }
  }

  private boolean isDirectory(String path) {
    return follow("target", path).kind() == Kind.DIRECTORY;
  }

  private static String parentOf(Place place) {
    return place.path().substring(0, Math.max(1, place.path().lastIndexOf('/')));
  }

  private static String nameOf(Place place) {
    return place.path().substring(place.path().lastIndexOf('/') + 1);
  }

  private void requirePlace(Mount mount, Place place, String command) {
    if (place.kind() == Kind.MISSING && place.content() != Content.OWN) {
      throw new InvalidSandboxException(
          "mount target '%s' does not exist, and nothing is made on the host; run '%s %s' there,"
                  .formatted(mount.target(), command, place.onHost().map(Path::toString).orElse(""))
              + " or first mount ram or an empty host-bind above it");
    }
  }

  /** Puts back the flags that a mount of the host has, and those that keep the host safe. */
  void describe(LaunchRecord.Builder record) {
    for (GuestMount mount : mounts) {
      if (places.mountAt(mount.target()) == mount.number()) {
        record.mountFlags(Path.of(mount.target()), flags(mount));
      }
    }
  }

  private Set<MountFlag> flags(GuestMount mount) {
    Set<MountFlag> flags = EnumSet.of(MountFlag.NOSUID, MountFlag.NODEV, MountFlag.REQUIRED);
    if (mount.isReadOnly()) {
      flags.add(MountFlag.READ_ONLY);
    }
    boolean noexec =
        mount.source().flatMap(request.host()::mountOf).map(HostMount::flags).stream()
            .anyMatch(given -> given.contains("noexec"));
    if (noexec) {
      flags.add(MountFlag.NOEXEC);
    }
    return flags;
  }
}
