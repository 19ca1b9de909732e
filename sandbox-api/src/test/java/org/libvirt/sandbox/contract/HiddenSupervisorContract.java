package org.libvirt.sandbox.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a hostile program finds of who looks after it, and of the channel: nothing. */
@Timeout(300)
public abstract class HiddenSupervisorContract {
  // not in /tmp, which a sandbox has of its own
  @TempDir(factory = VisibleDirectory.class)
  static Path directory;

  private final SandboxDaemon daemon;

  protected HiddenSupervisorContract(SandboxDaemon daemon) {
    this.daemon = daemon;
  }

  @BeforeAll
  static void compile() throws Exception {
    Path program =
        NativeSources.OF_CONTAINERS.compile(
            directory.resolve("attack"),
            "attack.c",
            "files.c",
            "kernel.c",
            "processes.c",
            "sockets.c",
            "endings.c",
            "newcomers.c");
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  @ParameterizedTest
  @EnumSource
  void neither_supervisor_nor_channel_can_be_found(Intruder intruder) throws Exception {
    String program = directory.resolve("attack").toString();

    Outcome outcome = daemon.run(intruder.config().command(program, "processes", "-").build());

    assertThat(outcome.stdout()).as(outcome.stderr()).isEqualTo("done\n");
  }
}
