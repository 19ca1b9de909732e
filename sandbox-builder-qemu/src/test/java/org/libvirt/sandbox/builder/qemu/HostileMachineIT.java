package org.libvirt.sandbox.builder.qemu;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.libvirt.sandbox.SandboxException;
import org.libvirt.sandbox.SandboxLostException;
import org.libvirt.sandbox.builder.LaunchRecord;
import org.libvirt.sandbox.config.InteractiveConfig;
import org.libvirt.sandbox.config.Kernel;
import org.libvirt.sandbox.console.SandboxChannel;
import org.libvirt.sandbox.contract.NativeSources;

/** Machines whose first process is an enemy's, at a real port: they cost their own channel only. */
@Timeout(300)
final class HostileMachineIT {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  @TempDir Path directory;

  private static BootFiles files;
  private Process qemu;

  @BeforeAll
  static void prepare(@TempDir Path temporary) throws Exception {
    HostKernel kernel = KernelPlaces.ofHost().findOrNewest(Kernel.running());
    InitrdConfig.Builder config =
        InitrdConfig.builder(kernel.release(), kernel.modules())
            .init(NativeSources.OF_MACHINES.compile(temporary.resolve("hostile"), "hostile.c"));
    GuestModules.of(kernel, List.of())
        .groups()
        .forEach((group, modules) -> config.addModules(group, modules.toArray(String[]::new)));
    files =
        new KernelCache(temporary.resolve("cache")).prepare(kernel, config.build(), progress -> {});
  }

  @AfterEach
  void endMachine() throws Exception {
    if (qemu != null) {
      qemu.destroyForcibly().waitFor();
    }
  }

  @Test
  void noise_is_no_greeting() throws Exception {
    try (SandboxChannel channel = channelTo("babble")) {
      assertThatThrownBy(() -> channel.awaitSupervisor(LIMIT))
          .isInstanceOf(SandboxLostException.class)
          .hasMessageContaining("broke the protocol");
    }
  }

  @Test
  void silence_lasts_as_long_as_the_caller_allows() throws Exception {
    try (SandboxChannel channel = channelTo("silence")) {
      assertThatThrownBy(() -> channel.awaitSupervisor(Duration.ofSeconds(10)))
          .isInstanceOf(SandboxLostException.class)
          .hasMessageContaining("did not connect within 10.0 s");
    }
  }

  @Test
  void a_flood_whose_answers_are_not_read_ends_the_channel() throws Exception {
    try (SandboxChannel channel = channelTo("flood")) {
      channel.awaitSupervisor(LIMIT);

      Optional<SandboxException> end = channel.ended().get(LIMIT.toSeconds(), SECONDS);

      assertThat(end.orElseThrow())
          .isInstanceOf(SandboxLostException.class)
          .hasMessageContaining("does not read what it is sent");
    }
  }

  @Test
  void an_end_inside_a_frame_is_a_loss() throws Exception {
    byte[] record =
        LaunchRecord.builder()
            .program(InteractiveConfig.builder().command("/bin/true").build(), "qemu")
            .build()
            .toByteArray();
    try (SandboxChannel channel = channelTo("half")) {
      assertThatThrownBy(
              () -> {
                channel.awaitSupervisor(LIMIT);
                channel.start(record, LIMIT);
              })
          .isInstanceOf(SandboxLostException.class);
      assertThat(channel.ended().get(LIMIT.toSeconds(), SECONDS)).isPresent();
    }
  }

  private SandboxChannel channelTo(String attack) throws IOException {
    Path socket = directory.resolve("port");
    qemu =
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
                "-device",
                "virtio-serial-pci",
                "-chardev",
                "socket,id=port,server=on,wait=off,path=" + socket,
                "-device",
                "virtserialport,chardev=port,nr=1,name=" + KernelCommandLine.PORT,
                "-kernel",
                files.kernel().toString(),
                "-initrd",
                files.initrd().file().toString(),
                "-append",
                "quiet panic=-1 reboot=t acpi=off -- virtio:"
                    + KernelCommandLine.PORT
                    + " "
                    + attack)
            .inheritIO()
            .start();
    await().atMost(LIMIT).until(() -> Files.exists(socket));
    return SandboxChannel.onPort(socket, Optional::empty);
  }
}
