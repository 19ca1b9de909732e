package org.libvirt.sandbox.builder;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NotedGroupTest {
  private final String uuid = UUID.randomUUID().toString();

  @TempDir
  @SuppressWarnings("NullAway.Init")
  private Path place;

  @SuppressWarnings("NullAway.Init")
  private Path state;

  @BeforeEach
  void makeState() throws IOException {
    state = Files.createDirectory(place.resolve(uuid));
  }

  @Test
  void a_sandbox_without_a_group_leaves_none() {
    assertThat(NotedGroup.remove(state)).isTrue();
  }

  @Test
  void a_group_is_removed_and_may_be_gone_already() throws IOException {
    Path group = Files.createDirectory(place.resolve("processes-" + uuid));
    note(group);

    assertThat(NotedGroup.remove(state)).isTrue();
    assertThat(group).doesNotExist();
    assertThat(NotedGroup.remove(state)).isTrue();
  }

  @Test
  void a_group_that_is_in_use_stays_for_another_time() throws IOException {
    Path group = Files.createDirectories(place.resolve("processes-" + uuid).resolve("used"));
    note(group.getParent());

    assertThat(NotedGroup.remove(state)).isFalse();
    assertThat(group).exists();
  }

  @Test
  void nothing_else_is_removed_whatever_the_note_says() throws IOException {
    Path other = Files.createDirectory(place.resolve("processes-" + UUID.randomUUID()));
    note(other);

    assertThat(NotedGroup.remove(state)).isTrue();
    assertThat(other).exists();
  }

  @Test
  void a_damaged_note_names_no_group() throws IOException {
    Files.write(state.resolve("group"), new byte[100]);
    assertThat(NotedGroup.remove(state)).isTrue();

    Files.write(state.resolve("group"), new byte[] {'/', (byte) 0xff, '\n'});
    assertThat(NotedGroup.remove(state)).isTrue();
  }

  private void note(Path group) throws IOException {
    Files.writeString(state.resolve("group"), group + "\n");
  }
}
