package org.libvirt.sandbox.builder;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class NameServersTest {
  private final Path system;
  private final Path resolved;

  NameServersTest(@TempDir Path directory) {
    system = directory.resolve("resolv.conf");
    resolved = directory.resolve("resolved.conf");
  }

  @Test
  void servers_and_search_lists_are_taken_over_in_their_order() throws IOException {
    write(
        system,
        "# written by hand",
        "; also a comment",
        "search a.example  b.example",
        "nameserver\t192.0.2.1",
        "  nameserver 2001:db8::1 ",
        "options ndots:2",
        "sortlist 192.0.2.0",
        "");

    assertThat(text())
        .isEqualTo(
            """
            search a.example  b.example
            nameserver\t192.0.2.1
            nameserver 2001:db8::1
            options ndots:2
            """);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "127.0.0.1",
        "127.0.0.53",
        "::1",
        "0.0.0.0",
        "::",
        "fe80::1%7",
        "fe80::1%gone",
        "junk",
        "",
        "1.2.3"
      })
  void a_server_that_a_sandbox_cannot_reach_is_dropped(String server) throws IOException {
    write(system, "nameserver " + server, "nameserver 192.0.2.1");

    assertThat(text()).isEqualTo("nameserver 192.0.2.1\n");
  }

  @Test
  void where_systemd_asks_for_the_host_its_own_servers_are_taken() throws IOException {
    write(system, "nameserver 127.0.0.53", "options edns0 trust-ad", "search stub.example");
    write(resolved, "nameserver 192.0.2.7", "search lan.example");

    assertThat(text()).isEqualTo("nameserver 192.0.2.7\nsearch lan.example\n");
  }

  @Test
  void servers_of_the_system_are_preferred_to_those_of_systemd() throws IOException {
    write(system, "nameserver 192.0.2.1");
    write(resolved, "nameserver 192.0.2.7");

    assertThat(text()).isEqualTo("nameserver 192.0.2.1\n");
  }

  @Test
  void where_nobody_has_servers_the_search_list_stays() throws IOException {
    write(system, "nameserver 127.0.0.1", "search a.example");

    assertThat(text()).isEqualTo("search a.example\n");
  }

  @Test
  void a_host_without_any_file_has_no_servers() {
    assertThat(text()).isEmpty();
  }

  @Test
  void a_comment_may_hold_any_byte() throws IOException {
    Files.write(system, "# \u00ff\nnameserver 192.0.2.1\n".getBytes(StandardCharsets.ISO_8859_1));

    assertThat(text()).isEqualTo("nameserver 192.0.2.1\n");
  }

  private String text() {
    return NameServers.of(system, resolved).text();
  }

  private static void write(Path file, String... lines) throws IOException {
    Files.writeString(file, String.join("\n", lines));
  }
}
