package org.libvirt.sandbox;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.libvirt.sandbox.config.Identity;

final class HostUsersTest {
  @Test
  void the_groups_of_every_user_are_those_that_id_tells() throws Exception {
    for (String line : Files.readAllLines(Path.of("/etc/passwd"))) {
      List<String> fields = Arrays.asList(line.split(":"));
      String user = fields.get(0);
      long uid = Long.parseLong(fields.get(2));
      long gid = Long.parseLong(fields.get(3));

      assertThat(HostUsers.groupsOf(user, uid, gid))
          .as("groups of %s", user)
          .containsExactlyInAnyOrderElementsOf(groupsByCommand(user));
    }
  }

  @Test
  void a_user_that_the_host_does_not_know_has_the_given_group() {
    assertThat(HostUsers.groupsOf("no-such-user", 7, 4_000_000_000L))
        .containsExactly(4_000_000_000L);
  }

  @Test
  void a_name_does_not_bring_its_groups_to_another_user_id() throws Exception {
    for (String line : Files.readAllLines(Path.of("/etc/passwd"))) {
      String user = line.substring(0, line.indexOf(':'));

      assertThat(HostUsers.groupsOf(user, 4_000_000_001L, 4_000_000_000L))
          .as("groups of a user who calls himself %s", user)
          .containsExactly(4_000_000_000L);
    }
  }

  @Test
  void every_user_is_found_by_name_and_by_id() throws Exception {
    for (String line : Files.readAllLines(Path.of("/etc/passwd"))) {
      List<String> fields = Arrays.asList(line.split(":"));
      var user =
          new Identity(
              Long.parseLong(fields.get(2)),
              Long.parseLong(fields.get(3)),
              fields.get(0),
              fields.get(5));

      assertThat(HostUsers.find(user.userName())).contains(user);
      assertThat(HostUsers.find(user.uid())).map(Identity::uid).contains(user.uid());
    }
  }

  @Test
  void every_group_is_found_by_name() throws Exception {
    for (String line : Files.readAllLines(Path.of("/etc/group"))) {
      List<String> fields = Arrays.asList(line.split(":"));

      assertThat(HostUsers.groupId(fields.get(0))).hasValue(Long.parseLong(fields.get(2)));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"no-such-user", "0", "", "root\0", "ROOT"})
  void what_the_host_does_not_know_is_not_found(String name) {
    assertThat(HostUsers.find(name)).isEmpty();
    assertThat(HostUsers.groupId(name)).isEmpty();
    assertThat(HostUsers.find(4_000_000_001L)).isEmpty();
  }

  private static List<Long> groupsByCommand(String user) throws IOException {
    Process id = new ProcessBuilder("id", "-G", user).start();
    String words = new String(id.getInputStream().readAllBytes(), UTF_8).trim();
    return Arrays.stream(words.split(" ")).map(Long::valueOf).toList();
  }
}
