package org.libvirt.sandbox.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What virt-sandbox does for those who cannot have containers, and have not asked for anything. */
final class WithoutContainersIT {
  private static final String NOTICE =
      "virt-sandbox: no containers here: this user is not root; taking a virtual machine, as with"
          + " '-c qemu:///session'\n";

  @RegisterExtension static final UserWithoutRoot USER = UserWithoutRoot.withoutConnection();
  @RegisterExtension static final UserWithoutRoot UNKNOWN = UserWithoutRoot.unknown();

  @Test
  void a_user_without_root_gets_a_virtual_machine_and_is_told() {
    Ran ran = USER.run("--", "/bin/sh", "-c", "id -u; tr -d 0-9: </proc/1/comm; exit 3");

    assertThat(ran).isEqualTo(new Ran(3, "65534\nsandbox-reaper\n", NOTICE));
    assertThat(processes()).isEmpty();
    assertThat(USER.home().resolve(".cache/libvirt-sandbox")).doesNotExist();
  }

  @Test
  void nothing_of_a_killed_owner_is_left_but_caches() throws Exception {
    Process owner =
        USER.command(List.of(), "--", "/bin/sh", "-c", "echo started; exec sleep 1000").start();
    try {
      assertThat(owner.getInputStream().readNBytes("started\n".length())).isNotEmpty();
      assertThat(processes()).anyMatch(line -> line.contains("qemu-system"));
    } finally {
      owner.destroyForcibly().waitFor();
    }

    await()
        .atMost(Shell.LIMIT)
        .untilAsserted(
            () -> {
              assertThat(processes()).isEmpty();
              assertThat(USER.home().resolve(".cache/libvirt-sandbox")).doesNotExist();
            });
  }

  @Test
  void what_a_killed_launcher_left_is_ended_by_its_owner() throws Exception {
    Process owner =
        USER.command(List.of(), "--", "/bin/sh", "-c", "echo started; exec sleep 1000").start();
    try {
      assertThat(owner.getInputStream().readNBytes("started\n".length())).isNotEmpty();
      owner.children().forEach(ProcessHandle::destroyForcibly);
      owner.waitFor();

      assertThat(owner.exitValue()).isEqualTo(125);
      assertThat(processes()).isEmpty();
      assertThat(USER.home().resolve(".cache/libvirt-sandbox")).doesNotExist();
    } finally {
      owner.destroyForcibly().waitFor();
    }
  }

  /** As a reboot leaves it. */
  @Test
  void the_directory_of_a_dead_daemon_keeps_no_machine_from_starting() throws Exception {
    Path state = USER.home().resolve(".cache/libvirt-sandbox");
    Files.createDirectories(state.resolve("daemon-0123abcd/libvirt"));
    USER.give(USER.home());

    Ran ran = USER.run("--", "/bin/echo", "ok");

    assertThat(ran).isEqualTo(new Ran(0, "ok\n", NOTICE));
    assertThat(state).doesNotExist();
  }

  @Test
  void a_home_directory_that_cannot_be_used_is_told_with_the_cure() {
    Ran ran =
        USER.run(
            new byte[0], List.of("env", "HOME=/proc/nowhere"), "-c", "qemu:///session", "--", "ls");

    assertThat(ran.status()).isEqualTo(125);
    assertThat(ran.err())
        .matches("virt-sandbox: [^\n]+\n")
        .contains("/proc/nowhere/.cache", "XDG_RUNTIME_DIR", "HOME");
  }

  @Test
  void the_root_of_a_user_namespace_gets_a_virtual_machine_too() {
    Ran ran =
        USER.run(
            new byte[0], List.of("unshare", "--user", "--map-root-user"), "--", "/bin/echo", "ok");

    assertThat(ran.out()).isEqualTo("ok\n");
    assertThat(ran.err())
        .matches("virt-sandbox: no containers here: [^\n]+ user namespace; [^\n]+\n");
    assertThat(processes()).isEmpty();
  }

  @Test
  void a_user_id_without_a_name_is_told_with_the_cure() {
    Ran ran = UNKNOWN.run("-c", "qemu:///session", "--", "ls");

    assertThat(ran.status()).isEqualTo(125);
    assertThat(ran.err()).matches("virt-sandbox: [^\n]+\n").contains("61234", "/etc/passwd");
  }

  /** Those of the user's home directory that have not ended. */
  private static List<String> processes() {
    try (Stream<Path> all = Files.list(Path.of("/proc"))) {
      return all.filter(path -> path.getFileName().toString().matches("[0-9]+"))
          .filter(path -> read(path, "environ").contains(USER.home().toString()))
          .map(path -> read(path, "cmdline"))
          .toList();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String read(Path process, String file) {
    try {
      return Files.readString(process.resolve(file), StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      return ""; // it has ended
    }
  }
}
