package org.libvirt.sandbox.builder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.libvirt.sandbox.SandboxException;
import org.libvirt.sandbox.config.InteractiveConfig;

@Timeout(120)
final class RunningSandboxTest {
  private final UUID uuid = UUID.randomUUID();
  private final String name = "running-" + uuid;

  @Test
  void a_sandbox_of_this_process_is_found_with_all_that_another_process_needs() {
    Instant before = Instant.now();
    try (StateDirectory state = create(uuid, name)) {
      RunningSandbox found = RunningSandbox.find(name).orElseThrow();

      assertThat(state.path()).isDirectory();
      assertThat(found.name()).isEqualTo(name);
      assertThat(found.uuid()).isEqualTo(uuid);
      assertThat(found.uri()).isEqualTo("lxc+unix:///system?socket=/some/where");
      assertThat(found.driver()).isEqualTo("lxc");
      assertThat(found.owner()).isEqualTo(ProcessHandle.current().pid());
      assertThat(found.since())
          .isBetween(before.minus(Duration.ofSeconds(1)), Instant.now().plusSeconds(1));
    }
  }

  @Test
  void a_sandbox_of_another_process_is_found_until_that_process_dies() throws Exception {
    Process owner = owner();
    try {
      assertThat(RunningSandbox.find(name).map(RunningSandbox::owner)).hasValue(owner.pid());
      assertThat(RunningSandbox.list()).extracting(RunningSandbox::uuid).contains(uuid);
    } finally {
      owner.destroyForcibly().waitFor();
    }

    assertThat(RunningSandbox.find(name)).isEmpty();
    assertThat(StateDirectory.pathOf(uuid)).as("the list removes nothing").isDirectory();
    StateDirectory.sweep();
  }

  @Test
  void a_sandbox_that_has_ended_is_not_found() {
    create(uuid, name).close();

    assertThat(RunningSandbox.find(name)).isEmpty();
  }

  @Test
  void a_name_that_two_have_is_refused_and_a_uuid_is_not() {
    UUID second = UUID.randomUUID();
    try (StateDirectory one = create(uuid, name);
        StateDirectory two = create(second, name)) {
      assertThatThrownBy(() -> RunningSandbox.find(name))
          .isInstanceOf(SandboxException.class)
          .hasMessageStartingWith("2 sandboxes are called '" + name + "'; name one by its UUID: ")
          .hasMessageContaining(one.path().getFileName().toString())
          .hasMessageContaining(two.path().getFileName().toString());
      assertThat(RunningSandbox.find(second.toString()).map(RunningSandbox::uuid)).hasValue(second);
    }
  }

  @Test
  void one_whose_files_cannot_be_understood_hides_no_other() throws Exception {
    UUID second = UUID.randomUUID();
    try (StateDirectory one = create(uuid, name);
        StateDirectory two = create(second, name)) {
      Files.writeString(one.path().resolve("sandbox.cfg"), "[core]\nuid=none\n");

      assertThat(RunningSandbox.find(name).map(RunningSandbox::uuid)).hasValue(second);
      assertThat(two.path()).isDirectory();
    }
  }

  @Test
  void one_whose_files_others_could_have_written_is_passed_over() throws Exception {
    for (String file : List.of("owner", "sandbox.cfg", "uuid", "uri", "backend", ".")) {
      UUID each = UUID.randomUUID();
      try (StateDirectory state = create(each, name)) {
        assertThat(RunningSandbox.find(each.toString())).isPresent();

        Path touched = state.path().resolve(file).normalize();
        Files.setPosixFilePermissions(touched, PosixFilePermissions.fromString("rwx-w--w-"));

        assertThat(RunningSandbox.find(each.toString())).as(file).isEmpty();
      }
    }
  }

  @Test
  void one_whose_files_are_another_users_is_passed_over() throws Exception {
    try (StateDirectory state = create(uuid, name)) {
      Files.setAttribute(state.path().resolve("uri"), "unix:uid", 65534);

      assertThat(RunningSandbox.find(name)).isEmpty();
    }
  }

  @Test
  void one_that_would_be_reached_by_a_program_or_over_the_network_is_passed_over()
      throws Exception {
    for (String uri :
        List.of(
            "qemu+ext:///system?command=/path/evil",
            "qemu+ssh:///system?command=/path/evil",
            "qemu+libssh2://host/system",
            "qemu://host/system",
            "qemu+tcp:///system")) {
      try (StateDirectory state = create(uuid, name)) {
        Files.writeString(state.path().resolve("uri"), uri + "\n");

        assertThat(RunningSandbox.find(name)).as(uri).isEmpty();
      }
    }
  }

  private static StateDirectory create(UUID uuid, String name) {
    var config = InteractiveConfig.builder().name(name).command("/bin/true").build();
    return StateDirectory.create(uuid, "lxc+unix:///system?socket=/some/where", "lxc", config);
  }

  private Process owner() throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Owner.class.getName(),
                uuid.toString(),
                name)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    assertThat(process.inputReader().readLine()).isEqualTo("owned");
    return process;
  }

  /** A process that a sandbox belongs to. */
  static final class Owner {
    private Owner() {}

    public static void main(String[] arguments) throws Exception {
      try (StateDirectory state = create(UUID.fromString(arguments[0]), arguments[1])) {
        System.out.println("owned");
        System.in.read();
        assertThat(state.path()).isDirectory();
      }
    }
  }
}
