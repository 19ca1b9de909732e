package org.libvirt.sandbox.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.libvirt.sandbox.EmbeddedLibvirt;
import org.libvirt.sandbox.SandboxConnection;
import org.libvirt.sandbox.config.InteractiveConfig;
import org.libvirt.sandbox.context.InteractiveContext;

/** The {@code virt-sandbox} command is killed in the middle of a run. */
@Timeout(180)
final class VirtSandboxDeathIT {
  private static final Duration SOON = Duration.ofSeconds(60);

  private final String name =
      "death-" + HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextInt());
  private Remains remains;

  @ParameterizedTest
  @CsvSource({
    "lxc:///, TERM, 143",
    "lxc:///, INT, 130",
    "lxc:///, HUP, 129",
    "lxc:///, KILL, 137",
    "qemu:///system, INT, 130",
    "qemu:///system, KILL, 137"
  })
  void nothing_is_left_of_a_killed_command(String uri, String signal, int status) throws Exception {
    Process command = run(uri);
    try {
      VictimProcess.signal(command.pid(), signal);

      assertThat(command.waitFor(SOON.toSeconds(), TimeUnit.SECONDS)).isTrue();
      assertThat(command.exitValue()).isEqualTo(status);
      await().atMost(SOON).until(remains::all, List::isEmpty);
    } finally {
      command.destroyForcibly();
    }
  }

  @Test
  void the_next_start_removes_what_a_command_killed_with_its_launcher_left() throws Exception {
    Process command = run("lxc:///");
    try {
      ProcessHandle launcher = command.children().findFirst().orElseThrow();
      launcher.destroyForcibly();
      command.destroyForcibly();
      await().atMost(SOON).until(remains::processes, List::isEmpty);

      try (EmbeddedLibvirt libvirt = EmbeddedLibvirt.start();
          SandboxConnection connection = SandboxConnection.open(libvirt.uri("lxc"));
          InteractiveContext next =
              InteractiveContext.start(
                  connection, InteractiveConfig.builder().command("true").build())) {

        assertThat(next.console().exited()).succeedsWithin(SOON);
        assertThat(remains.all()).isEmpty();
      }
    } finally {
      command.destroyForcibly();
    }
  }

  /** Runs a program that says when it is there, and waits for that. */
  private Process run(String uri) throws IOException {
    Process command =
        VictimProcess.java(
                VirtSandbox.class,
                "-c",
                uri,
                "-n",
                name,
                "--",
                "sh",
                "-c",
                "echo there; exec sleep 1000")
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    String said = command.inputReader().readLine();
    if (!"there".equals(said)) {
      command.destroyForcibly();
      throw new IOException("virt-sandbox said " + said);
    }
    remains = new Remains(name);
    ProcessHandle launcher = command.children().findFirst().orElseThrow();
    remains.alsoOf("daemon-" + launcher.info().arguments().orElseThrow()[2]);
    // what is looked for afterwards is there before
    assertThat(remains.directories()).hasSize(2);
    return command;
  }
}
