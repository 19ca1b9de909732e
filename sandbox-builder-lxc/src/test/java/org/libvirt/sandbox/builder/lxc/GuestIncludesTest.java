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
import org.libvirt.sandbox.InvalidSandboxException;
import org.libvirt.sandbox.config.Identity;
import org.libvirt.sandbox.config.InteractiveConfig;
import org.libvirt.sandbox.config.Mount;
import org.libvirt.sandbox.config.Root;

final class GuestIncludesTest {
  private final Path root;
  private final Path data;
  private final Path file;
  private final Path tree;

  GuestIncludesTest(@TempDir Path directory) throws IOException {
    Path real = directory.toRealPath();
    root = real.resolve("root");
    data = real.resolve("data");
    file = real.resolve("file");
    tree = real.resolve("tree");
  }

  @BeforeEach
  void makeFiles() throws IOException {
    for (String name : List.of("dev", "proc", "sys", "tmp", "srv/a", "srv/b", "tmpfoo")) {
      Files.createDirectories(root.resolve(name));
    }
    Files.createDirectories(data.resolve("below"));
    Files.createFile(data.resolve("there"));
    Files.createSymbolicLink(data.resolve("link"), Path.of("below"));
    Files.writeString(file, "content");
    Files.createDirectories(tree.resolve("deep"));
    Files.writeString(tree.resolve("deep/leaf"), "leaf");
  }

  @Test
  void a_file_in_a_ram_mount_is_copied_by_the_supervisor_BUG_1() throws IOException {
    try (Draft draft = draft(config("ram:/srv/a=1M").include("/srv/a/x/y=" + file))) {
      assertThat(draft.items().copies())
          .containsExactly("1234 5678 /dev/sandbox/include/0 /srv/a/x/y");
      assertThat(draft.items().covers()).isEmpty();
      Path staged = draft.state().config().resolve("include/0");
      assertThat(staged).hasContent("content");
      assertThat(Files.getAttribute(staged, "unix:uid")).isEqualTo(1234);
      assertThat(Files.getAttribute(staged, "unix:gid")).isEqualTo(5678);
    }
  }

  @Test
  void into_a_fresh_directory_it_is_copied_on_the_host_BUG_1() {
    try (Draft draft =
        draft(
            config("host-bind:/srv/a=")
                .include("/srv/a=" + tree)
                .include("/srv/a/deep/more=" + file))) {
      Path fresh = Path.of(draft.mounts().get(0).split(" ")[1]);
      assertThat(fresh.resolve("deep/leaf")).hasContent("leaf");
      assertThat(fresh.resolve("deep/more")).hasContent("content");
      assertThat(draft.items().copies()).isEmpty();
      assertThat(draft.state().config().resolve("include")).doesNotExist();
    }
  }

  @Test
  void no_link_that_an_include_brings_leads_another_one_to_the_host() throws IOException {
    Path planted = Files.createDirectory(tree.resolveSibling("planted"));
    Files.createSymbolicLink(planted.resolve("out"), data);
    InteractiveConfig.Builder config =
        config("host-bind:/srv/a=")
            .include("/srv/a/in=" + planted)
            .include("/srv/a/in/out/below/new=" + file);

    assertThatExceptionOfType(InvalidSandboxException.class)
        .isThrownBy(() -> draft(config))
        .withMessageContaining("/in/out/below/new': 'in/out' is a symbolic link");

    assertThat(data.resolve("below")).isEmptyDirectory();
  }

  @Test
  void no_link_that_an_include_brings_leads_a_mount_elsewhere() throws IOException {
    Path planted = Files.createDirectory(tree.resolveSibling("planted"));
    Files.createSymbolicLink(planted.resolve("out"), Path.of("/srv/b"));
    InteractiveConfig.Builder config =
        config("host-bind:/srv/b=" + data)
            .mount(Mount.parse("host-bind:/srv/a="))
            .include("/srv/a/in=" + planted)
            .mount(Mount.parse("ram:/srv/a/in/out/made=1M"));

    assertThatExceptionOfType(InvalidSandboxException.class)
        .isThrownBy(() -> draft(config))
        .withMessageContaining("'/srv/a/in/out/made' leads through 'in/out', a symbolic link");
  }

  @Test
  void what_belongs_to_the_host_is_covered_and_stays_as_it_is_BUG_1() throws IOException {
    try (Draft draft =
        draft(
            config("host-bind:/srv/a=" + data)
                .include("/srv/a/new/x=" + file)
                .include("/srv/a/there=" + file)
                .include("/srv/a/link=" + tree))) {
      assertThat(draft.items().covers())
          .containsExactly(
              "1234 5678 /dev/sandbox/include/0 /srv/a/new/x",
              "1234 5678 /dev/sandbox/include/1 /srv/a/there",
              "1234 5678 /dev/sandbox/include/2 /srv/a/below");
      assertThat(draft.items().copies()).isEmpty();
    }
    assertThat(data.resolve("there")).isEmptyFile();
    assertThat(data.resolve("new")).doesNotExist();
  }

  @Test
  void a_guest_bind_is_covered_too() {
    try (Draft draft = draft(config("guest-bind:/tmp/x=/srv").include("/tmp/x/a=" + tree))) {
      assertThat(draft.items().covers())
          .containsExactly("1234 5678 /dev/sandbox/include/0 /tmp/x/a");
    }
  }

  @Test
  void the_nearest_mount_has_it_and_not_one_that_begins_alike_BUG_28() {
    InteractiveConfig.Builder config =
        config("ram:/tmp=1M")
            .mount(Mount.parse("host-bind:/tmpfoo=" + data))
            .mount(Mount.parse("ram:/tmp/in=1M"))
            .include("/tmpfoo/there=" + file)
            .include("/tmp/in/x=" + file)
            .include("/tmp/infinite=" + file);

    try (Draft draft = draft(config)) {
      assertThat(draft.items().covers())
          .containsExactly("1234 5678 /dev/sandbox/include/1 /tmpfoo/there");
      assertThat(draft.items().copies())
          .containsExactly(
              "1234 5678 /dev/sandbox/include/0 /tmp/infinite",
              "1234 5678 /dev/sandbox/include/2 /tmp/in/x");
    }
  }

  @Test
  void what_a_later_mount_covers_is_passed_over() {
    InteractiveConfig.Builder config =
        config("ram:/srv/a=1M").include("/srv/a/x=" + file).mount(Mount.parse("ram:/srv=1M"));

    try (Draft draft = draft(config)) {
      assertThat(draft.items().copies()).isEmpty();
      assertThat(draft.state().config().resolve("include")).doesNotExist();
    }
  }

  @Test
  void what_a_link_leads_elsewhere_is_passed_over() throws IOException {
    Files.createSymbolicLink(data.resolve("away"), Path.of("/srv/b"));

    try (Draft draft = draft(config("host-bind:/srv/a=" + data).include("/srv/a/away/x=" + file))) {
      assertThat(draft.items().covers()).isEmpty();
    }
    Files.delete(data.resolve("away")); // what clears the directory up warns of it
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "host-bind:/srv/a=DATA|/srv/a=FILE|is a file and cannot stand for the whole mount at"
            + " '/srv/a'; name the file there",
        "ram:/srv/a=1M|/srv/a/.=FILE|is a file and cannot stand for the whole mount",
        "ram:/srv/a=1M|/srv/a/x=rel|include source 'rel' is not absolute",
        "ram:/srv/a=1M|/srv/a/x=/no/where|include source '/no/where' does not exist on this host",
        "ram:/srv/a=1M|/srv/a/x=/dev/null|include source '/dev/null' is neither a file nor a"
            + " directory",
        "host-bind:/srv/a=DATA|/srv/a/below=FILE|cannot stand at '/srv/a/below': one is a file, the"
            + " other a directory",
        "host-bind:/srv/a=DATA|/srv/a/there=TREE|cannot stand at '/srv/a/there': one is a file",
        "host-bind:/srv/a=DATA|/srv/a/there/x=FILE|cannot stand at '/srv/a/there/x': '/srv/a/there'"
            + " in '/srv/a/there/x' is no directory",
        "host-bind:/srv/a=DATA,ro|/srv/a/new=FILE|cannot stand at '/srv/a/new', which does not"
            + " exist in a read-only mount; make it there, or mount it read-write"
      })
  void an_include_without_a_place_is_refused_BUG_63(String mount, String include, String message) {
    InteractiveConfig.Builder config = config(filled(mount)).include(filled(include));

    assertThatExceptionOfType(InvalidSandboxException.class)
        .isThrownBy(() -> draft(config).close())
        .withMessageContaining(message);
  }

  private String filled(String text) {
    return text.replace("DATA", data.toString())
        .replace("FILE", file.toString())
        .replace("TREE", tree.toString());
  }

  private static Draft draft(InteractiveConfig.Builder config) {
    return Draft.of(config.build());
  }

  private InteractiveConfig.Builder config(String mount) {
    return InteractiveConfig.builder()
        .name("planned")
        .command("/bin/true")
        .identity(new Identity(1234, 5678, "somebody", "/"))
        .root(Root.directory(root))
        .mount(Mount.parse(mount));
  }
}
