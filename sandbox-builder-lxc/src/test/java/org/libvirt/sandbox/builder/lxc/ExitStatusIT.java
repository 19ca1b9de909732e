package org.libvirt.sandbox.builder.lxc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.libvirt.sandbox.ChannelKind;
import org.libvirt.sandbox.console.RpcConsole;
import org.libvirt.sandbox.contract.ExitStatusContract;
import org.libvirt.sandbox.contract.Outcome;

@ParameterizedClass
@EnumSource(ChannelKind.class)
final class ExitStatusIT extends ExitStatusContract {
  @RegisterExtension static final Daemon DAEMON = new Daemon();

  ExitStatusIT(ChannelKind channel) {
    super(DAEMON, channel);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "trap '' TERM; "})
  void what_a_program_leaves_in_the_background_ends_before_the_sandbox_is_closed(String trap)
      throws Exception {
    RpcConsole console =
        DAEMON.start("/bin/sh", "-c", trap + "sleep 1000.0417 & echo hi; read line").console();
    await().atMost(Duration.ofSeconds(60)).until(() -> sleeps("1000.0417"));

    Outcome outcome = Outcome.of(console);

    assertThat(outcome.stdout()).isEqualTo("hi\n");
    await().atMost(Duration.ofSeconds(60)).until(() -> !sleeps("1000.0417"));
  }

  private static boolean sleeps(String seconds) {
    return DAEMON.traces().processes().stream()
        .anyMatch(line -> line.equals("sleep " + seconds + " "));
  }
}
