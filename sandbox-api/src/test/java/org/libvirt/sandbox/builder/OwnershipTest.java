package org.libvirt.sandbox.builder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.libvirt.sandbox.config.InteractiveConfig;

@Timeout(120)
final class OwnershipTest {
  private final Path directory = StateDirectory.pathOf(UUID.randomUUID());

  @AfterEach
  void removeDirectory() throws Exception {
    Files.deleteIfExists(directory.resolve("owner"));
    Files.deleteIfExists(directory.resolve("owner.lock"));
    Files.deleteIfExists(directory);
  }

  @Test
  void a_directory_that_was_taken_names_its_owner() throws Exception {
    Ownership ownership = Ownership.take(directory);

    assertThat(Files.readString(directory.resolve("owner")))
        .startsWith(ProcessHandle.current().pid() + " ");
    assertThat(Files.getPosixFilePermissions(directory.resolve("owner.lock")))
        .isEqualTo(StateLock.OWNERS.value());

    ownership.release();
  }

  @Test
  void what_this_process_owns_is_no_orphan() throws Exception {
    Ownership ownership = Ownership.take(directory);

    Ownership.removeIfOrphaned(directory);

    assertThat(directory).isDirectory();
    ownership.release();
  }

  @Test
  void what_this_process_owns_is_not_looked_into() throws Exception {
    Ownership ownership = Ownership.take(directory);
    Files.delete(directory.resolve("owner"));

    assertThat(Ownership.removeIfOrphaned(directory)).isFalse();

    assertThat(directory).isDirectory();
    ownership.release();
  }

  @Test
  void a_released_directory_is_gone_with_its_content() throws Exception {
    Ownership ownership = Ownership.take(directory);
    Files.createDirectories(directory.resolve("some/thing"));

    ownership.release();
    ownership.release();

    assertThat(directory).doesNotExist();
  }

  @Test
  void one_that_cannot_be_removed_is_left_to_the_next_sweep() throws Exception {
    Ownership ownership = Ownership.take(directory);
    Path busy = Files.createDirectory(directory.resolve("busy"));
    mount("mount", "-t", "tmpfs", "none", busy.toString());
    try {
      assertThatThrownBy(ownership::release).isInstanceOf(IOException.class);

      // nor does it keep others from starting
      StateDirectory other =
          StateDirectory.create(
              UUID.randomUUID(),
              "lxc:///",
              "lxc",
              InteractiveConfig.builder().command("/bin/true").build());
      other.close();
      assertThat(busy).exists();
    } finally {
      mount("umount", busy.toString());
    }

    assertThat(Ownership.removeIfOrphaned(directory)).isTrue();
    assertThat(directory).doesNotExist();
  }

  private static void mount(String... command) throws Exception {
    assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
  }

  @Test
  void one_whose_cgroup_is_in_use_is_left_to_the_next_sweep(@TempDir Path cgroups)
      throws Exception {
    Ownership ownership = Ownership.take(directory);
    Path group = cgroups.resolve("processes-" + directory.getFileName());
    Path busy = Files.createDirectories(group.resolve("busy"));
    Files.writeString(directory.resolve("group"), group.toString());

    ownership.release();

    assertThat(directory.resolve("owner")).doesNotExist();
    assertThat(Ownership.removeIfOrphaned(directory)).isFalse();
    assertThat(directory.resolve("group")).exists();
    Files.delete(busy);
    assertThat(Ownership.removeIfOrphaned(directory)).isTrue();
    assertThat(group).doesNotExist();
    assertThat(directory).doesNotExist();
  }

  @Test
  void releasing_takes_a_cgroup_along_that_nobody_has_closed(@TempDir Path cgroups)
      throws Exception {
    Ownership ownership = Ownership.take(directory);
    Path group = cgroups.resolve("processes-" + directory.getFileName());
    Files.createDirectory(group);
    Files.writeString(directory.resolve("group"), group.toString());

    ownership.release();

    assertThat(group).doesNotExist();
    assertThat(directory).doesNotExist();
  }

  @Test
  void releasing_again_takes_nothing_from_a_new_owner() throws Exception {
    Ownership first = Ownership.take(directory);
    first.release();
    Ownership second = Ownership.take(directory);

    first.release();

    Files.delete(directory.resolve("owner")); // only the mark keeps it now
    assertThat(Ownership.removeIfOrphaned(directory)).isFalse();
    second.release();
  }

  @Test
  void releasing_does_not_follow_links() throws Exception {
    Path precious = Files.createTempDirectory("precious");
    Files.createFile(precious.resolve("file"));
    Ownership ownership = Ownership.take(directory);
    Files.createSymbolicLink(directory.resolve("link"), precious);

    ownership.release();

    assertThat(precious.resolve("file")).exists();
    Files.delete(precious.resolve("file"));
    Files.delete(precious);
  }

  @Test
  void a_directory_is_taken_once() throws Exception {
    Ownership ownership = Ownership.take(directory);

    assertThatThrownBy(() -> Ownership.take(directory))
        .isInstanceOf(FileAlreadyExistsException.class);

    assertThat(directory.resolve("owner")).exists();
    ownership.release();
  }

  @Test
  void what_a_dead_process_owned_is_an_orphan() throws Exception {
    Process owner = owner();
    owner.destroyForcibly().waitFor();
    assertThat(directory).isDirectory();

    Ownership.removeIfOrphaned(directory);

    assertThat(directory).doesNotExist();
  }

  @Test
  void what_another_living_process_owns_is_no_orphan() throws Exception {
    Process owner = owner();
    try {
      Ownership.removeIfOrphaned(directory);

      assertThat(directory.resolve("owner")).exists();
    } finally {
      owner.destroyForcibly().waitFor();
      Ownership.removeIfOrphaned(directory);
    }
  }

  @Test
  void a_directory_that_nobody_has_locked_is_an_orphan() throws Exception {
    Ownership keeper = Ownership.take(StateDirectory.pathOf(UUID.randomUUID())); // keeps the parent
    Files.createDirectory(directory);

    Ownership.removeIfOrphaned(directory);

    assertThat(directory).doesNotExist();
    keeper.release();
  }

  /** Starts a process that owns the directory until it is killed. */
  private Process owner() throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Owner.class.getName(),
                directory.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    assertThat(process.inputReader().readLine()).isEqualTo("owned");
    return process;
  }

  /** A process that owns a directory. */
  static final class Owner {
    private Owner() {}

    public static void main(String[] arguments) throws Exception {
      Ownership ownership = Ownership.take(Path.of(arguments[0]));
      System.out.println("owned");
      System.in.read();
      ownership.release();
    }
  }
}
