package org.libvirt.sandbox.builder.qemu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.libvirt.sandbox.HostLacksException;
import org.libvirt.sandbox.config.Acceleration;

final class AcceleratorTest {
  private static final Optional<String> NOTHING = Optional.empty();
  private static final Optional<String> SOMETHING = Optional.of("it is not there");

  @Test
  void kvm_is_taken_unasked_where_nothing_is_in_its_way() {
    assertThat(Accelerator.choose(Acceleration.AUTO, NOTHING).domainType()).isEqualTo("kvm");
    assertThat(Accelerator.choose(Acceleration.KVM, NOTHING).domainType()).isEqualTo("kvm");
  }

  @Test
  void the_emulator_is_taken_unasked_with_the_reason() {
    Accelerator accelerator = Accelerator.choose(Acceleration.AUTO, SOMETHING);

    assertThat(accelerator.domainType()).isEqualTo("qemu");
    assertThat(accelerator.reason()).isEqualTo("it is not there");
  }

  @Test
  void the_emulator_is_taken_where_it_is_asked_for() {
    assertThat(Accelerator.choose(Acceleration.TCG, NOTHING).isKvm()).isFalse();
  }

  @Test
  void kvm_that_cannot_be_had_is_refused_with_the_reason() {
    assertThatThrownBy(() -> Accelerator.choose(Acceleration.KVM, SOMETHING))
        .isInstanceOf(HostLacksException.class)
        .hasMessageContaining("it is not there")
        .hasMessageContaining("auto or tcg");
  }

  @ParameterizedTest
  @ValueSource(strings = {"flags\t\t: fpu vmx sse", "flags\t\t: fpu svm"})
  void a_processor_with_virtualization_has_no_obstacle(String line) {
    assertThat(Accelerator.virtualizationObstacle("x86_64", List.of("processor\t: 0", line)))
        .isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"flags\t\t: fpu sse", "vmx flags\t: vnmi", "model name\t: svm"})
  void a_kvm_in_software_is_none(String line) {
    assertThat(Accelerator.virtualizationObstacle("x86_64", List.of(line)))
        .hasValue("the processor has neither vmx nor svm");
  }

  @Test
  void other_architectures_have_no_such_flags() {
    assertThat(Accelerator.virtualizationObstacle("aarch64", List.of())).isEmpty();
  }
}
