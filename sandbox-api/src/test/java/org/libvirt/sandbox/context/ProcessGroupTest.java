package org.libvirt.sandbox.context;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A domain's group of version 2, as plain files. Those of version 1 are tried on real ones. */
class ProcessGroupTest {
  @TempDir
  @SuppressWarnings("NullAway.Init")
  private Path machine;

  @SuppressWarnings("NullAway.Init")
  private Path domain;

  @BeforeEach
  void makeGroup() throws IOException {
    domain = Files.createDirectory(machine.resolve("lxc-1-domain"));
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
    assertThat(machine.resolve("cgroup.subtree_control")).hasContent("+pids");
  }

  @Test
  void a_parent_that_does_not_hand_the_controller_on_is_told_to() throws IOException {
    Files.delete(domain.resolve("pids.max"));
    // what is written to it makes the file, as the kernel would
    Files.createSymbolicLink(machine.resolve("cgroup.subtree_control"), domain.resolve("pids.max"));

    group(100);

    assertThat(domain.resolve("pids.max")).hasContent("105");
  }

  @Test
  void a_refusal_to_hand_the_controller_on_is_told() throws IOException {
    Files.delete(domain.resolve("pids.max"));
    Files.createDirectory(machine.resolve("cgroup.subtree_control"));

    assertThatThrownBy(() -> group(1))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("the pids controller is not enabled for " + domain + ": ");
  }

  @Test
  void a_group_whose_processes_do_not_end_stays_and_fails_nobody() throws IOException {
    Path own = Files.createDirectories(domain.resolve("processes-1"));
    Files.writeString(own.resolve("busy"), "");
    ProcessGroup group = new ProcessGroup(own, true, 5);

    group.close();

    assertThat(own).isDirectory();
    Files.delete(own.resolve("busy"));
    group.close();
    assertThat(own).doesNotExist();
  }

  private ProcessGroup group(int processes) throws IOException {
    var hierarchy = new PidsHierarchy(domain.resolve(".."), Path.of("/"), true);
    return ProcessGroup.of(hierarchy, domain, 1, processes);
  }

  private void write(String name, String text) throws IOException {
    Files.writeString(domain.resolve(name), text);
  }
}
