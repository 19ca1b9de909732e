package org.libvirt.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ContainerProcessesTest {
  private final Map<Long, List<String>> namespaces =
      Map.of(
          30L, List.of("30", "7", "1"),
          20L, List.of("20", "1"),
          10L, List.of("10"),
          40L, List.of("40", "9"));

  @Test
  void the_first_process_is_not_that_of_a_namespace_inside_the_container() {
    var processes = new ContainerProcesses(List.of(10L, 30L, 20L, 40L));

    assertThat(processes.first(namespaces::get)).hasValue(20);
  }

  @Test
  void there_may_be_none() {
    assertThat(new ContainerProcesses(List.of(10L, 40L)).first(namespaces::get)).isEmpty();
    assertThat(new ContainerProcesses(List.of(5L)).first(id -> List.of())).isEmpty();
    assertThat(new ContainerProcesses(List.of(Long.MAX_VALUE)).first()).isEmpty();
  }
}
