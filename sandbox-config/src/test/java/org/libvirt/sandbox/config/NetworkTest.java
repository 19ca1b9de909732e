package org.libvirt.sandbox.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NetworkTest {
  @Test
  void an_interface_that_is_built_has_dhcp_and_nothing_else() {
    Network network = Network.builder().build();

    assertThat(network.isDhcp()).isTrue();
    assertThat(network.source()).isEmpty();
    assertThat(network.mac()).isEmpty();
    assertThat(network.addresses()).isEmpty();
    assertThat(network.routes()).isEmpty();
    assertThat(network.filter()).isEmpty();
  }

  @Test
  void an_interface_of_an_option_string_has_nothing_that_is_not_in_it() {
    assertThat(Network.parse("")).isEqualTo(Network.builder().dhcp(false).build());
    assertThat(Network.parse("dhcp")).isEqualTo(Network.builder().build());
    assertThat(Network.parse("dhcp,dhcp")).isEqualTo(Network.builder().build());
  }

  @Test
  void an_option_string_says_all_of_an_interface() {
    String option =
        "source=lan,mac=52:54:00:00:00:01,address=10.0.0.1/8%10.9.9.9,address=2001:db8::1/64,"
            + "route=0.0.0.0/0%10.0.0.254,filter=clean-traffic,filter.IP=10.0.0.1,filter.IP=10.0.0.2";

    Network network = Network.parse(option);

    assertThat(network.source()).contains("lan");
    assertThat(network.mac()).contains("52:54:00:00:00:01");
    assertThat(network.addresses())
        .extracting(NetworkAddress::toString)
        .containsExactly("10.0.0.1/8%10.9.9.9", "2001:db8::1/64");
    assertThat(network.routes())
        .extracting(NetworkRoute::toString)
        .containsExactly("0.0.0.0/0%10.0.0.254");
    assertThat(network.toOption()).isEqualTo(option);
  }

  @Test
  void the_last_of_several_sources_addresses_of_its_own_and_filters_counts() {
    assertThat(
            Network.parse(
                "source=a,source=b,mac=52:54:00:00:00:01,mac=52:54:00:00:00:02,filter=x,filter=y"))
        .hasToString(
            "Network[dhcp=false, source=b, mac=52:54:00:00:00:02, addresses=[], routes=[],"
                + " filter=NetworkFilter[name=y, parameters=[]]]");
  }

  @Test
  void a_filter_parameter_is_upper_case_and_may_come_before_its_filter_BUG_41() {
    assertThat(Network.parse("filter.ip=1,filter.Ip=2,filter=z").filter())
        .contains(NetworkFilter.of("z").withParameter("IP", "1").withParameter("IP", "2"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"filter.", "filter.=x", "filter.ip", "filter=x,filter.=1"})
  void a_filter_parameter_is_an_assignment_BUG_41(String option) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Network.parse(option))
        .withMessageContaining("which assigns nothing; write filter.KEY=VALUE");
  }

  @Test
  void parameters_without_a_filter_count_for_nothing() {
    assertThat(Network.parse("filter.ip=1")).isEqualTo(Network.parse(""));
    assertThat(Network.parse("filter.a=b=c")).isEqualTo(Network.parse(""));
  }

  @Test
  void any_number_of_tokens_is_taken_apart_BUG_43() {
    List<String> tokens = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      tokens.add("address=10.0.%d.%d".formatted(i / 100, i % 100));
      tokens.add("source=s" + i);
    }

    Network network = Network.parse(String.join(",", tokens));

    assertThat(network.addresses()).hasSize(300);
    assertThat(network.source()).contains("s299");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "dhcp,address=10.0.0.1 | has an address beside DHCP; write either",
        "dhcp,route=10.0.0.0%10.0.0.1 | has a route beside DHCP; write either",
        "address=10.0.0.1,dhcp | asks for DHCP beside addresses or routes; write either",
        "route=10.0.0.0%10.0.0.1 | has a route but no address; add address=IP/PREFIX",
        "dhcp=1 | holds 'dhcp=1', which is not known",
        "source | holds 'source', which is not known",
        "Source=a | holds 'Source=a', which is not known",
        "filterx=1 | holds 'filterx=1', which is not known",
        "dhcp,,source=a | holds '', which is not known",
        "source= | network source '' is no name; write that of a network, such as 'default'",
        "filter= | filter name '' is empty or holds a comma",
      })
  void messages_name_the_part_that_is_wrong(String option, String message) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Network.parse(option))
        .withMessageContaining(message);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "junk",
        "52:54:00:00:00",
        "52:54:00:00:00:1",
        "52-54-00-00-00-01",
        "53:54:00:00:00:01",
        "ff:ff:ff:ff:ff:ff",
        "52:54:00:00:00:01 ",
        "52:54:00:00:00:0g"
      })
  void an_address_of_its_own_is_that_of_one_interface_BUG_58(String mac) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Network.builder().mac(mac))
        .withMessage(
            "MAC address '%s' is not that of an interface; write one like 52:54:00:12:34:56", mac);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a/b", "a\n", "\uFFFF"})
  void a_source_is_a_name_BUG_58(String source) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Network.builder().source(source))
        .withMessageStartingWith("network source");
  }

  @Test
  void files_and_builders_have_dhcp_together_with_addresses_but_no_option_string() {
    Network network = Network.builder().address(NetworkAddress.parse("10.0.0.1")).build();

    assertThat(network.isDhcp()).isTrue();
    assertThat(network.addresses()).hasSize(1);
    assertThatIllegalStateException()
        .isThrownBy(network::toOption)
        .withMessageStartingWith("no option string can say Network[dhcp=true");
  }

  @Test
  void a_builder_of_an_interface_holds_what_it_holds() {
    Network network =
        Network.parse(
            "source=lan,mac=52:54:00:00:00:01,address=10.0.0.1,route=0.0.0.0/0%10.0.0.2,filter=x");

    assertThat(network.toBuilder().build()).isEqualTo(network).hasSameHashCodeAs(network);
    assertThat(network.toBuilder().dhcp(true).build()).isNotEqualTo(network);
    assertThat(network.toBuilder().source("b").build()).isNotEqualTo(network);
    assertThat(network.toBuilder().mac("52:54:00:00:00:02").build()).isNotEqualTo(network);
    assertThat(network.toBuilder().address(NetworkAddress.parse("::1")).build())
        .isNotEqualTo(network);
    assertThat(network.toBuilder().route(NetworkRoute.parse("::%::1")).build())
        .isNotEqualTo(network);
    assertThat(network.toBuilder().filter(NetworkFilter.of("y")).build()).isNotEqualTo(network);
  }

  @Test
  void an_interface_does_not_change_with_its_builder() {
    Network.Builder builder = Network.builder();
    Network network = builder.build();

    builder.address(NetworkAddress.parse("10.0.0.1")).source("x");

    assertThat(network).isEqualTo(Network.builder().build());
    assertThat(network.addresses()).isUnmodifiable();
    assertThat(network.routes()).isUnmodifiable();
  }
}
