package org.libvirt.sandbox.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.InetAddress;
import org.junit.jupiter.api.Test;

class NetworkRouteTest {
  @Test
  void a_route_has_a_target_and_a_gateway() throws Exception {
    NetworkRoute route = NetworkRoute.parse("0.0.0.0/0%192.0.2.1");

    assertThat(route)
        .isEqualTo(
            new NetworkRoute(
                InetAddress.getByName("0.0.0.0"), 0, InetAddress.getByName("192.0.2.1")))
        .hasToString("0.0.0.0/0%192.0.2.1");
  }

  @Test
  void a_prefix_is_24_where_none_is_written_and_families_may_be_mixed() {
    assertThat(NetworkRoute.parse("198.51.100.0%fe80::1")).hasToString("198.51.100.0/24%fe80::1");
  }

  @Test
  void a_route_without_a_gateway_is_refused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> NetworkRoute.parse("10.0.0.0/8"))
        .withMessage("route '10.0.0.0/8' has no gateway; write IP/PREFIX%GATEWAY");
  }

  @Test
  void a_prefix_is_no_longer_than_the_target_BUG_42() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> NetworkRoute.parse("10.0.0.0/33%::1"))
        .withMessage("prefix 33 of the route 10.0.0.0 is out of bounds; write 0 to 32");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> NetworkRoute.parse("10.0.0.0/%10.0.0.1"))
        .withMessageContaining("is no number");
  }
}
