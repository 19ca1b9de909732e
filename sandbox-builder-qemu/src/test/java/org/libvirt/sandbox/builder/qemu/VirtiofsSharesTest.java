package org.libvirt.sandbox.builder.qemu;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.libvirt.sandbox.HostDirectories;
import org.libvirt.sandbox.config.FileSharing;
import org.libvirt.sandbox.config.HostBindMount;
import org.libvirt.sandbox.config.InteractiveConfig;
import org.libvirt.sandbox.config.Resources;

final class VirtiofsSharesTest {
  @TempDir Path directory;

  private static InteractiveConfig.Builder config() {
    return InteractiveConfig.builder()
        .arch("x86_64")
        .command("true")
        .resources(Resources.standard().withSharing(FileSharing.VIRTIOFS));
  }

  private static List<String> words(InteractiveConfig config) {
    try (Draft draft = Draft.of(config)) {
      draft.shares();
      return ((VirtiofsShares) draft.directories()).words();
    }
  }

  @Test
  void the_root_is_read_only_and_without_what_the_host_hides_even_from_a_machines_kernel() {
    String state = HostDirectories.state().toString().substring(1);

    List<String> words = words(config().build());

    assertThat(words.get(0)).isEqualTo("share");
    assertThat(words.subList(2, 4)).containsExactly("ro", "/");
    for (String hidden : List.of(state, "etc/libvirt", "proc", "sys", "dev", "run", "tmp")) {
      assertThat(words).containsSequence("mask", hidden);
    }
  }

  @Test
  void what_is_fresh_over_the_host_is_hidden_in_the_root_alone() {
    List<String> words = words(config().mount(HostBindMount.of("/mnt", "/").asReadOnly()).build());

    assertThat(words.stream().filter("var/tmp"::equals)).hasSize(1);
    assertThat(words.subList(words.indexOf("var/tmp"), words.size()))
        .containsSequence("share")
        .contains("ro", "/")
        .doesNotContain("run", "tmp");
  }

  @Test
  void each_directory_has_a_socket_and_its_own_rights() throws Exception {
    Path first = Files.createDirectory(directory.resolve("first")).toRealPath();
    Path second = Files.createDirectory(directory.resolve("second")).toRealPath();

    List<String> words =
        words(
            config()
                .mount(HostBindMount.of("/srv", first.toString()))
                .mount(HostBindMount.of("/mnt", second.toString()).asReadOnly())
                .build());

    assertThat(words)
        .containsSequence("rw", first.toString(), "share")
        .endsWith("ro", second.toString());
    assertThat(words).filteredOn(word -> word.matches("/.*/virtiofs[0-2]")).hasSize(3);
  }

  @Test
  void the_domain_has_the_sockets_and_memory_that_is_shared() throws Exception {
    try (Draft draft = Draft.of(config().build())) {
      String xml = draft.xml(new Accelerator(false, "a test"));

      assertThat(xml)
          .contains(
              "<source socket=\"" + draft.request().state().path().resolve("virtiofs0") + "\"/>",
              "<driver type=\"virtiofs\"/>",
              "<access mode=\"shared\"/>")
          .doesNotContain("<readonly/>");
      assertThat(new LibvirtSchema().errorsOf(xml)).isEmpty();
    }
  }
}
