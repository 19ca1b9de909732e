package org.libvirt.sandbox.examples;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.libvirt.sandbox.builder.qemu.InitrdBuilder;
import org.libvirt.sandbox.builder.qemu.InitrdConfig;
import org.libvirt.sandbox.contract.NativeSources;

/**
 * A machine of this host's files, which it can only read, and of a kernel of this host, whose
 * cgroups are of version 2 alone. QEMU runs it without libvirt.
 */
final class UnifiedCgroupsMachine {
  private static final Path MODULES = Path.of("/lib/modules");

  private final Path directory;
  private final String release;

  private UnifiedCgroupsMachine(Path directory, String release) {
    this.directory = directory;
    this.release = release;
  }

  /** One of the newest kernel that can have this host's files as its root. */
  static UnifiedCgroupsMachine in(Path directory) throws IOException {
    try (Stream<Path> releases = Files.list(MODULES)) {
      String newest =
          releases
              .filter(modules -> Files.isDirectory(modules.resolve("kernel/fs/9p")))
              .map(modules -> modules.getFileName().toString())
              .filter(release -> Files.exists(kernel(release)))
              .max(Comparator.naturalOrder())
              .orElseThrow(() -> new IOException("no kernel of this host has 9p"));
      return new UnifiedCgroupsMachine(directory, newest);
    }
  }

  private static Path kernel(String release) {
    return Path.of("/boot/vmlinuz-" + release);
  }

  /** Runs a main class of this class path in it, and gives what it said. */
  List<String> run(Class<?> main, long minutes) throws IOException, InterruptedException {
    Path script =
        Files.writeString(
            directory.resolve("script"),
            "ip link set lo up\nexec '%s' %s -cp '%s' %s\n"
                .formatted(
                    Path.of(System.getProperty("java.home"), "bin", "java"),
                    "-XX:+UseSerialGC -XX:TieredStopAtLevel=1 -XX:-UsePerfData"
                        + " -Djava.io.tmpdir=/run -Djna.tmpdir=/run",
                    System.getProperty("java.class.path"),
                    main.getName()));
    Path said = directory.resolve("said");
    Process qemu =
        new ProcessBuilder(command(initrd(), script))
            .redirectErrorStream(true)
            .redirectOutput(said.toFile())
            .start();
    try {
      qemu.getOutputStream().close();
      if (!qemu.waitFor(minutes, TimeUnit.MINUTES)) {
        throw new IOException("the machine does not end; it said: " + Files.readString(said));
      }
      return Files.readAllLines(said, StandardCharsets.ISO_8859_1).stream()
          .map(String::strip)
          .toList();
    } finally {
      qemu.destroyForcibly();
    }
  }

  private List<String> command(Path initrd, Path script) {
    return List.of(
        "qemu-system-x86_64",
        "-machine",
        "q35,accel=tcg",
        "-cpu",
        "max",
        "-m",
        "2048",
        "-smp",
        "2",
        "-nodefaults",
        "-no-user-config",
        "-no-reboot",
        "-display",
        "none",
        "-serial",
        "stdio",
        "-fsdev",
        "local,id=root,path=/,security_model=none,multidevs=remap,readonly=on",
        "-device",
        "virtio-9p-pci,fsdev=root,mount_tag=root",
        "-kernel",
        kernel(release).toString(),
        "-initrd",
        initrd.toString(),
        "-append",
        "console=ttyS0 loglevel=1 panic=-1 cgroup_no_v1=all -- " + script);
  }

  private Path initrd() throws IOException, InterruptedException {
    return new InitrdBuilder(
            InitrdConfig.builder(release, MODULES.resolve(release))
                .init(NativeSources.OF_MACHINES.compile(directory.resolve("init"), "unified.c"))
                .addModule("virtio_pci")
                .addModules("files", "9pnet_virtio", "9p", "fuse")
                .build())
        .build(directory.resolve("initrd"))
        .file();
  }
}
