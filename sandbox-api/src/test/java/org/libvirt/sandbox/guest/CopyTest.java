package org.libvirt.sandbox.guest;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Copies in what the sandbox has for itself: BUG-1, includes are really copied. */
@ParameterizedClass
@EnumSource(InitBuild.class)
class CopyTest {
  private static final int MEBIBYTE = 1 << 20;

  @TempDir Path directory;

  private final InitBuild build;
  private Store store;

  CopyTest(InitBuild build) {
    this.build = build;
  }

  @BeforeEach
  void layReady() throws Exception {
    store = new Store(Files.createDirectory(directory.resolve("store")));
  }

  /** A program that sees a tmpfs of the sandbox at /mnt. */
  private static LaunchRecord shell(String script) {
    return LaunchRecord.shell(script).tmpfs(32 * MEBIBYTE, 0755, "/mnt");
  }

  @Test
  void a_file_has_its_content_mode_and_time_and_the_records_owner() throws Exception {
    String source = store.file("include/0", "x".repeat(200_000));
    Files.setAttribute(store.path("include/0"), "unix:mode", 06751);
    Files.setLastModifiedTime(
        store.path("include/0"), FileTime.from(Instant.ofEpochSecond(1_000_000_000)));
    var record =
        shell("stat -c '%a %u:%g %s %Y' /mnt/a; tr -d x </mnt/a | wc -c; ls /dev/sandbox")
            .copy(7, 8, source, "/mnt/a");

    assertThat(store.run(build, record).stdout()).isEqualTo("751 7:8 200000 1000000000\n0\n");
  }

  @Test
  void a_tree_is_copied_whole_but_for_what_is_no_file() throws Exception {
    String source = store.directory("tree");
    store.file("tree/sub/file", "deep");
    Files.createSymbolicLink(store.path("tree/link"), Path.of("/etc/passwd"));
    Files.setAttribute(store.path("tree/sub"), "unix:mode", 03755);
    new ProcessBuilder("mkfifo", store.path("tree/fifo").toString()).start().waitFor();
    var record =
        shell("cd /mnt/t; find . -printf '%P %y %m %U %l\\n' | sort; cat sub/file")
            .copy(5, 5, source, "/mnt/t");

    assertThat(store.run(build, record).stdout().lines())
        .containsExactly(
            " d 755 5 ", "link l 777 5 /etc/passwd", "sub d 1755 5 ", "sub/file f 644 5 ", "deep");
  }

  @Test
  void what_is_missing_on_the_way_is_made() throws Exception {
    var record =
        shell("stat -c '%n %a %u:%g' /mnt/a /mnt/a/b; cat /mnt/a/b/c")
            .copy(3, 4, store.file("f", "there"), "/mnt/a//b/./c");

    assertThat(store.run(build, record).stdout())
        .isEqualTo("/mnt/a 755 3:4\n/mnt/a/b 755 3:4\nthere");
  }

  @Test
  void directories_are_merged_and_files_replaced() throws Exception {
    store.file("one/a", "1");
    store.file("one/sub/b", "1");
    store.file("two/sub/b", "2");
    store.file("two/sub/c", "2");
    var record =
        shell("cd /mnt; stat -c '%u %a' sub; cat a sub/b sub/c")
            .copy(1, 1, "/dev/sandbox/one", "/mnt")
            .copy(2, 2, "/dev/sandbox/two", "/mnt/");

    assertThat(store.run(build, record).stdout()).isEqualTo("1 755\n122");
  }

  @Test
  void a_directory_does_not_take_a_files_place_nor_the_other_way_round() throws Exception {
    String file = store.file("file", "");
    String tree = store.directory("tree");

    assertThat(
            store.failure(
                build, shell("true").copy(0, 0, file, "/mnt/a").copy(0, 0, tree, "/mnt/a")))
        .isEqualTo("cannot put a copy to '/mnt/a': Not a directory");
    assertThat(
            store.failure(
                build, shell("true").copy(0, 0, tree, "/mnt/a").copy(0, 0, file, "/mnt/a")))
        .isEqualTo("cannot copy to '/mnt/a': Is a directory");
  }

  @Test
  void a_copied_link_leads_no_later_copy_astray() throws Exception {
    Path outside = Files.createDirectory(directory.resolve("outside"));
    store.directory("tree");
    Files.createSymbolicLink(store.path("tree/link"), outside);
    store.file("other/link/x", "astray");
    String file = store.file("x", "astray");

    assertThat(
            store.failure(
                build,
                shell("true")
                    .copy(0, 0, "/dev/sandbox/tree", "/mnt")
                    .copy(0, 0, file, "/mnt/link/x")))
        .startsWith("cannot put a copy to '/mnt/link/x'");
    assertThat(
            store.failure(
                build,
                shell("true")
                    .copy(0, 0, "/dev/sandbox/tree", "/mnt")
                    .copy(0, 0, "/dev/sandbox/other", "/mnt")))
        .startsWith("cannot copy to '/mnt/link'");
    assertThat(store.failure(build, shell("true").copy(0, 0, file, "/mnt/../etc/x")))
        .contains("'/mnt/../etc/x'");
    assertThat(outside).isEmptyDirectory();
  }

  @Test
  void what_is_no_tmpfs_is_not_written_to() throws Exception {
    Path shared = Files.createDirectory(directory.resolve("shared"));
    String file = store.file("x", "astray");
    store.bind(shared, "/mnt");

    assertThat(store.failure(build, LaunchRecord.shell("true").copy(0, 0, file, "/mnt/x")))
        .isEqualTo("cannot put a copy to '/mnt/x': Read-only file system");
    assertThat(store.failure(build, LaunchRecord.shell("true").copy(0, 0, file, "/mnt/y/x")))
        .isEqualTo("cannot put a copy to '/mnt/y/x': Read-only file system");
    assertThat(shared).isEmptyDirectory();
  }

  @Test
  void a_merge_stays_out_of_what_is_mounted_within() throws Exception {
    store.directory("tree/sub");
    var record =
        shell("true")
            .copy(0, 0, "/dev/sandbox/tree", "/mnt/d")
            .tmpfs(4096, 0755, "/mnt/d/sub")
            .copy(0, 0, "/dev/sandbox/tree", "/mnt/d");

    assertThat(store.failure(build, record)).startsWith("cannot copy to '/mnt/d/sub'");
  }

  @Test
  void links_in_the_store_are_not_followed() throws Exception {
    store.directory("real");
    store.file("real/x", "x");
    Files.createSymbolicLink(store.path("link"), Path.of("real"));

    assertThat(store.failure(build, shell("true").copy(0, 0, "/dev/sandbox/link/x", "/mnt/x")))
        .startsWith("cannot find '/dev/sandbox/link/x', which belongs to '/mnt/x'");
    assertThat(store.failure(build, shell("true").copy(0, 0, "/dev/sandbox/../null", "/mnt/x")))
        .startsWith("cannot find '/dev/sandbox/../null'");
    assertThat(store.failure(build, shell("true").copy(0, 0, "/dev/sandbox/none", "/mnt/x")))
        .endsWith("No such file or directory");
  }

  @Test
  void a_tree_of_thousands_of_files_is_copied_and_no_descriptor_stays_open() throws Exception {
    for (int i = 0; i < 5000; i++) {
      store.file("many/" + i % 50 + "/" + i, "x");
    }
    var record =
        shell("find /mnt/many -type f | wc -l; echo /proc/self/fd/*")
            .copy(0, 0, "/dev/sandbox/many", "/mnt/many");

    assertThat(store.run(build, record).stdout())
        .isEqualTo("5000\n/proc/self/fd/0 /proc/self/fd/1 /proc/self/fd/2 /proc/self/fd/3\n");
  }

  @Test
  void a_tree_is_at_most_64_directories_deep() throws Exception {
    store.directory("deep" + "/d".repeat(63));
    store.directory("deeper" + "/d".repeat(64));

    assertThat(
            store
                .run(
                    build,
                    shell("find /mnt/deep | wc -l").copy(0, 0, "/dev/sandbox/deep", "/mnt/deep"))
                .stdout())
        .isEqualTo("64\n");
    assertThat(store.failure(build, shell("true").copy(0, 0, "/dev/sandbox/deeper", "/mnt/deep")))
        .startsWith("more than 64 directories in one another at '/mnt/deep/d/d/");
  }

  @Test
  void a_copy_that_does_not_fit_is_an_error_that_names_it() throws Exception {
    String source = store.file("large", "x".repeat(MEBIBYTE));
    var record =
        LaunchRecord.shell("true").tmpfs(65536, 0755, "/mnt").copy(0, 0, source, "/mnt/large");

    assertThat(store.failure(build, record))
        .isEqualTo("cannot copy to '/mnt/large': No space left on device");
  }

  @Test
  void permissions_do_not_keep_a_tree_from_being_copied() throws Exception {
    store.file("closed/file", "inside");
    Files.setPosixFilePermissions(
        store.path("closed/file"), PosixFilePermissions.fromString("---------"));
    Files.setPosixFilePermissions(
        store.path("closed"), PosixFilePermissions.fromString("---------"));
    var record =
        shell("stat -c '%a' /mnt/c; chmod 700 /mnt/c; stat -c '%a' /mnt/c/file")
            .copy(0, 0, "/dev/sandbox/closed", "/mnt/c");

    assertThat(store.run(build, record).stdout()).isEqualTo("0\n0\n");
  }
}
