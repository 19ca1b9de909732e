package org.libvirt.sandbox.builder.lxc;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.libvirt.sandbox.HostDirectories;
import org.libvirt.sandbox.builder.HostFacts;
import org.libvirt.sandbox.builder.HostMount;
import org.libvirt.sandbox.config.Hardening;
import org.libvirt.sandbox.config.InteractiveConfig;
import org.libvirt.sandbox.config.Mount;

/** What mounts of this host's directories must not show. */
final class HiddenPlacesTest {
  private static final String STATE = HostDirectories.state().toString();
  private static final List<String> HIDDEN =
      List.of(
          STATE,
          HostDirectories.cache().toString(),
          "/etc/libvirt",
          "/var/lib/libvirt",
          "/var/log/libvirt",
          "/var/cache/libvirt");

  @Test
  void a_bind_of_the_whole_host_hides_what_the_root_hides() {
    try (Draft draft = draft("host-bind:/tmp/x=/")) {
      assertThat(draft.items().masks())
          .containsExactlyElementsOf(
              Stream.concat(HIDDEN.stream(), HIDDEN.stream().map("/tmp/x"::concat)).toList());
    }
  }

  @Test
  void a_bind_of_a_directory_hides_what_lies_in_it() {
    try (Draft draft = draft("host-bind:/tmp/x=/var,ro")) {
      assertThat(draft.items().masks())
          .contains(
              "/tmp/x" + STATE.substring("/var".length()),
              "/tmp/x/lib/libvirt",
              "/tmp/x/log/libvirt")
          .doesNotContain("/tmp/x/etc/libvirt");
    }
  }

  @Test
  void a_guest_bind_hides_it_too() {
    try (Draft draft = draft("guest-bind:/tmp/x=/var")) {
      assertThat(draft.items().masks()).contains("/tmp/x" + STATE.substring("/var".length()));
    }
  }

  @Test
  void what_is_bound_by_its_own_name_is_meant_to_be_seen() {
    try (Draft draft = draft("host-bind:/tmp/x=/etc")) {
      assertThat(draft.items().masks()).contains("/tmp/x/libvirt");
    }
    try (Draft draft = draft("host-bind:/tmp/x=/var/lib")) {
      assertThat(draft.items().masks()).doesNotContain("/tmp/x").contains("/tmp/x/libvirt");
    }
  }

  @Test
  void nothing_is_hidden_in_a_bind_that_a_later_mount_covers() {
    try (Draft draft = draft("host-bind:/tmp/x=/", "ram:/tmp/x=1M")) {
      assertThat(draft.items().masks()).containsExactlyElementsOf(HIDDEN);
    }
  }

  @Test
  void nothing_is_hidden_of_the_root_where_a_mount_stands_on_it() {
    try (Draft draft = draft("ram:/var=1M")) {
      assertThat(draft.items().masks()).containsExactly("/etc/libvirt");
    }
  }

  @Test
  void what_the_host_has_mounted_a_second_time_is_hidden_there_too() {
    HostFacts host =
        new HostFacts(
            List.of(
                new HostMount(Path.of("/"), "8:1", Path.of("/"), Set.of("rw")),
                new HostMount(Path.of("/usr"), "8:1", Path.of("/var"), Set.of("rw"))),
            Set.of());

    try (Draft draft = Draft.of(config("host-bind:/tmp/x=/usr").build(), host)) {
      String below = STATE.substring("/var".length());
      assertThat(draft.items().masks()).contains(STATE, "/usr" + below, "/tmp/x" + below);
    }
  }

  @Test
  void a_guest_bind_of_the_root_hides_the_sockets_that_the_root_hides() {
    HostFacts host =
        new HostFacts(
            Draft.PLAIN.mounts(), Set.of(Path.of("/usr/share/socket"), Path.of("/etc/s")));

    try (Draft draft = Draft.of(config("guest-bind:/tmp/x=/usr").build(), host)) {
      assertThat(draft.items().sockets())
          .containsExactly("/etc/s", "/usr/share/socket", "/tmp/x/share/socket");
    }
  }

  @Test
  void a_socket_in_a_bind_of_the_host_is_what_the_bind_was_given_for() {
    HostFacts host = new HostFacts(Draft.PLAIN.mounts(), Set.of(Path.of("/usr/share/socket")));

    try (Draft draft =
        Draft.of(config("host-bind:/tmp/x=/usr", "guest-bind:/tmp/y=/tmp/x/share").build(), host)) {
      assertThat(draft.items().sockets()).containsExactly("/usr/share/socket");
    }
  }

  @Test
  void secrets_of_the_host_are_hidden_in_its_root_and_where_that_is_shown_again() {
    try (Draft draft = Draft.of(hiding("guest-bind:/tmp/x=/etc"))) {
      assertThat(draft.items().masks()).contains("/root");
      assertThat(draft.items().files()).contains("/etc/shadow ", "/tmp/x/shadow ");
    }
  }

  @Test
  void a_mount_of_the_host_shows_the_secrets_that_it_was_given_for() {
    try (Draft draft = Draft.of(hiding("host-bind:/tmp/x=/etc", "host-bind:/etc=/etc"))) {
      assertThat(draft.items().masks()).contains("/root");
      assertThat(draft.items().files()).doesNotContain("/etc/shadow ", "/tmp/x/shadow ");
    }
  }

  private static InteractiveConfig hiding(String... mounts) {
    return config(mounts).hardening(Hardening.standard()).build();
  }

  private static Draft draft(String... mounts) {
    return Draft.of(config(mounts).build());
  }

  private static InteractiveConfig.Builder config(String... mounts) {
    return InteractiveConfig.builder()
        .name("planned")
        .hardening(Hardening.standard().showingSecrets())
        .command("/bin/true")
        .mounts(Stream.of(mounts).map(Mount::parse).toList());
  }
}
