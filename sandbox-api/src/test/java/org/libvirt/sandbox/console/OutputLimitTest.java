package org.libvirt.sandbox.console;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.libvirt.sandbox.ExitStatus;
import org.libvirt.sandbox.SandboxLimit;
import org.libvirt.sandbox.config.Resources;
import org.libvirt.sandbox.console.FakeSupervisor.Frame;

/** A program that may write eight bytes. */
@Timeout(60)
class OutputLimitTest {
  private ChannelFixture pair;
  private FakeSupervisor guest;
  private RpcConsole console;

  @BeforeEach
  void startProgram() throws Exception {
    pair = new ChannelFixture();
    guest = pair.guest;
    console = pair.start(Resources.standard().withOutput(8));
    guest.receive(14);
    guest.receive(14);
  }

  @AfterEach
  void closeChannel() throws IOException {
    pair.close();
  }

  @Test
  void what_is_within_the_limit_is_read_and_then_the_limit_told() throws Exception {
    guest.stdout(0, "hello");
    guest.send(3, 0, "world".getBytes(UTF_8));
    guest.endOutputs(0); // as the guest answers the refusal
    guest.send(12, 0, (byte) 1);
    guest.receive(13);

    assertThat(console.stdout().readNBytes(5)).asString().isEqualTo("hello");
    assertThat(console.stderr().readNBytes(3)).asString().isEqualTo("wor");
    for (var stream : new InputStream[] {console.stdout(), console.stderr()}) {
      assertThatThrownBy(stream::read)
          .isInstanceOf(IOException.class)
          .hasMessage("the program has written more than its limit of output");
    }
  }

  @Test
  void the_program_is_killed_once_and_its_outputs_are_refused() throws Exception {
    for (int i = 0; i < 3; i++) {
      guest.stdout(0, "12345");
    }
    console.signal(1);

    List<String> told = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      Frame frame = guest.receive();
      told.add(frame.proc() + Arrays.toString(frame.payload()));
    }
    assertThat(told).containsExactlyInAnyOrder("2[]", "3[]", "10[0, 0, 0, 9]", "10[0, 0, 0, 1]");
  }

  @Test
  void the_end_names_the_limit_and_nothing_more_is_waited_for() throws Exception {
    guest.stdout(0, "123456789");
    guest.exit(0, 9);

    assertThat(console.exited().get(20, TimeUnit.SECONDS))
        .isEqualTo(new ExitStatus.Signaled(9).by(SandboxLimit.OUTPUT));
    assertThat(console.closed().get(20, TimeUnit.SECONDS)).isEmpty();
    assertThat(console.limitsReached()).isEqualTo(Set.of(SandboxLimit.OUTPUT, SandboxLimit.MEMORY));
  }

  @Test
  void exactly_the_limit_is_no_more_than_the_limit() throws Exception {
    guest.stdout(0, "12345678");
    guest.endOutputs(0);
    guest.exit(0, 0);

    assertThat(console.stdout().readAllBytes()).asString().isEqualTo("12345678");
    assertThat(console.exited().get(20, TimeUnit.SECONDS)).isEqualTo(new ExitStatus.Exited(0));
    assertThat(console.limitsReached()).doesNotContain(SandboxLimit.OUTPUT);
  }
}
