package org.libvirt.sandbox.context;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.libvirt.sandbox.HostLacksException;
import org.libvirt.sandbox.SandboxException;
import org.libvirt.sandbox.SandboxLostException;

final class ConsoleLockTest {
  @TempDir private Path directory;

  @Test
  void a_console_that_the_guest_has_not_opened_cannot_be_had() {
    ConsoleLock.offer(directory, "log");

    assertThatExceptionOfType(SandboxLostException.class)
        .isThrownBy(() -> ConsoleLock.take(directory, "shell", "build"))
        .withMessage(
            "the shell console of sandbox 'build' is not there: the sandbox starts or ends");
  }

  @Test
  void one_process_has_a_console_at_a_time() {
    ConsoleLock.offer(directory, "shell");

    try (ConsoleLock first = ConsoleLock.take(directory, "shell", "build")) {
      assertThatExceptionOfType(SandboxException.class)
          .isThrownBy(() -> ConsoleLock.take(directory, "shell", "build"))
          .withMessageContaining("attached by process " + ProcessHandle.current().pid());
      first.close();
      ConsoleLock.take(directory, "shell", "build").close();
    }
  }

  @Test
  void only_the_owner_may_look_at_who_has_it() throws IOException {
    ConsoleLock.offer(directory, "shell");

    assertThat(Files.getPosixFilePermissions(directory.resolve("shell.lock")))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
  }

  @Test
  void a_state_directory_that_is_gone_offers_nothing() {
    assertThatExceptionOfType(HostLacksException.class)
        .isThrownBy(() -> ConsoleLock.offer(directory.resolve("gone"), "shell"))
        .withMessageContaining("shell.lock");
  }
}
