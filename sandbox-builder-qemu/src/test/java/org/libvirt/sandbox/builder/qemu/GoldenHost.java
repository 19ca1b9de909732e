package org.libvirt.sandbox.builder.qemu;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.libvirt.sandbox.config.Disk;
import org.libvirt.sandbox.config.HostBindMount;
import org.libvirt.sandbox.config.HostDirectoryRoot;
import org.libvirt.sandbox.config.HostImageMount;
import org.libvirt.sandbox.config.Include;
import org.libvirt.sandbox.config.Mount;
import org.libvirt.sandbox.config.SandboxConfig;

/**
 * The host of a config of the original, whose files this host has not: each path that the config
 * names is below a directory of its own, and libvirt is told of it without that.
 */
final class GoldenHost {
  private static final Pattern GROUP = Pattern.compile("\\[(\\w+(?:\\.\\d+)?).*]");

  /** Not a network's source, and not an empty one. */
  private static final Pattern PATH = Pattern.compile("(source=|src=|root=)(/.*)");

  private final Path directory;

  /**
   * A host without files.
   *
   * @param directory an empty directory
   */
  GoldenHost(Path directory) {
    this.directory = directory;
  }

  /** Returns a config whose files are there. */
  SandboxConfig load(GoldenConfig golden) {
    SandboxConfig config = golden.load(this::moved);
    make(((HostDirectoryRoot) config.root()).directory());
    config.disks().stream().map(Disk::source).map(Path::of).forEach(GoldenHost::makeFile);
    config.mounts().forEach(GoldenHost::makeSource);
    return config;
  }

  /** The same path may be a directory to one mount and an image to another. */
  private String moved(String config) {
    String[] group = {""};
    return config
        .lines()
        .map(
            line -> {
              var begin = GROUP.matcher(line);
              group[0] = begin.matches() ? begin.group(1) : group[0];
              return PATH.matcher(line).replaceFirst("$1" + directory + "/" + group[0] + "$2");
            })
        .collect(Collectors.joining("\n", "", "\n"));
  }

  private static void makeSource(Mount mount) {
    if (mount instanceof HostImageMount image) {
      makeFile(Path.of(image.source()));
    } else if (mount instanceof HostBindMount bind && !bind.isTemporary()) {
      make(Path.of(bind.source()));
      mount.includes().forEach(include -> makeFile(Path.of(bind.source() + include.destination())));
    }
    mount.includes().stream().map(Include::source).map(Path::of).forEach(GoldenHost::makeFile);
  }

  private static void make(Path place) {
    try {
      Files.createDirectories(place);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void makeFile(Path file) {
    make(file.getParent());
    try {
      Files.write(file, List.of());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What libvirt is told of a path of the config. */
  Path seenByLibvirt(Path path) {
    Path below = directory.relativize(path);
    return below.getNameCount() == 1
        ? Path.of("/")
        : Path.of("/").resolve(below.subpath(1, below.getNameCount()));
  }
}
