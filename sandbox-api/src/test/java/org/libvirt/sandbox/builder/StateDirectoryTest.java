package org.libvirt.sandbox.builder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.libvirt.sandbox.HostDirectories;
import org.libvirt.sandbox.SandboxException;
import org.libvirt.sandbox.config.InteractiveConfig;

final class StateDirectoryTest {
  private final UUID uuid = UUID.randomUUID();
  private final InteractiveConfig config =
      InteractiveConfig.builder().name("kept").command("/bin/true").build();

  @Test
  void it_holds_the_init_as_an_executable_file() throws Exception {
    try (StateDirectory state = create(uuid)) {
      Path init = state.config().resolve(state.initName());

      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(init)))
          .isEqualTo("rwxr-xr-x");
    }
  }

  @Test
  void its_channel_has_a_path_that_a_socket_may_have() {
    try (StateDirectory state = create(uuid)) {
      assertThat(state.channel().getParent()).isEqualTo(state.config());
      assertThat(state.channel().toString().length()).isLessThan(108);
    }
  }

  @Test
  void a_uuid_has_one_directory_at_a_time() {
    try (StateDirectory state = create(uuid)) {
      assertThatThrownBy(() -> create(uuid))
          .isInstanceOf(SandboxException.class)
          .hasMessage("a sandbox with UUID " + uuid + " runs already");

      assertThat(state.path().resolve("sandbox.cfg")).exists();
    }
  }

  @Test
  void of_many_threads_one_makes_it() {
    var attempts = new ArrayList<CompletableFuture<Boolean>>();
    var made = new ArrayList<StateDirectory>();
    for (int i = 0; i < 8; i++) {
      attempts.add(CompletableFuture.supplyAsync(() -> tryToCreate(made)));
    }

    List<Boolean> results = attempts.stream().map(CompletableFuture::join).toList();

    assertThat(results).containsOnlyOnce(true);
    made.forEach(StateDirectory::close);
    assertThat(StateDirectory.pathOf(uuid)).doesNotExist();
  }

  @Test
  void closing_twice_removes_no_successor() {
    StateDirectory first = create(uuid);
    first.close();

    try (StateDirectory second = create(uuid)) {
      first.close();

      assertThat(second.path()).isDirectory();
    }
    assertThat(StateDirectory.pathOf(uuid)).doesNotExist();
  }

  @Test
  void a_sweep_removes_what_has_no_owner_and_a_uuid_for_a_name() throws Exception {
    try (StateDirectory living = create(uuid)) {
      Path dead =
          Files.createDirectory(StateDirectory.pathOf(UUID.randomUUID())); // owner died at once
      Path foreign = Files.createDirectory(HostDirectories.state().resolve("test-" + uuid));

      List<UUID> removed = StateDirectory.sweep();

      assertThat(removed).contains(UUID.fromString(dead.getFileName().toString()));
      assertThat(removed).doesNotContain(uuid);
      assertThat(dead).doesNotExist();
      assertThat(foreign).exists();
      assertThat(living.path()).isDirectory();
      Files.delete(foreign);
    }
  }

  @Test
  void whatever_the_umask_nobody_else_can_write_to_it() throws Exception {
    Process owner =
        new ProcessBuilder(
                "/bin/sh",
                "-c",
                "umask 0; exec \"$@\"",
                "sh",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Owner.class.getName(),
                uuid.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try {
      assertThat(owner.inputReader().readLine()).isEqualTo("owned");
      try (Stream<Path> files = Files.walk(StateDirectory.pathOf(uuid))) {
        assertThat(files)
            .hasSizeGreaterThan(8)
            .allSatisfy(
                file ->
                    assertThat(Files.getPosixFilePermissions(file))
                        .doesNotContain(
                            PosixFilePermission.GROUP_WRITE, PosixFilePermission.OTHERS_WRITE));
      }
    } finally {
      owner.getOutputStream().close();
      owner.waitFor();
    }
  }

  /** A process that a directory belongs to until its input ends. */
  static final class Owner {
    private Owner() {}

    public static void main(String[] arguments) throws Exception {
      var config = InteractiveConfig.builder().name("kept").command("/bin/true").build();
      try (StateDirectory state =
          StateDirectory.create(UUID.fromString(arguments[0]), "lxc:///", "lxc", config)) {
        System.out.println(state.path().isAbsolute() ? "owned" : "");
        System.in.read();
      }
    }
  }

  private boolean tryToCreate(List<StateDirectory> made) {
    try {
      StateDirectory state = create(uuid);
      synchronized (made) {
        made.add(state);
      }
      return true;
    } catch (SandboxException e) {
      return false;
    }
  }

  private StateDirectory create(UUID of) {
    return StateDirectory.create(of, "lxc:///", "lxc", config);
  }
}
