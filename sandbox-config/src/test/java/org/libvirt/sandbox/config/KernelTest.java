package org.libvirt.sandbox.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KernelTest {
  private static final List<UnaryOperator<String>> PARTS =
      List.of(
          text -> Kernel.running().withRelease(text).toString(),
          text -> Kernel.running().withImage(text).toString(),
          text -> Kernel.running().withModules(text).toString());

  @Test
  void nothing_is_given_of_the_hosts_kernel() {
    assertThat(Kernel.running().release()).isEmpty();
    assertThat(Kernel.running().image()).isEmpty();
    assertThat(Kernel.running().modules()).isEmpty();
  }

  @Test
  void each_part_is_given_apart() {
    Kernel kernel =
        Kernel.running().withModules("/m").withImage("/boot/k").withRelease("6.1.0-50-cloud-amd64");

    assertThat(kernel.release()).contains("6.1.0-50-cloud-amd64");
    assertThat(kernel.image()).contains("/boot/k");
    assertThat(kernel.modules()).contains("/m");
    assertThat(kernel).isNotEqualTo(Kernel.running());
    assertThat(kernel)
        .isEqualTo(
            Kernel.running()
                .withRelease("6.1.0-50-cloud-amd64")
                .withImage("/boot/k")
                .withModules("/m"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a\nb"})
  void a_part_that_is_given_is_text_of_one_line(String text) {
    for (UnaryOperator<String> part : PARTS) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> part.apply(text))
          .withMessageStartingWith("kernel ");
    }
  }

  @Test
  void a_release_is_no_path() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Kernel.running().withRelease("../6.1"))
        .withMessage("kernel release '../6.1' is a path; write one as 'uname -r' tells it");
  }
}
