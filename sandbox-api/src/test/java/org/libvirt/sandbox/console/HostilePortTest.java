package org.libvirt.sandbox.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.libvirt.sandbox.ExitStatus;
import org.libvirt.sandbox.SandboxLostException;

/** What {@link HostileSupervisorTest} shows of a socket, of a machine's port. */
@Timeout(60)
final class HostilePortTest {
  @ParameterizedTest(name = "{0}")
  @MethodSource("org.libvirt.sandbox.console.HostileSupervisorTest#frames_that_break_the_protocol")
  void a_frame_that_breaks_the_protocol_ends_the_channel(String what, byte[] bytes)
      throws Exception {
    try (var pair = ChannelFixture.atPort()) {
      RpcConsole console = pair.start();

      pair.guest.raw(bytes);

      assertThat(pair.channel.ended().join().orElseThrow())
          .isInstanceOf(SandboxLostException.class)
          .hasMessageContaining("broke the protocol");
      assertThat(console.exited().join()).isNotNull();
      assertThatThrownBy(() -> console.stderr().read()).isInstanceOf(IOException.class);
    }
  }

  @Test
  void a_hypervisor_that_is_gone_is_a_loss() throws Exception {
    try (var pair = ChannelFixture.atPort()) {
      RpcConsole console = pair.start();

      pair.guest.close();

      assertThat(console.exited().join()).isInstanceOf(ExitStatus.Lost.class);
      assertThat(pair.channel.ended().join()).isPresent();
    }
  }
}
