package org.libvirt.sandbox.guest;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What holds the place of copies where the host has nothing, and its end. */
@ParameterizedClass
@EnumSource(InitBuild.class)
class PlaceholderTest {
  @TempDir Path directory;

  private final InitBuild build;
  private Path shared;
  private Store store;

  PlaceholderTest(InitBuild build) {
    this.build = build;
  }

  /** What the program sees at /mnt is the host's own directory. */
  @BeforeEach
  void share() throws Exception {
    shared = Files.createDirectory(directory.resolve("shared"));
    store = new Store(Files.createDirectory(directory.resolve("store"))).bind(shared, "/mnt");
  }

  @Test
  void placeholders_are_there_while_the_sandbox_is_and_gone_with_it() throws Exception {
    String file = store.file("f", "copied");
    String tree = store.directory("t");
    try (var guest = store.guest(build)) {
      guest.startFreely(
          0,
          LaunchRecord.shell("cat /mnt/new/way/f; read line")
              .cover(1, 2, file, "/mnt/new/way/f")
              .cover(1, 2, tree, "/mnt/tree"));
      assertThat(guest.readUntil(0, Frame.STDOUT, "copied")).isEqualTo("copied");

      assertThat(shared.resolve("new/way/f")).isEmptyFile();
      assertThat(Files.getAttribute(shared.resolve("new/way/f"), "unix:mode")).isEqualTo(0100600);
      assertThat(Files.getAttribute(shared.resolve("new"), "unix:mode")).isEqualTo(040755);
      assertThat(Files.getAttribute(shared.resolve("new/way"), "unix:uid")).isEqualTo(1);
      assertThat(Files.getAttribute(shared.resolve("tree"), "unix:gid")).isEqualTo(2);
      guest.stdin(0, "\n");
      guest.await(Frame.EXIT, 0);
      guest.send(Frame.of(Frame.SHUTDOWN, 0));
      guest.awaitEnd();
    }

    assertThat(shared).isEmptyDirectory();
  }

  @Test
  void sandboxes_share_placeholders_and_the_last_one_removes_them() throws Exception {
    String file = store.file("f", "copied\n");
    var record =
        LaunchRecord.shell("cat /mnt/new/f; read line; cat /mnt/new/f")
            .cover(0, 0, file, "/mnt/new/f");
    try (var second = store.guest(build)) {
      try (var first = store.guest(build)) {
        first.startFreely(0, record);
        second.startFreely(0, record);
        assertThat(second.readUntil(0, Frame.STDOUT, "copied\n")).isEqualTo("copied\n");
      }
      assertThat(shared.resolve("new/f")).exists();

      second.stdin(0, "\n");

      assertThat(second.outcome(0).stdout()).isEqualTo("copied\n");
    }
    assertThat(shared).isEmptyDirectory();
  }

  @Test
  void placeholders_that_a_SIGKILL_left_go_with_the_next_sandbox_that_needs_them()
      throws Exception {
    var record = LaunchRecord.of("true").cover(0, 0, store.file("f", ""), "/mnt/new/f");
    try (var guest = store.guest(build)) {
      guest.startFreely(0, record);
      guest.processes().get(0).destroyForcibly();
      guest.awaitEnd();
    }
    assertThat(shared.resolve("new/f")).exists();

    store.run(build, record);

    assertThat(shared).isEmptyDirectory();
  }

  @Test
  void placeholders_are_gone_after_a_SIGTERM_with_programs_running() throws Exception {
    try (var guest = store.guest(build)) {
      guest.startFreely(
          0, LaunchRecord.of("sleep", "1000").cover(0, 0, store.file("f", ""), "/mnt/a/b/c"));
      assertThat(shared.resolve("a/b/c")).exists();

      guest.processes().get(0).destroy();

      assertThat(guest.awaitEnd()).isZero();
    }
    assertThat(shared).isEmptyDirectory();
  }

  @Test
  void placeholders_are_gone_when_the_host_is() throws Exception {
    try (var guest = store.guest(build)) {
      guest.startFreely(
          0,
          LaunchRecord.shell("setsid sleep 1000 & sleep 1000 & wait")
              .cover(0, 0, store.file("f", ""), "/mnt/f"));
      assertThat(shared.resolve("f")).exists();

      guest.hangUp();
      guest.awaitEnd();
    }
    assertThat(shared).isEmptyDirectory();
  }

  @Test
  void placeholders_are_gone_when_the_start_fails() throws Exception {
    String file = store.file("f", "");

    assertThat(
            store.failure(
                build,
                LaunchRecord.shell("true").cover(0, 0, file, "/mnt/f").flags(17, "/not/there")))
        .startsWith("cannot set the flags of '/not/there'");
    assertThat(
            store.failure(
                build,
                LaunchRecord.shell("true")
                    .cover(0, 0, file, "/mnt/d/f")
                    .cover(0, 0, "/dev/sandbox/none", "/mnt/g")))
        .startsWith("cannot make a place for a copy at '/mnt/g'");
    assertThat(shared).isEmptyDirectory();
  }

  @Test
  void what_others_have_put_into_a_placeholder_stays() throws Exception {
    String file = store.file("f", "");
    String tree = store.directory("t");
    try (var guest = store.guest(build)) {
      guest.startFreely(
          0,
          LaunchRecord.of("sleep", "1000")
              .cover(0, 0, file, "/mnt/written")
              .cover(0, 0, file, "/mnt/moved")
              .cover(0, 0, tree, "/mnt/filled"));
      Files.writeString(shared.resolve("written"), "kept");
      Files.delete(shared.resolve("moved"));
      Files.createFile(shared.resolve("filled/kept"));
    }

    assertThat(shared.resolve("written")).hasContent("kept");
    assertThat(shared.resolve("filled/kept")).exists();
    assertThat(shared.resolve("moved")).doesNotExist();
  }

  @Test
  void what_the_program_puts_beside_a_placeholder_stays() throws Exception {
    var record =
        LaunchRecord.shell("echo kept >/mnt/new/beside")
            .cover(0, 0, store.file("f", ""), "/mnt/new/f");

    store.run(build, record);

    assertThat(shared.resolve("new")).isDirectoryContaining("glob:**/beside");
    assertThat(shared.resolve("new/f")).doesNotExist();
  }

  @Test
  void there_is_a_largest_number_of_placeholders() throws Exception {
    String file = store.file("f", "");
    var most = LaunchRecord.shell("find /mnt -type f | wc -l; ulimit -n; echo /proc/self/fd/*");
    for (int i = 0; i < 256; i++) {
      most.cover(0, 0, file, "/mnt/" + i);
    }

    assertThat(store.run(build, most).stdout())
        .startsWith("256\n")
        .endsWith("/proc/self/fd/0 /proc/self/fd/1 /proc/self/fd/2 /proc/self/fd/3\n");
    assertThat(store.failure(build, most.cover(0, 0, file, "/mnt/256")))
        .startsWith("cannot make a place for a copy at '/mnt/256'");
    assertThat(shared).isEmptyDirectory();
  }
}
