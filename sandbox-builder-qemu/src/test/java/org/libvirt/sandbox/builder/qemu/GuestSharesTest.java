package org.libvirt.sandbox.builder.qemu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.libvirt.sandbox.HostDirectories;
import org.libvirt.sandbox.InvalidSandboxException;
import org.libvirt.sandbox.config.Disk;
import org.libvirt.sandbox.config.FileSharing;
import org.libvirt.sandbox.config.GuestBindMount;
import org.libvirt.sandbox.config.HostBindMount;
import org.libvirt.sandbox.config.HostImageMount;
import org.libvirt.sandbox.config.ImageFormat;
import org.libvirt.sandbox.config.InteractiveConfig;
import org.libvirt.sandbox.config.Mount;
import org.libvirt.sandbox.config.RamMount;
import org.libvirt.sandbox.config.Resources;

/** What of a file tree is refused before a machine is started. */
final class GuestSharesTest {
  @TempDir Path directory;

  private static InteractiveConfig.Builder config() {
    return InteractiveConfig.builder().command("true");
  }

  private static InteractiveConfig with(Mount mount) {
    return config().mount(mount).build();
  }

  private static void assertRefused(InteractiveConfig config, String words) {
    assertThatThrownBy(() -> plan(config))
        .isInstanceOf(InvalidSandboxException.class)
        .hasMessageContaining(words);
  }

  private static void plan(InteractiveConfig config) {
    try (Draft draft = Draft.of(config)) {
      draft.shares();
    }
  }

  @Test
  void sources_that_are_missing_or_of_another_kind_are_refused() throws Exception {
    String file = Files.createFile(directory.resolve("file")).toString();

    assertRefused(with(HostBindMount.of("/mnt", "/nowhere")), "'/nowhere' does not exist");
    assertRefused(
        config()
            .mount(HostBindMount.of("/mnt", file))
            .resources(Resources.standard().withSharing(FileSharing.NINE_P))
            .build(),
        "'" + file + "' is no directory");
    assertRefused(
        with(HostImageMount.of("/mnt", directory.toString(), ImageFormat.RAW)),
        "'" + directory + "' is no file");
    assertRefused(
        config().disk(Disk.ofBlockDevice("d", file)).build(), "'" + file + "' is no block device");
  }

  @Test
  void where_other_sandboxes_are_is_no_source() {
    assertRefused(
        with(HostBindMount.of("/mnt", HostDirectories.state().toString())),
        "which holds other sandboxes");
  }

  @ParameterizedTest
  @CsvSource({"/mnt,/proc,/proc", "/mnt,/proc/sys,/proc", "/mnt,/sys/kernel,/sys", "/,/sys,/sys"})
  void what_is_the_host_kernels_is_no_source(String target, String source, String place)
      throws Exception {
    Path link = Files.createSymbolicLink(directory.resolve("leads"), Path.of(source));
    String words = "host-bind source '%s' is in '%s', the host kernel's, which no sandbox is given";

    assertRefused(with(HostBindMount.of(target, source)), words.formatted(source, place));
    assertRefused(
        with(HostBindMount.of(target, link.toString()).asReadOnly()), words.formatted(link, place));
  }

  @Test
  void a_file_of_the_host_kernels_is_no_source() {
    assertRefused(
        config()
            .mount(HostBindMount.of("/etc/hosts", "/proc/version"))
            .resources(Resources.standard().withSharing(FileSharing.VIRTIOFS))
            .build(),
        "host-bind source '/proc/version' is in '/proc'");
  }

  @Test
  void two_roots_and_two_disks_of_one_tag_are_refused() throws Exception {
    String file = Files.createFile(directory.resolve("file")).toString();
    Disk disk = Disk.ofFile("d", file, ImageFormat.RAW);

    assertRefused(
        config().mount(HostBindMount.of("/", "/")).mount(HostBindMount.of("//", "/usr")).build(),
        "2 mounts have the target '/'");
    assertRefused(config().disk(disk).disk(disk).build(), "two disks have the tag 'd'");
  }

  @Test
  void an_image_that_is_there_twice_is_refused_by_both_names() throws Exception {
    Path file = Files.createFile(directory.resolve("file"));
    Path link = Files.createSymbolicLink(directory.resolve("link"), file);

    assertRefused(
        config()
            .mount(HostImageMount.of("/mnt", file.toString(), ImageFormat.RAW))
            .disk(Disk.ofFile("a", link.toString(), ImageFormat.RAW))
            .build(),
        "disk 'a' and the host-image at '/mnt' are both of '" + file.toRealPath() + "'");
  }

  @Test
  void a_target_that_is_missing_on_the_host_is_refused_with_the_cure() {
    assertRefused(
        with(RamMount.of("/not/there", 4096)), "'/not/there' does not exist, and nothing is made");
    assertRefused(with(RamMount.of("/etc/passwd", 4096)), "'/etc/passwd' is no directory");
  }

  @Test
  void a_file_goes_over_a_file() throws Exception {
    String file = Files.createFile(directory.resolve("file")).toString();

    assertRefused(with(HostBindMount.of("/mnt", file)), "'/mnt' is no file, but");
    assertRefused(with(HostBindMount.of("/etc/missing", file)), "run 'touch /etc/missing'");
  }

  @Test
  void a_target_in_what_is_the_machines_own_need_not_exist() {
    var config =
        config()
            .mount(RamMount.of("/tmp/not/there", 4096))
            .mount(RamMount.of("/srv", 4096))
            .mount(RamMount.of("/srv/not/there", 4096))
            .build();

    try (Draft draft = Draft.of(config)) {
      assertThat(draft.shares().devices()).hasSize(1);
    }
  }

  @Test
  void a_target_in_a_fresh_directory_is_made_there() throws Exception {
    Path tree = Files.createDirectory(directory.resolve("tree"));
    Path outside = Files.createDirectory(directory.resolve("outside"));
    Files.createSymbolicLink(tree.resolve("out"), outside);
    var config =
        config()
            .mount(HostBindMount.of("/mnt", ""))
            .include("/mnt/tree", tree.toString())
            .mount(HostBindMount.of("/mnt/bound", outside.toString()))
            .mount(RamMount.of("/mnt/deep/ram", 4096))
            .mount(RamMount.of("/mnt/deep/ram/own", 4096))
            .mount(RamMount.of("/mnt/tree", 4096))
            .build();

    try (Draft draft = Draft.of(config)) {
      draft.shares();

      Path fresh = draft.request().state().path().resolve("fresh/1");
      assertThat(fresh.resolve("bound")).isEmptyDirectory();
      assertThat(fresh.resolve("deep/ram")).isEmptyDirectory();
      assertThat(fresh.resolve("tree/out")).isSymbolicLink();
    }
  }

  @Test
  void a_target_beyond_a_link_of_an_include_is_not_made_on_the_host() throws Exception {
    Path tree = Files.createDirectory(directory.resolve("tree"));
    Path outside = Files.createDirectory(directory.resolve("outside"));
    Files.createSymbolicLink(tree.resolve("out"), outside);
    var config =
        config()
            .mount(HostBindMount.of("/mnt", ""))
            .include("/mnt/tree", tree.toString())
            .mount(RamMount.of("/mnt/tree/out/made", 4096))
            .build();

    try (Draft draft = Draft.of(config)) {
      draft.shares();

      assertThat(outside).isEmptyDirectory();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/dev",
        "/dev/pts",
        "/dev//null/",
        "/dev/disk/by-tag",
        "/proc",
        "/proc/sys",
        "/sys"
      })
  void what_the_machine_has_of_its_own_is_no_target(String target) {
    assertRefused(with(RamMount.of(target, 4096)), "is what every sandbox has of its own");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/dev", "//proc/./", "/proc/sys", "/sys/firmware"})
  void what_the_machine_has_of_its_own_is_not_bound_a_second_time(String source) {
    assertRefused(
        with(GuestBindMount.of("/mnt", source)),
        "guest-bind source '" + source + "' is what every sandbox has of its own");
  }

  @Test
  void the_hosts_root_is_not_bound_a_second_time() throws Exception {
    Path link = Files.createSymbolicLink(directory.resolve("root"), Path.of("/"));

    assertRefused(with(GuestBindMount.of("/mnt", "/")), "guest-bind source '/' is the root");
    assertRefused(
        with(GuestBindMount.of("/mnt", link.toString())),
        "guest-bind source '" + link + "' is the root");
  }

  @Test
  void a_root_in_memory_is_refused() {
    assertRefused(with(RamMount.of("/", 4096)), "cannot be the root of a sandbox");
  }

  @Test
  void an_include_needs_something_to_stand_over_in_a_read_only_directory() throws Exception {
    Path source = Files.createFile(directory.resolve("source"));

    assertRefused(
        config()
            .mount(HostBindMount.of("/mnt", directory.toString()).asReadOnly())
            .include("/mnt/missing", source.toString())
            .build(),
        "make '" + directory.resolve("missing") + "'");
  }

  @Test
  void an_include_of_a_fresh_directory_follows_no_link_that_another_brought() throws Exception {
    Path tree = Files.createDirectory(directory.resolve("tree"));
    Files.createSymbolicLink(tree.resolve("out"), directory);
    Path source = Files.createFile(directory.resolve("source"));

    assertRefused(
        config()
            .mount(HostBindMount.of("/mnt", ""))
            .include("/mnt/tree", tree.toString())
            .include("/mnt/tree/out/file", source.toString())
            .build(),
        "'/tree/out' is a symbolic link");
  }
}
