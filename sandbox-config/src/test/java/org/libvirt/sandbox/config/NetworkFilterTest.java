package org.libvirt.sandbox.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NetworkFilterTest {
  @Test
  void parameters_keep_their_order_and_a_name_may_have_several_values() {
    NetworkFilter filter =
        NetworkFilter.of("f")
            .withParameter("IP", "2")
            .withParameter("A", "::1")
            .withParameter("IP", "1");

    assertThat(filter.parameters())
        .containsExactly(
            new NetworkFilter.Parameter("IP", "2"),
            new NetworkFilter.Parameter("A", "::1"),
            new NetworkFilter.Parameter("IP", "1"))
        .isUnmodifiable();
    assertThat(filter).isNotEqualTo(NetworkFilter.of("f"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a,b", "a\n"})
  void a_filter_has_a_name(String name) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> NetworkFilter.of(name))
        .withMessageStartingWith("filter name");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a b", "a-b", "a=b", "\u00e4"})
  void a_parameter_has_a_name_that_libvirt_knows_as_one(String name) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> NetworkFilter.of("f").withParameter(name, "1"))
        .withMessage("filter parameter '%s' is no name; write letters, digits and '_'", name);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a b", "a-b", "b=c", "\u00e4"})
  void a_parameters_value_is_one_that_libvirt_would_not_pass_over(String value) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> NetworkFilter.of("f").withParameter("IP", value))
        .withMessageStartingWith("value '%s' of the filter parameter IP cannot be one", value);
  }
}
