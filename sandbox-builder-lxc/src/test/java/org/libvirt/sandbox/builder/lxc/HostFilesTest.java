package org.libvirt.sandbox.builder.lxc;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.libvirt.sandbox.config.InteractiveConfig;
import org.libvirt.sandbox.config.Mount;
import org.libvirt.sandbox.config.Network;
import org.libvirt.sandbox.config.Root;

final class HostFilesTest {
  private final Path root;
  private final Path data;

  HostFilesTest(@TempDir Path directory) throws IOException {
    root = directory.toRealPath().resolve("root");
    data = directory.toRealPath().resolve("data");
  }

  @BeforeEach
  void makeRoot() throws IOException {
    for (String place : List.of("dev", "proc", "sys", "etc", "run")) {
      Files.createDirectories(root.resolve(place));
    }
    Files.createDirectories(data);
    for (String name : List.of("hostname", "hosts", "resolv.conf")) {
      Files.createFile(root.resolve("etc").resolve(name));
    }
  }

  @Test
  void the_host_name_of_the_config_is_told_and_stands_in_the_files() {
    try (Draft draft = Draft.of(config().hostName("box.example").build())) {
      assertThat(draft.items().hostNames()).containsExactly("box.example");
      assertThat(draft.items().files())
          .containsExactly(
              "/etc/hostname box.example\n",
              "/etc/hosts 127.0.0.1 localhost\n::1 localhost\n127.0.1.1 box.example\n");
    }
  }

  @Test
  void without_one_libvirts_stays() {
    try (Draft draft = Draft.of(config().build())) {
      assertThat(draft.items().hostNames()).isEmpty();
      assertThat(draft.items().files()).contains("/etc/hostname planned\n");
    }
  }

  @Test
  void an_address_without_a_name_is_not_told() {
    try (Draft draft = Draft.of(config().name("\u5bb9\u5668").build())) {
      assertThat(draft.items().files())
          .containsExactly("/etc/hostname \n", "/etc/hosts 127.0.0.1 localhost\n::1 localhost\n");
    }
  }

  @Test
  void name_servers_are_told_only_where_there_is_a_network() {
    Network network = Network.parse("dhcp");

    try (Draft alone = Draft.of(config().build());
        Draft connected = Draft.of(config().network(network).build())) {
      assertThat(paths(alone)).containsExactly("/etc/hostname", "/etc/hosts");
      assertThat(paths(connected))
          .containsExactly("/etc/hostname", "/etc/hosts", "/etc/resolv.conf");
    }
  }

  @Test
  void a_mount_over_etc_keeps_its_own_files() {
    InteractiveConfig config =
        config()
            .network(Network.parse("dhcp"))
            .mount(Mount.parse("host-bind:/etc=" + data))
            .build();

    try (Draft draft = Draft.of(config)) {
      assertThat(draft.items().files()).isEmpty();
    }
  }

  @Test
  void a_mount_over_one_file_keeps_that_one() throws IOException {
    Path hosts = Files.createFile(data.resolve("hosts"));
    InteractiveConfig config = config().mount(Mount.parse("host-bind:/etc/hosts=" + hosts)).build();

    try (Draft draft = Draft.of(config)) {
      assertThat(paths(draft)).containsExactly("/etc/hostname");
    }
  }

  @Test
  void a_link_into_a_mount_keeps_what_is_there_and_one_into_what_is_fresh_does_not()
      throws IOException {
    Files.delete(root.resolve("etc/resolv.conf"));
    Files.createSymbolicLink(root.resolve("etc/resolv.conf"), Path.of("../run/dns/resolv.conf"));
    InteractiveConfig fresh = config().network(Network.parse("dhcp")).build();
    InteractiveConfig mounted =
        fresh.toBuilder().mount(Mount.parse("host-bind:/run/dns=" + data)).build();

    try (Draft plain = Draft.of(fresh);
        Draft kept = Draft.of(mounted)) {
      assertThat(paths(plain)).contains("/etc/resolv.conf");
      assertThat(paths(kept)).doesNotContain("/etc/resolv.conf");
    }
  }

  private static List<String> paths(Draft draft) {
    return draft.items().files().stream().map(file -> file.split(" ", 2)[0]).toList();
  }

  private InteractiveConfig.Builder config() {
    return InteractiveConfig.builder()
        .name("planned")
        .command("/bin/true")
        .root(Root.directory(root));
  }
}
