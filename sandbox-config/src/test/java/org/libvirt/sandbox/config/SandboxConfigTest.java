package org.libvirt.sandbox.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What all kinds of config have in common, beside the defaults and their file. */
class SandboxConfigTest {
  private static InteractiveConfig.Builder config() {
    return InteractiveConfig.builder().name("x");
  }

  @Test
  void mounts_keep_their_order_and_are_found_by_kind() {
    RamMount ram = RamMount.of("/a", 1);
    HostBindMount bind = HostBindMount.of("/b", "/h");
    RamMount other = RamMount.of("/c", 2);

    SandboxConfig config = config().mount(ram).mount(bind).mount(other).build();

    assertThat(config.mounts()).containsExactly(ram, bind, other).isUnmodifiable();
    assertThat(config.mounts(RamMount.class)).containsExactly(ram, other);
    assertThat(config.mounts(GuestBindMount.class)).isEmpty();
  }

  @Test
  void the_mount_at_a_target_is_the_one_that_covers_the_others() {
    SandboxConfig config = config().mount(RamMount.of("/a", 1)).mount(RamMount.of("/a", 2)).build();

    assertThat(config.findMount("/a")).contains(RamMount.of("/a", 2));
    assertThat(config.findMount("/a/")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"/, true", "//, true", "/., true", "/./, true", "/a, false", "/.., false"})
  void a_mount_at_the_root_directory_is_known_as_one(String target, boolean root) {
    assertThat(config().mount(RamMount.of(target, 1)).build().hasRootMount()).isEqualTo(root);
  }

  @Test
  void configs_that_no_file_can_hold_can_be_compared() {
    String large = "x".repeat(17 << 20);
    SandboxConfig config = config().environment("A", large).build();

    assertThat(config.equals(config().environment("A", large).build())).isTrue();
    assertThat(config.equals(config().environment("A", large + "y").build())).isFalse();
    assertThatExceptionOfType(ConfigFileException.class).isThrownBy(config::toText);
  }

  @Test
  void lists_are_set_in_place_of_what_was_added() {
    Disk disk = Disk.parse("file:a=/b");
    Network network = Network.parse("dhcp");
    SandboxConfig config = config().mount(RamMount.of("/a", 1)).disk(disk).network(network).build();

    SandboxConfig emptied =
        config.toBuilder().mounts(List.of()).disks(List.of()).networks(List.of()).build();

    assertThat(config.disks()).containsExactly(disk).isUnmodifiable();
    assertThat(config.networks()).containsExactly(network).isUnmodifiable();
    assertThat(emptied).isEqualTo(config().build());
  }

  @ParameterizedTest
  @CsvSource({
    "/tmp/x, /tmp, /x",
    "/tmp, /tmp, ''",
    "/tmp/, /tmp, /",
    "/tmp//x, /tmp, //x",
    "//tmp/./x, /tmp, /./x",
    "/tmp/sub/x, /tmp/sub/, /x",
    "/tmp/subfoo, /tmp, /subfoo"
  })
  void an_include_goes_into_the_nearest_mount_above_it_BUG_28(
      String path, String target, String destination) {
    SandboxConfig config =
        config()
            .mount(RamMount.of("/tmp", 1))
            .mount(RamMount.of("/tmp/sub/", 1))
            .include(path, "/h")
            .build();

    assertThat(config.findMount(target).orElseThrow().includes())
        .containsExactly(new Include(destination, "/h"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"/tmpfoo", "tmp/x", "", "/", "/other"})
  void an_include_without_a_mount_above_it_is_refused_BUG_28(String path) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> config().mount(RamMount.of("/tmp", 1)).include(path, "/h"))
        .withMessage(
            "include '%s' has no mount above it; add a mount whose target is, first", path);
  }

  @Test
  void an_include_goes_into_the_mount_that_covers_the_others() {
    SandboxConfig config =
        config()
            .mount(RamMount.of("/a", 1))
            .mount(RamMount.of("/a", 2))
            .include("/a/x", "/h")
            .build();

    assertThat(config.mounts().get(0).includes()).isEmpty();
    assertThat(config.mounts().get(1).includes()).hasSize(1);
  }

  @Test
  void an_include_cannot_leave_its_mount() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> config().mount(RamMount.of("/a", 1)).include("/a/../etc/x=/h"))
        .withMessageContaining("holds '..'");
  }

  @Test
  void includes_are_option_strings_with_the_path_as_default_of_the_source(@TempDir Path directory)
      throws Exception {
    Path list = Files.writeString(directory.resolve("list"), "/a/x=/h=1\n/a/y\n/a/z=");

    SandboxConfig config = config().mount(RamMount.of("/a", 1)).includes(list).build();

    assertThat(config.mounts().get(0).includes())
        .containsExactly(
            new Include("/x", "/h=1"), new Include("/y", "/a/y"), new Include("/z", ""));
  }

  @Test
  void a_line_of_a_file_of_includes_that_is_wrong_is_named(@TempDir Path directory)
      throws Exception {
    Path list = Files.writeString(directory.resolve("list"), "/a/x\n\n/a/y\n");

    assertThatIllegalArgumentException()
        .isThrownBy(() -> config().mount(RamMount.of("/a", 1)).includes(list))
        .withMessageStartingWith(list + ", line 2: include '' has no mount above it");
    Assertions.assertThatExceptionOfType(NoSuchFileException.class)
        .isThrownBy(() -> config().includes(directory.resolve("none")));
  }

  @Test
  void a_variable_is_an_option_string_too_BUG_60() {
    assertThat(config().environment("A=b=c").environment("B=").build().environment())
        .containsEntry("A", "b=c")
        .containsEntry("B", "");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> config().environment("A"))
        .withMessage("environment 'A' has no '='; write NAME=VALUE");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> config().environment("=b"))
        .withMessage("environment variable without a name; write NAME=VALUE with a NAME");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "web-1.example.org", "A1", "0"})
  void a_host_name_is_one_that_a_host_can_have(String hostName) {
    assertThat(config().hostName(hostName).build().hostName()).contains(hostName);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-a", "a-", "a..b", ".a", "a.", "a_b", "a b", "\u00e4", "a\n"})
  void another_host_name_is_refused(String hostName) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> config().hostName(hostName))
        .withMessageContaining("write at most 64 letters, digits, hyphens and dots");
  }

  @Test
  void a_host_name_has_at_most_64_characters() {
    String longest = "a".repeat(32) + "." + "b".repeat(31);

    assertThat(config().hostName(longest).build().hostName()).contains(longest);
    assertThatIllegalArgumentException().isThrownBy(() -> config().hostName(longest + "b"));
    assertThatIllegalArgumentException().isThrownBy(() -> config().hostName("a".repeat(64)));
  }

  @Test
  void a_working_directory_is_absolute() {
    assertThat(config().directory("/srv/../x ").build().directory()).contains("/srv/../x ");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> config().directory("srv"))
        .withMessage("working directory 'srv' is not absolute; write '/srv'");
    assertThatIllegalArgumentException().isThrownBy(() -> config().directory(""));
    assertThatIllegalArgumentException().isThrownBy(() -> config().directory("/a\n"));
  }

  @Test
  void every_property_makes_a_difference() {
    SandboxConfig config = config().build();

    assertThat(
            List.of(
                config().uuid(new UUID(1, 2)).build(),
                config().root(Root.directory(Path.of("/srv"))).build(),
                config().arch("ppc64le").build(),
                config().identity(new Identity(7, 7, "x", "/")).build(),
                config().privileged(true).build(),
                config().environment("A", "1").build(),
                config().mount(RamMount.of("/a", 1)).build(),
                config().disk(Disk.parse("file:a=/b")).build(),
                config().network(Network.parse("dhcp")).build(),
                config().security(Security.dynamic("")).build(),
                config().kernel(Kernel.running().withRelease("6")).build(),
                config().resources(Resources.standard().withProcesses(1)).build(),
                config().hardening(Hardening.standard().showingSecrets()).build(),
                config().hostName("h").build(),
                config().directory("/").build(),
                config().shell(true).build(),
                config().debug(true).build(),
                config().verbose(true).build()))
        .doesNotContain((InteractiveConfig) config)
        .doesNotHaveDuplicates()
        .allSatisfy(other -> assertThat(other.toBuilder().build()).isEqualTo(other));
  }

  @Test
  void the_text_of_a_config_is_one_line_without_values_of_variables() {
    SandboxConfig config =
        config().command("/bin/sh", "-c", "one\ntwo\u001b[31m").environment("A", "s3cret").build();

    assertThat(config.toString())
        .contains("environment=[A]")
        .contains("one?two?[31m")
        .doesNotContain("s3cret")
        .doesNotContainPattern("\\p{Cc}");
  }
}
