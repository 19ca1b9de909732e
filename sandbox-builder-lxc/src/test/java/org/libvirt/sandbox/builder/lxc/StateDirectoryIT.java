package org.libvirt.sandbox.builder.lxc;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.libvirt.sandbox.HostDirectories;
import org.libvirt.sandbox.builder.StateDirectory;
import org.libvirt.sandbox.config.InteractiveConfig;
import org.libvirt.sandbox.config.SandboxConfig;
import org.libvirt.sandbox.context.InteractiveContext;
import org.libvirt.sandbox.contract.Outcome;

@Timeout(120)
final class StateDirectoryIT {
  @RegisterExtension static final Daemon DAEMON = new Daemon();

  private final InteractiveConfig config =
      InteractiveConfig.builder()
          .uuid(UUID.randomUUID())
          .command("/bin/cat")
          .environment("SECRET", "swordfish")
          .build();

  @Test
  void it_tells_another_process_what_runs_and_where() throws Exception {
    InteractiveContext sandbox = DAEMON.start(config);
    Path state = StateDirectory.pathOf(sandbox.uuid());

    assertThat(state.resolve("layout")).hasContent("1");
    assertThat(state.resolve("uuid")).hasContent(sandbox.uuid().toString());
    assertThat(state.resolve("uri")).hasContent(DAEMON.connection().uri());
    assertThat(state.resolve("backend")).hasContent("lxc");
    assertThat(Files.readString(state.resolve("owner")))
        .startsWith(ProcessHandle.current().pid() + " ")
        .contains(Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip());
    assertThat(SandboxConfig.load(state.resolve("sandbox.cfg"))).isEqualTo(config);
  }

  @Test
  void others_can_pass_through_it_and_read_nothing_of_it() throws Exception {
    Path state = StateDirectory.pathOf(DAEMON.start(config).uuid());

    assertThat(mode(state)).isEqualTo("rwx--x--x");
    assertThat(mode(state.getParent())).isEqualTo("rwx--x--x");
    assertThat(mode(state.resolve("sandbox.cfg"))).isEqualTo("rw-------");
    assertThat(mode(state.resolve("config"))).isEqualTo("rwxr-xr-x");
  }

  @Test
  void it_is_gone_when_the_sandbox_is_closed() {
    InteractiveContext sandbox = DAEMON.start(config);

    sandbox.close();

    assertThat(StateDirectory.pathOf(sandbox.uuid())).doesNotExist();
  }

  @Test
  void what_libvirt_keeps_of_the_sandbox_is_gone_too() throws IOException {
    InteractiveContext sandbox = DAEMON.start(config);
    assertThat(filesOfLibvirt(sandbox.name())).contains(".fuse", ".log");

    sandbox.close();

    assertThat(filesOfLibvirt(sandbox.name())).isEmpty();
  }

  /** How the names of files end that begin with a sandbox's, wherever its daemon has them. */
  private static List<String> filesOfLibvirt(String sandbox) throws IOException {
    try (Stream<Path> files =
        Files.find(
            HostDirectories.state(),
            5,
            (file, what) -> file.getFileName().toString().startsWith(sandbox + "."))) {
      return files.map(file -> file.getFileName().toString().substring(sandbox.length())).toList();
    }
  }

  @Test
  void the_name_of_the_channel_is_gone_while_the_sandbox_runs() throws IOException {
    Path state = StateDirectory.pathOf(DAEMON.start(config).uuid());

    try (Stream<Path> files = Files.list(state.resolve("config"))) {
      assertThat(files).containsExactly(state.resolve("config/sandbox-init"));
    }
  }

  @Test
  void the_program_sees_nothing_of_it() throws Exception {
    InteractiveContext sandbox =
        DAEMON.start(
            config.toBuilder()
                .command("/bin/sh", "-c", "ls -A /var/lib/libvirt-sandbox /dev/sandbox 2>&1")
                .build());

    Outcome outcome = Outcome.of(sandbox.console());

    assertThat(outcome.stdout())
        .doesNotContain(sandbox.uuid().toString(), "sandbox-init", "daemon-");
  }

  /** Beside the program's own user, nobody but root is let in. */
  @Test
  void another_user_of_the_host_cannot_read_the_config() throws Exception {
    Path file = StateDirectory.pathOf(DAEMON.start(config).uuid()).resolve("sandbox.cfg");
    Process cat =
        new ProcessBuilder(
                "setpriv",
                "--reuid=65534",
                "--clear-groups",
                "--inh-caps=-all",
                "cat",
                file.toString())
            .redirectErrorStream(true)
            .start();

    String output = new String(cat.getInputStream().readAllBytes(), UTF_8);

    assertThat(cat.waitFor(60, SECONDS)).isTrue();
    assertThat(output).contains("Permission denied").doesNotContain("swordfish");
  }

  private static String mode(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }
}
