package org.libvirt.sandbox.builder.qemu;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.libvirt.sandbox.config.Kernel;
import org.libvirt.sandbox.contract.NativeSources;

/** Machines of this host's newest kernel, booted by QEMU alone. */
@Timeout(300)
final class BootIT {
  private static final List<String> GROUPS =
      List.of("9p", "virtiofs", "network", "disk", "ext4", "vfat", "xfs", "btrfs", "overlay");

  private static HostKernel kernel;
  private static BootFiles files;

  @BeforeAll
  static void prepare(@TempDir Path temporary) throws Exception {
    kernel = KernelPlaces.ofHost().findOrNewest(Kernel.running());
    InitrdConfig.Builder config =
        InitrdConfig.builder(kernel.release(), kernel.modules())
            .init(NativeSources.OF_MACHINES.compile(temporary.resolve("load"), "load.c"));
    GuestModules.of(kernel, GROUPS)
        .groups()
        .forEach((group, modules) -> config.addModules(group, modules.toArray(String[]::new)));
    files =
        new KernelCache(temporary.resolve("cache")).prepare(kernel, config.build(), progress -> {});
  }

  @Test
  void the_unpacked_kernel_boots_and_loads_the_modules_of_the_groups_asked_for() throws Exception {
    List<String> said = boot(files.kernel(), "9p,virtiofs,network,disk,ext4,vfat");

    assertThat(said)
        .containsSubsequence(loaded("base", "9p", "virtiofs", "network", "disk"))
        .contains("file system: 9p", "file system: virtiofs", "file system: ext4")
        .contains("file system: vfat", "done")
        .doesNotContain("file system: xfs", "file system: btrfs")
        .noneMatch(line -> line.startsWith("failed"));
  }

  @Test
  void the_other_file_systems_load_too() throws Exception {
    List<String> said = boot(files.kernel(), "xfs,btrfs,overlay");

    assertThat(said)
        .contains("file system: xfs", "file system: btrfs", "file system: overlay", "done")
        .doesNotContain("file system: 9p")
        .noneMatch(line -> line.startsWith("failed"));
  }

  @Test
  void the_kernel_as_it_was_installed_boots_with_the_same_ram_disk() throws Exception {
    List<String> said = boot(kernel.image(), "");

    assertThat(said).containsSubsequence(loaded("base")).contains("done");
  }

  private static List<String> loaded(String... groups) {
    List<String> lines = new ArrayList<>();
    for (String group : groups) {
      files.initrd().files(group).forEach(file -> lines.add("loaded: " + file));
    }
    return lines;
  }

  /** What a machine says on its console, without the carriage returns of a serial line. */
  private static List<String> boot(Path kernel, Path initrd, String groups)
      throws IOException, InterruptedException {
    Process qemu =
        new ProcessBuilder(
                "qemu-system-x86_64",
                "-machine",
                "pc,accel=tcg",
                "-cpu",
                "max",
                "-m",
                "256",
                "-nodefaults",
                "-no-user-config",
                "-no-reboot",
                "-display",
                "none",
                "-serial",
                "stdio",
                "-kernel",
                kernel.toString(),
                "-initrd",
                initrd.toString(),
                "-append",
                "console=ttyS0 quiet panic=-1 reboot=t acpi=off -- carrier " + groups)
            .redirectErrorStream(true)
            .start();
    try (var out = qemu.inputReader()) {
      qemu.getOutputStream().close();
      List<String> said = out.lines().map(String::strip).toList();
      assertThat(qemu.waitFor(60, TimeUnit.SECONDS)).isTrue();
      return said;
    } finally {
      qemu.destroyForcibly();
    }
  }

  private static List<String> boot(Path image, String groups)
      throws IOException, InterruptedException {
    return boot(image, files.initrd().file(), groups);
  }
}
