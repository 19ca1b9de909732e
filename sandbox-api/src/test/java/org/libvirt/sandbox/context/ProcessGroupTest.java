package org.libvirt.sandbox.context;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A domain's group of version 2, as plain files. Those of version 1 are tried on real ones. */
class ProcessGroupTest {
  @TempDir
  @SuppressWarnings("NullAway.Init")
  private Path domain;

  @BeforeEach
  void makeGroup() throws IOException {
    write("pids.max", "max\n");
    write("pids.current", "3\n");
    write("pids.events", "max 0\n");
  }

  @Test
  void the_limit_is_beyond_what_libvirt_has_there_and_who_starts_the_program() throws IOException {
    ProcessGroup group = group(100);

    assertThat(domain.resolve("pids.max")).hasContent("105");
    group.programRuns();
    assertThat(domain.resolve("pids.max")).hasContent("104");
  }

  @Test
  void a_limit_beyond_the_kernels_is_the_kernels() throws IOException {
    group(Integer.MAX_VALUE);

    assertThat(domain.resolve("pids.max")).hasContent("4000001");
  }

  @Test
  void a_refused_process_is_known_also_when_the_group_is_gone() throws IOException {
    ProcessGroup group = group(1);
    assertThat(group.wasFull()).isFalse();
    write("pids.events", "max 2\n");

    group.close();
    Files.delete(domain.resolve("pids.events"));

    assertThat(group.wasFull()).isTrue();
  }

  @Test
  void libvirts_group_is_left_to_libvirt() throws IOException {
    group(1).close();

    assertThat(domain).isDirectory();
  }

  @Test
  void a_group_without_the_controller_is_refused_by_name() throws IOException {
    Files.delete(domain.resolve("pids.max"));

    assertThatThrownBy(() -> group(1))
        .isInstanceOf(IOException.class)
        .hasMessage("the pids controller is not enabled for " + domain);
  }

  private ProcessGroup group(int processes) throws IOException {
    var hierarchy = new PidsHierarchy(domain.resolve(".."), Path.of("/"), true);
    return ProcessGroup.of(hierarchy, domain, 1, UUID.randomUUID(), processes);
  }

  private void write(String name, String text) throws IOException {
    Files.writeString(domain.resolve(name), text);
  }
}
