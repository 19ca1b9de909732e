package org.libvirt.sandbox.builder.qemu;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.libvirt.sandbox.EmbeddedLibvirt;
import org.libvirt.sandbox.ExitStatus;
import org.libvirt.sandbox.SandboxConnection;
import org.libvirt.sandbox.SandboxException;
import org.libvirt.sandbox.SandboxLostException;
import org.libvirt.sandbox.config.FileSharing;
import org.libvirt.sandbox.config.HostImageMount;
import org.libvirt.sandbox.config.ImageFormat;
import org.libvirt.sandbox.config.InteractiveConfig;
import org.libvirt.sandbox.config.Kernel;
import org.libvirt.sandbox.config.Resources;
import org.libvirt.sandbox.context.InteractiveContext;
import org.libvirt.sandbox.contract.Traces;

/** What a machine stands on dies or hangs, and its owner hears of it. */
@Timeout(300)
final class MachineFaultsIT {
  private static final Duration SOON = Duration.ofSeconds(60);

  /** More than the way to the fault takes on a busy host. */
  private static final Duration LIMIT = Duration.ofSeconds(20);

  @RegisterExtension static final Daemon DAEMON = new Daemon();

  @TempDir Path directory;

  private final UUID uuid = UUID.randomUUID();
  private final MachineTraces traces = new MachineTraces(uuid);

  @AfterEach
  void nothingIsLeft() {
    await().atMost(SOON).until(() -> traces.all(DAEMON.connection()), List::isEmpty);
  }

  private InteractiveConfig.Builder config(String... command) {
    return InteractiveConfig.builder().uuid(uuid).command(command);
  }

  @Test
  void qemu_killed_while_its_program_runs_is_a_loss() throws Exception {
    try (InteractiveContext sandbox = DAEMON.start(config("/bin/sleep", "1000").build())) {
      traces.qemu().destroyForcibly();

      assertThat(sandbox.console().exited().get(60, SECONDS))
          .isInstanceOfSatisfying(
              ExitStatus.Lost.class,
              lost -> assertThat(lost.cause()).isInstanceOf(SandboxLostException.class));
      assertThatThrownBy(() -> sandbox.console().stdout().read()).isInstanceOf(IOException.class);
    }
  }

  @Test
  void qemu_killed_before_the_init_has_come_fails_the_start() {
    try (StageHook hook =
        StageHook.at(uuid, "domain created", () -> traces.qemu().destroyForcibly())) {
      assertThatThrownBy(() -> DAEMON.start(config("/bin/true").build()))
          .isInstanceOf(SandboxLostException.class)
          .hasMessageContaining("the virtual machine ended");
    }
  }

  @Test
  void qemu_that_stands_still_before_the_init_has_come_fails_the_start_in_time() {
    try (StageHook hook =
        StageHook.at(uuid, "domain created", () -> MachineTraces.signal(traces.qemu(), "STOP"))) {
      assertThatThrownBy(
              () ->
                  InteractiveContext.start(DAEMON.connection(), config("/bin/true").build(), LIMIT))
          .isInstanceOf(SandboxLostException.class)
          .hasMessageContaining("supervisor did not connect within");
    }
  }

  @Test
  void qemu_that_stands_still_while_its_program_runs_can_be_closed() {
    InteractiveContext sandbox = DAEMON.start(config("/bin/sleep", "1000").build());
    MachineTraces.signal(traces.qemu(), "STOP");

    sandbox.close();

    assertThat(sandbox.console().exited().join()).isInstanceOf(ExitStatus.Lost.class);
  }

  @Test
  void virtiofsd_killed_while_a_program_runs_is_a_loss_that_names_it() throws Exception {
    InteractiveConfig config =
        config("/bin/sleep", "1000")
            .resources(Resources.standard().withSharing(FileSharing.VIRTIOFS))
            .build();
    try (InteractiveContext sandbox = DAEMON.start(config)) {
      traces.process("virtiofsd").destroyForcibly();

      assertThat(sandbox.console().exited().get(60, SECONDS))
          .isInstanceOfSatisfying(
              ExitStatus.Lost.class,
              lost -> assertThat(lost.cause()).hasMessageContaining("which serves its files"));
    }
  }

  @Test
  void libvirtd_killed_while_a_program_runs_is_nothing_to_it() throws Exception {
    try (EmbeddedLibvirt libvirt = EmbeddedLibvirt.startFor("qemu");
        SandboxConnection connection = SandboxConnection.open(libvirt.uri("qemu"));
        InteractiveContext sandbox =
            InteractiveContext.start(connection, config("/bin/cat").build())) {
      killLibvirtd(libvirt);

      sandbox.console().stdin().write("through\n".getBytes(UTF_8));
      sandbox.console().stdin().close();

      assertThat(sandbox.console().stdout().readAllBytes()).asString().isEqualTo("through\n");
      assertThat(sandbox.console().exited().get(60, SECONDS)).isEqualTo(new ExitStatus.Exited(0));
    }
  }

  @Test
  void libvirtd_killed_before_the_init_has_come_leaves_a_start_that_works_or_says_why() {
    try (EmbeddedLibvirt libvirt = EmbeddedLibvirt.startFor("qemu");
        SandboxConnection connection = SandboxConnection.open(libvirt.uri("qemu"));
        StageHook hook = StageHook.at(uuid, "domain created", () -> killLibvirtd(libvirt))) {
      try (InteractiveContext sandbox =
          InteractiveContext.start(connection, config("/bin/true").build())) {
        assertThat(sandbox.console().exited().orTimeout(60, SECONDS).join())
            .isEqualTo(new ExitStatus.Exited(0));
      } catch (SandboxException e) {
        assertThat(e.getMessage()).isNotBlank().doesNotContain("Exception");
      }
    }
  }

  private static void killLibvirtd(EmbeddedLibvirt libvirt) {
    ProcessHandle libvirtd = Traces.of(libvirt).libvirtd();
    libvirtd.destroyForcibly();
    libvirtd.onExit().join();
  }

  @Test
  void a_kernel_that_never_reaches_the_init_fails_the_start_in_time() throws Exception {
    HostKernel real = KernelPlaces.ofHost().findOrNewest(Kernel.running());
    Path image = Files.write(directory.resolve("vmlinuz"), BigImage.thatHangs(real.release()));
    Kernel kernel =
        Kernel.running()
            .withRelease(real.release())
            .withImage(image.toString())
            .withModules(real.modules().getParent().toString());

    assertThatThrownBy(
            () ->
                InteractiveContext.start(
                    DAEMON.connection(), config("/bin/true").kernel(kernel).build(), LIMIT))
        .isInstanceOf(SandboxLostException.class)
        .hasMessageContaining("supervisor did not connect within");
  }

  @Test
  void a_module_that_the_kernel_refuses_is_told_of_by_the_init() throws Exception {
    Path modules = HostModules.withForeign("9p", directory.resolve("modules"));

    assertThatThrownBy(
            () ->
                DAEMON.start(
                    config("/bin/true")
                        .kernel(Kernel.running().withModules(modules.toString()))
                        .build()))
        .isInstanceOf(SandboxLostException.class)
        .hasMessageContaining("sandbox-init: cannot load '9p.ko'");
  }

  @Test
  void a_file_system_that_the_kernel_lacks_is_told_with_its_module() throws Exception {
    Path modules = HostModules.withoutFileSystems(directory.resolve("modules"));
    Path image = directory.resolve("image");
    Files.write(image, Arrays.copyOf("XFSB".getBytes(UTF_8), 1 << 20));
    InteractiveConfig config =
        config("/bin/true")
            .kernel(Kernel.running().withModules(modules.toString()))
            .mount(HostImageMount.of("/srv", image.toString(), ImageFormat.RAW))
            .build();

    assertThatThrownBy(() -> DAEMON.start(config))
        .isInstanceOf(SandboxException.class)
        .hasMessageContainingAll("'/srv'", "the kernel lacks its module 'xfs'", "install");
  }
}
