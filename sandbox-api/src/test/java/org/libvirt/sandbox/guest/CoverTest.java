package org.libvirt.sandbox.guest;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Copies over what the sandbox shares with its host: BUG-1, and nothing of it stays there. */
@ParameterizedClass
@EnumSource(InitBuild.class)
class CoverTest {
  @TempDir Path directory;

  private final InitBuild build;
  private Path shared;
  private Store store;

  CoverTest(InitBuild build) {
    this.build = build;
  }

  /** What the program sees at /mnt is the host's own directory. */
  @BeforeEach
  void share() throws Exception {
    shared = Files.createDirectory(directory.resolve("shared"));
    store = new Store(Files.createDirectory(directory.resolve("store"))).bind(shared, "/mnt");
  }

  @Test
  void a_covered_file_is_untouched_whatever_the_program_writes() throws Exception {
    Path covered = Files.writeString(shared.resolve("file"), "the host's");
    var record =
        LaunchRecord.shell("cat /mnt/file; echo more >>/mnt/file; cat /mnt/file; echo x >/mnt/new")
            .cover(0, 0, store.file("f", "a copy\n"), "/mnt/file");

    assertThat(store.run(build, record).stdout()).isEqualTo("a copy\na copy\nmore\n");
    assertThat(covered).hasContent("the host's");
    assertThat(store.path("f")).hasContent("a copy");
    assertThat(shared.resolve("new")).hasContent("x");
  }

  @Test
  void a_covered_directory_is_another_one() throws Exception {
    Files.createDirectory(shared.resolve("d"));
    Files.createFile(shared.resolve("d/hidden"));
    store.file("d/shown", "");
    var record =
        LaunchRecord.as(9, 9, "sh", "-c", "ls /mnt/d; touch /mnt/d/new; stat -c %u /mnt/d/shown")
            .cover(9, 9, "/dev/sandbox/d", "/mnt/d");

    assertThat(store.run(build, record).stdout()).isEqualTo("shown\n9\n");
    assertThat(shared.resolve("d")).isDirectoryContaining("glob:**/hidden");
    assertThat(shared.resolve("d/new")).doesNotExist();
  }

  @Test
  void a_copy_has_neither_devices_nor_set_user_id_programs() throws Exception {
    var record =
        LaunchRecord.shell("awk '$5 == \"/mnt/f\" { print $6 }' /proc/self/mountinfo")
            .cover(0, 0, store.file("f", ""), "/mnt/f");

    assertThat(store.run(build, record).stdout()).isEqualTo("rw,nosuid,nodev,relatime\n");
  }

  @Test
  void a_read_only_mount_is_covered_where_something_is_and_not_elsewhere() throws Exception {
    Files.createFile(shared.resolve("there"));
    String file = store.file("f", "copied\n");
    store.readOnly("/mnt");
    var record =
        LaunchRecord.shell("cat /mnt/there; echo more >>/mnt/there; cat /mnt/there")
            .cover(0, 0, file, "/mnt/there");

    assertThat(store.run(build, record).stdout()).isEqualTo("copied\ncopied\nmore\n");
    assertThat(store.failure(build, LaunchRecord.of("true").cover(0, 0, file, "/mnt/missing")))
        .isEqualTo("cannot make a place for a copy at '/mnt/missing': Read-only file system");
  }

  @Test
  void a_copy_below_another_goes_into_that_one() throws Exception {
    store.file("t/a", "1");
    String file = store.file("f", "2");
    try (var guest = store.guest(build)) {
      guest.startFreely(
          0,
          LaunchRecord.shell("cd /mnt/t; find . -type f | sort; cat a b/c; read line")
              .cover(0, 0, "/dev/sandbox/t", "/mnt/t")
              .cover(0, 0, file, "/mnt/t/b/c"));
      guest.readUntil(0, Frame.STDOUT, "12");

      assertThat(shared.resolve("t")).isEmptyDirectory();
      guest.stdin(0, "");
    }
    assertThat(shared).isEmptyDirectory();
  }

  @Test
  void the_later_of_two_copies_at_one_place_counts() throws Exception {
    Files.createFile(shared.resolve("f"));
    store.file("one/a", "");
    store.file("two/b", "");
    var record =
        LaunchRecord.shell("cat /mnt/f; ls /mnt/d")
            .cover(0, 0, store.file("1", "first"), "/mnt/f")
            .cover(0, 0, store.file("2", "second\n"), "/mnt/f")
            .cover(0, 0, "/dev/sandbox/one", "/mnt/d")
            .cover(0, 0, "/dev/sandbox/two", "/mnt/d");

    assertThat(store.run(build, record).stdout()).isEqualTo("second\na\nb\n");
  }

  @Test
  void a_link_in_a_shared_mount_is_not_followed() throws Exception {
    Path outside = Files.createDirectory(directory.resolve("outside"));
    Files.createSymbolicLink(shared.resolve("link"), outside);
    Files.createSymbolicLink(shared.resolve("name"), outside.resolve("x"));
    String file = store.file("f", "");

    for (String target : new String[] {"/mnt/link/x", "/mnt/name", "/mnt/../mnt/x"}) {
      assertThat(store.failure(build, LaunchRecord.shell("true").cover(0, 0, file, target)))
          .startsWith("cannot make a place for a copy at '" + target + "'");
    }
    assertThat(outside).isEmptyDirectory();
  }

  @Test
  void a_link_of_the_root_leads_to_a_mount_but_not_into_one() throws Exception {
    Path root = directory.toRealPath();
    Files.createDirectory(shared.resolve("in"));
    Path toMount = Files.createSymbolicLink(root.resolve("to-mount"), Path.of("/mnt"));
    Path intoMount = Files.createSymbolicLink(root.resolve("into-mount"), Path.of("/mnt/in"));
    String file = store.file("f", "copied");

    assertThat(
            store
                .run(
                    build,
                    LaunchRecord.of("cat", "/mnt/f").cover(0, 0, file, toMount.resolve("f") + ""))
                .stdout())
        .isEqualTo("copied");
    assertThat(
            store.failure(
                build, LaunchRecord.of("true").cover(0, 0, file, intoMount.resolve("f") + "")))
        .startsWith("cannot make a place for a copy at '" + intoMount.resolve("f"));
    assertThat(shared.resolve("in")).isEmptyDirectory();
  }

  @Test
  void a_directory_does_not_stand_over_a_file_nor_the_other_way_round() throws Exception {
    Files.createFile(shared.resolve("file"));
    Files.createDirectory(shared.resolve("directory"));

    assertThat(
            store.failure(
                build, LaunchRecord.of("true").cover(0, 0, store.directory("d"), "/mnt/file")))
        .isEqualTo("cannot put a copy to '/mnt/file': Not a directory");
    assertThat(
            store.failure(
                build, LaunchRecord.of("true").cover(0, 0, store.file("f", ""), "/mnt/directory")))
        .isEqualTo("cannot put a copy to '/mnt/directory': Is a directory");
  }

  @Test
  void copies_may_grow_but_not_without_end() throws Exception {
    var record =
        LaunchRecord.shell("head -c 100000000 /dev/zero >/mnt/f; stat -c %s /mnt/f")
            .cover(0, 0, store.file("f", ""), "/mnt/f");

    assertThat(store.run(build, record).stdout().trim()).isEqualTo("16777216");
  }
}
