package org.libvirt.sandbox.builder.lxc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.libvirt.sandbox.InvalidSandboxException;
import org.libvirt.sandbox.config.InteractiveConfig;
import org.libvirt.sandbox.config.Mount;
import org.libvirt.sandbox.config.Root;
import org.libvirt.sandbox.domain.Filesystem;

final class GuestRootTest {
  private final Path root;
  private final Path image;

  GuestRootTest(@TempDir Path directory) throws IOException {
    root = directory.toRealPath().resolve("root");
    image = directory.toRealPath().resolve("image.img");
  }

  @BeforeEach
  void makeRoot() throws IOException {
    for (String place : List.of("dev", "proc", "sys", "tmp", "srv")) {
      Files.createDirectories(root.resolve(place));
    }
    Files.createFile(image);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "//", "/.", "/./", "/.//./"})
  void a_mount_at_the_root_directory_is_the_root(String target) {
    assertThat(GuestRoot.isRoot(Mount.parse("ram:" + target + "=1M"))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/a", "/.a", "/a/.", "/..", "/ ", "/.../"})
  void other_mounts_are_not(String target) {
    assertThat(GuestRoot.isRoot(Mount.parse("ram:" + target + "=1M"))).isFalse();
  }

  @Test
  void the_configs_root_is_read_only_and_has_fresh_directories() {
    InteractiveConfig config = config().root(Root.directory(root)).build();

    try (Draft draft = Draft.of(config)) {
      Filesystem first = draft.domain().filesystems().get(0);
      assertThat(first.source()).contains(root.toString());
      assertThat(first.target()).isEqualTo("/");
      assertThat(first.isReadOnly()).isTrue();
      assertThat(targets(draft)).containsExactly("/", "/tmp", "/dev/sandbox");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"dev", "proc", "sys"})
  void a_root_without_a_place_for_the_sandboxs_own_is_refused_BUG_63(String place)
      throws IOException {
    Files.delete(root.resolve(place));
    InteractiveConfig config = config().root(Root.directory(root)).build();

    assertThatExceptionOfType(InvalidSandboxException.class)
        .isThrownBy(() -> Draft.of(config).close())
        .withMessage(
            "root '%s' has no directory '%s', where the sandbox gets its own; make one there"
                .formatted(root, place));
  }

  @Test
  void a_bind_at_the_root_directory_stands_in_its_own_place_and_has_nothing_hidden() {
    InteractiveConfig config =
        config()
            .mount(Mount.parse("ram:/srv=1M"))
            .mount(Mount.parse("host-bind:/=" + root))
            .build();

    try (Draft draft = Draft.of(config)) {
      assertThat(targets(draft)).containsExactly("/dev/sandbox", "/srv", "/");
      Filesystem last = draft.domain().filesystems().get(2);
      assertThat(last.source()).contains(root.toString());
      assertThat(last.isReadOnly()).isFalse();
      assertThat(draft.items().masks()).isEmpty();
    }
  }

  @Test
  void a_bind_of_this_host_at_the_root_directory_hides_what_its_root_hides() {
    try (Draft bound = Draft.of(config().mount(Mount.parse("host-bind:/=/,ro")).build());
        Draft plain = Draft.of(config().build())) {
      assertThat(targets(bound))
          .containsExactlyInAnyOrderElementsOf(targets(plain))
          .contains("/run", "/tmp");
      assertThat(bound.items().masks()).isEqualTo(plain.items().masks()).isNotEmpty();
    }
  }

  @Test
  void an_image_at_the_root_directory_is_a_whole_system() {
    InteractiveConfig config =
        config()
            .mount(Mount.parse("host-image:/=" + image))
            .mount(Mount.parse("ram:/no/body/knows=1M"))
            .build();

    try (Draft draft = Draft.of(config)) {
      Filesystem first = draft.domain().filesystems().get(1);
      assertThat(first.type()).isEqualTo("file");
      assertThat(first.source()).contains(image.toString());
      assertThat(first.driver()).contains("loop");
      assertThat(targets(draft)).containsExactly("/dev/sandbox", "/", "/no/body/knows");
      assertThat(draft.items().masks()).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ram:/=1M|a ram mount cannot be the root of a sandbox; mount a directory or an image at '/'",
        "guest-bind:/=/srv|a guest-bind cannot be the root of a sandbox",
        "host-bind:/=|a fresh directory cannot be the root of a sandbox",
        "host-bind:/=/no/where|host-bind source '/no/where' does not exist on this host",
        "host-bind:/=/etc/passwd|host-bind source '/etc/passwd' is no directory, which the root",
        "host-image:/=/srv|host-image source '/srv' is a directory; give the file of an image"
      })
  void what_cannot_be_a_root_is_refused_BUG_63(String option, String message) {
    InteractiveConfig config = config().mount(Mount.parse(option)).build();

    assertThatExceptionOfType(InvalidSandboxException.class)
        .isThrownBy(() -> Draft.of(config).close())
        .withMessageContaining(message);
  }

  @Test
  void two_roots_are_refused() {
    InteractiveConfig config =
        config()
            .mount(Mount.parse("host-bind:/=/"))
            .mount(Mount.parse("host-bind:/.=/usr"))
            .build();

    assertThatExceptionOfType(InvalidSandboxException.class)
        .isThrownBy(() -> Draft.of(config).close())
        .withMessage("2 mounts have the target '/'; keep the one that is the root");
  }

  @Test
  void a_root_with_includes_is_refused() {
    InteractiveConfig config =
        config().mount(Mount.parse("host-bind:/=" + root)).include("/srv/x=/etc/hosts").build();

    assertThatExceptionOfType(InvalidSandboxException.class)
        .isThrownBy(() -> Draft.of(config).close())
        .withMessage("the mount at '/' has includes; add a mount below it for them");
  }

  private static List<String> targets(Draft draft) {
    return draft.domain().filesystems().stream().map(Filesystem::target).toList();
  }

  private static InteractiveConfig.Builder config() {
    return InteractiveConfig.builder().name("planned").command("/bin/true");
  }
}
