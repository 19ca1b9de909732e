package org.libvirt.sandbox.builder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.libvirt.sandbox.HostLacksException;
import org.libvirt.sandbox.InvalidSandboxException;
import org.libvirt.sandbox.config.Hardening;
import org.libvirt.sandbox.config.InteractiveConfig;

/** On a directory in place of the host's root. */
final class HostSecretsTest {
  private static final HostFacts FACTS = new HostFacts(List.of(), Set.of());

  @TempDir Path directory;

  @SuppressWarnings("NullAway.Init")
  private Path host;

  @BeforeEach
  void fill() throws IOException {
    host = directory.toRealPath();
    for (String name :
        List.of(
            "etc/shadow",
            "etc/passwd",
            "etc/ssh/ssh_host_rsa_key",
            "etc/ssh/ssh_host_rsa_key.pub",
            "etc/ssh/ssh_config",
            "root/.ssh/id_rsa",
            "root/project/src/main.c",
            "root/other")) {
      Files.createDirectories(host.resolve(name).getParent());
      Files.writeString(host.resolve(name), name);
    }
  }

  private List<String> hidden(String... wanted) {
    HostSecrets secrets = new HostSecrets(host, FACTS);
    List.of(wanted).forEach(secrets::want);
    return secrets.find().stream().map(path -> "/" + host.relativize(path)).toList();
  }

  @Test
  void what_is_there_of_the_list_is_hidden() {
    assertThat(hidden())
        .containsExactlyInAnyOrder("/root", "/etc/shadow", "/etc/ssh/ssh_host_rsa_key");
  }

  @Test
  void a_directory_on_the_way_to_what_is_wanted_shows_nothing_else() {
    assertThat(hidden("/root/project/src"))
        .containsExactlyInAnyOrder(
            "/root/.ssh", "/root/other", "/etc/shadow", "/etc/ssh/ssh_host_rsa_key");
  }

  @Test
  void what_is_wanted_itself_is_seen() {
    assertThat(hidden("/root", "/etc/shadow")).containsExactly("/etc/ssh/ssh_host_rsa_key");
  }

  @Test
  void what_lies_above_a_secret_shows_it_not() {
    assertThat(hidden("/", "/etc")).contains("/root", "/etc/shadow");
  }

  @Test
  void a_link_beside_what_is_wanted_covers_nothing() throws IOException {
    Files.createSymbolicLink(host.resolve("root/link"), host.resolve("etc/passwd"));

    assertThat(hidden("/root/project")).contains("/root/other").doesNotContain("/root/link");
  }

  @Test
  void what_is_wanted_by_a_link_is_seen_where_it_is() throws IOException {
    Files.createSymbolicLink(host.resolve("srv"), host.resolve("root/project"));

    assertThat(hidden("/srv")).contains("/root/other").doesNotContain("/root/project", "/root");
  }

  @Test
  void a_secret_that_lies_elsewhere_is_hidden_there() throws IOException {
    Files.createDirectories(host.resolve("data/docker"));
    Files.createDirectories(host.resolve("var/lib"));
    Files.createSymbolicLink(host.resolve("var/lib/docker"), host.resolve("data/docker"));

    assertThat(hidden()).contains("/data/docker");
  }

  @Test
  void what_is_wanted_below_a_file_shows_it_not() {
    assertThat(hidden("/etc/shadow/below")).contains("/etc/shadow");
  }

  @Test
  void a_file_or_a_loop_of_links_in_the_place_of_a_directory_has_nothing_to_hide()
      throws IOException {
    Files.createDirectories(host.resolve("var/lib"));
    Files.createSymbolicLink(host.resolve("var/lib/docker"), host.resolve("var/lib/docker"));
    Files.writeString(host.resolve("etc/ssl"), "");
    Files.writeString(host.resolve("var/log"), "");

    assertThat(hidden())
        .containsExactlyInAnyOrder("/root", "/etc/shadow", "/etc/ssh/ssh_host_rsa_key");
  }

  @Test
  void a_place_that_cannot_be_looked_at_is_not_taken_for_empty() throws IOException {
    Files.createDirectories(host.resolve("var/lib"));
    Files.createSymbolicLink(host.resolve("var/lib/docker"), Path.of("x".repeat(300)));

    assertThatThrownBy(this::hidden)
        .isInstanceOf(HostLacksException.class)
        .hasMessageStartingWith(
            "cannot tell whether '" + host.resolve("var/lib/docker") + "' has to be hidden");
  }

  @Test
  void so_many_neighbours_that_each_start_would_take_long_are_refused() throws IOException {
    for (int i = 0; i < 1000; i++) {
      Files.createFile(host.resolve("root/" + i));
    }

    assertThat(hidden("/root")).doesNotContain("/root");
    assertThatThrownBy(() -> hidden("/root/project"))
        .isInstanceOf(InvalidSandboxException.class)
        .hasMessageContaining("'" + host.resolve("root") + "' has 1002 neighbours");
  }

  @Test
  void of_the_host_nothing_is_hidden_where_the_config_shows_secrets() {
    var config =
        InteractiveConfig.builder().hardening(Hardening.standard().showingSecrets()).build();

    assertThat(HostSecrets.of(config, FACTS)).isEmpty();
    assertThat(HostSecrets.of(InteractiveConfig.builder().build(), FACTS))
        .contains(Path.of("/etc/shadow"), Path.of("/root"));
  }

  @Test
  void program_directory_and_mounts_are_wanted() {
    var config =
        InteractiveConfig.builder().directory("/root").command("/etc/shadow", "/etc/gshadow");

    assertThat(HostSecrets.of(config.build(), FACTS))
        .doesNotContain(Path.of("/root"), Path.of("/etc/shadow"))
        .contains(Path.of("/etc/gshadow"));
  }
}
