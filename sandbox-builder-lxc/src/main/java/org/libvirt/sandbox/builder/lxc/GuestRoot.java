package org.libvirt.sandbox.builder.lxc;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.libvirt.sandbox.InvalidSandboxException;
import org.libvirt.sandbox.builder.BuildRequest;
import org.libvirt.sandbox.builder.IoProblem;
import org.libvirt.sandbox.builder.OwnPlaces;
import org.libvirt.sandbox.config.GuestBindMount;
import org.libvirt.sandbox.config.HostBindMount;
import org.libvirt.sandbox.config.HostDirectoryRoot;
import org.libvirt.sandbox.config.HostImageMount;
import org.libvirt.sandbox.config.Mount;
import org.libvirt.sandbox.config.RamMount;
import org.libvirt.sandbox.config.SandboxConfig;
import org.libvirt.sandbox.domain.Filesystem;

/**
 * What a container has for its root directory: the config's root, read-only, or a mount at {@code
 * /} in its place.
 *
 * @param directory the directory of the host without symbolic links, as what is hidden in it is
 *     known by real paths; empty for an image
 * @param isMount whether it is a mount of the config, which stands among the others
 * @param filesystem what libvirt is told
 */
record GuestRoot(Optional<Path> directory, boolean isMount, Filesystem filesystem) {
  /** Where libvirt mounts file systems of its own, for which it makes no directories here. */
  private static final List<String> PLACES = List.of("dev", "proc", "sys");

  /** Whether a mount stands at the root directory. */
  static boolean isRoot(Mount mount) {
    return GuestPlaces.names(mount.target()).isEmpty();
  }

  /** The root of a request's config. */
  static GuestRoot of(BuildRequest request) {
    SandboxConfig config = request.config();
    List<Mount> mounts = config.mounts().stream().filter(GuestRoot::isRoot).toList();
    if (mounts.isEmpty()) {
      Path directory = checked((HostDirectoryRoot) config.root());
      Path found = request.libvirtPath().apply(directory);
      return new GuestRoot(Optional.of(directory), false, Filesystem.mount(found, "/").readOnly());
    }
    if (mounts.size() > 1) {
      throw new InvalidSandboxException(
          "%d mounts have the target '/'; keep the one that is the root".formatted(mounts.size()));
    }
    return of(request, mounts.get(0));
  }

  private static GuestRoot of(BuildRequest request, Mount mount) {
    if (!mount.includes().isEmpty()) {
      throw new InvalidSandboxException(
          "the mount at '/' has includes; add a mount below it for them");
    }
    if (mount instanceof HostBindMount bind && !bind.isTemporary()) {
      HostSource source = HostSource.of("host-bind", bind.source());
      OwnPlaces.refuseSource(bind, source.path(), request.host());
      if (!source.isDirectory()) {
        throw new InvalidSandboxException(
            "host-bind source '%s' is no directory, which the root must be; give one that is"
                .formatted(bind.source()));
      }
      Path found = request.libvirtPath().apply(source.path());
      return mounted(mount, found, Optional.of(source.path()));
    }
    if (mount instanceof HostImageMount image) {
      HostSource source = HostSource.of("host-image", image.source());
      return mounted(mount, source.image(request, image.format()), Optional.empty());
    }
    throw new InvalidSandboxException(
        "a %s cannot be the root of a sandbox; mount a directory or an image at '/'"
            .formatted(kind(mount)));
  }

  private static GuestRoot mounted(Mount mount, Path found, Optional<Path> directory) {
    return new GuestRoot(directory, true, GuestMount.filesystem(mount, found, "/"));
  }

  private static String kind(Mount mount) {
    if (mount instanceof RamMount) {
      return "ram mount";
    }
    return mount instanceof GuestBindMount ? "guest-bind" : "fresh directory";
  }

  private static Path checked(HostDirectoryRoot root) {
    Path directory = root.directory();
    if (!Files.isDirectory(directory)) {
      throw new InvalidSandboxException(
          "root '" + directory + "' is no directory on this host; give one that is");
    }
    for (String place : PLACES) {
      if (!Files.isDirectory(directory.resolve(place))) {
        throw new InvalidSandboxException(
            "root '%s' has no directory '%s', where the sandbox gets its own; make one there"
                .formatted(directory, place));
      }
    }
    try {
      return directory.toRealPath();
    } catch (IOException e) {
      throw new InvalidSandboxException(
          "root '%s' cannot be reached: %s; give one that can"
              .formatted(directory, IoProblem.words(e)),
          e);
    }
  }
}
