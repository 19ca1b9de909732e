package org.libvirt.sandbox.console;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.libvirt.sandbox.ExitStatus;
import org.libvirt.sandbox.SandboxException;
import org.libvirt.sandbox.SandboxLostException;

/** How a program's console ends, as its listeners hear of it. */
@Timeout(60)
final class RpcConsoleEndTest {
  private final CompletableFuture<ExitStatus> exited = new CompletableFuture<>();
  private final CompletableFuture<Optional<SandboxException>> closed = new CompletableFuture<>();

  private ChannelFixture pair;
  private FakeSupervisor guest;
  private RpcConsole console;

  @BeforeEach
  void startProgram() throws Exception {
    pair = new ChannelFixture();
    guest = pair.guest;
    console = pair.start();
    console.listen(
        new ConsoleListener() {
          @Override
          public void exited(ExitStatus status) {
            exited.complete(status);
          }

          @Override
          public void closed(Optional<SandboxException> cause) {
            closed.complete(cause);
          }
        });
  }

  @AfterEach
  void closeChannel() throws IOException {
    pair.close();
  }

  @Test
  void a_program_and_its_outputs_that_end_close_it_in_order() throws Exception {
    guest.exit(0, 3 << 8);
    assertThat(exited.get(10, SECONDS)).isEqualTo(new ExitStatus.Exited(3));
    assertThat(console.closed()).isNotDone();

    guest.endOutputs(0);

    assertThat(closed.get(10, SECONDS)).isEmpty();
  }

  @Test
  void bug_31_a_channel_that_ends_without_a_status_is_lost_to_listeners() throws Exception {
    guest.close();

    assertThat(exited.get(10, SECONDS)).isInstanceOf(ExitStatus.Lost.class);
    assertThat(closed.get(10, SECONDS)).get().isInstanceOf(SandboxLostException.class);
  }

  @Test
  void outputs_that_are_cut_off_behind_the_status_are_lost_too() throws Exception {
    guest.exit(0, 0);
    guest.close();

    assertThat(exited.get(10, SECONDS)).isEqualTo(new ExitStatus.Exited(0));
    assertThat(closed.get(10, SECONDS)).get().isInstanceOf(SandboxLostException.class);
  }

  @Test
  void closing_it_is_no_loss() throws Exception {
    console.close();

    assertThat(closed.get(10, SECONDS)).isEmpty();
  }
}
