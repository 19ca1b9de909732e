package org.libvirt.sandbox.examples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.libvirt.sandbox.HostDirectories;

/** Every step of a start fails once for want of what it needs: {@link StarvedOwner}. */
@Timeout(300)
final class StarvedIT {
  /** A directory that is removed takes what is mounted on it along, in all namespaces. */
  private static Path keeper;

  @BeforeAll
  static void keepDirectory() throws IOException {
    Path state = HostDirectories.state();
    Files.createDirectories(
        state, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx--x--x")));
    keeper = Files.createTempFile(state, "starved-", "");
  }

  @AfterAll
  static void letDirectoryGo() throws IOException {
    Files.delete(keeper);
    try {
      Files.deleteIfExists(HostDirectories.state());
    } catch (DirectoryNotEmptyException e) {
      // others use it
    }
  }

  @Test
  void a_start_that_lacks_something_says_so_and_leaves_nothing() throws Exception {
    List<String> command =
        new ArrayList<>(List.of("prlimit", "--nofile=256", "unshare", "--mount", "sh", "-c"));
    command.add(
        """
        mount -t tmpfs -o mode=711,size=64m,nr_inodes=10000 none "$0" && exec "$@"
        """);
    command.add(HostDirectories.state().toString());
    command.addAll(VictimProcess.java(StarvedOwner.class).command());
    Process owner =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    try {
      List<String> lines =
          new String(owner.getInputStream().readAllBytes(), UTF_8).lines().toList();

      assertThat(owner.waitFor(60, SECONDS)).isTrue();
      assertThat(owner.exitValue()).isZero();
      assertThat(lines)
          .allMatch(line -> line.equals(StarvedOwner.RAN) || line.startsWith(StarvedOwner.REFUSED))
          .noneMatch(line -> line.contains("Exception"))
          .filteredOn(StarvedOwner.RAN::equals)
          .hasSize(1 + StarvedOwner.Want.values().length);
      assertThat(String.join("\n", lines))
          .doesNotContain(StarvedOwner.RAN + "\n" + StarvedOwner.RAN)
          .contains("No space left on device", "Read-only file system", "Too many open files");
    } finally {
      owner.destroyForcibly();
    }
  }
}
