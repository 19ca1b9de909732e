package org.libvirt.sandbox.context;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.libvirt.sandbox.HostLacksException;
import org.libvirt.sandbox.SandboxLostException;

final class DeadlineTest {
  private final AtomicLong clock = new AtomicLong(Long.MAX_VALUE - 5); // it may overflow
  private final Deadline deadline = new Deadline(Duration.ofSeconds(30), clock::get);

  @Test
  void each_stage_has_what_those_before_it_left() {
    pass(Duration.ofSeconds(12));
    deadline.check("planning the sandbox");
    assertThat(deadline.remaining()).isEqualTo(Duration.ofSeconds(18));

    pass(Duration.ofSeconds(17));
    deadline.check("creating the domain");
    assertThat(deadline.remaining()).isEqualTo(Duration.ofSeconds(1));
  }

  @Test
  void the_stage_that_took_too_long_is_named() {
    pass(Duration.ofSeconds(31));

    assertThat(deadline.remaining()).isZero();
    assertThatThrownBy(() -> deadline.check("creating the domain"))
        .isInstanceOf(SandboxLostException.class)
        .hasMessage(
            "the sandbox did not start within 30.0 s: time ran out while creating the domain");
  }

  @Test
  void what_another_thread_does_has_what_is_left() {
    assertThat(deadline.<String>await(CompletableFuture.completedFuture("read"), "reading"))
        .isEqualTo("read");

    pass(Duration.ofSeconds(31));

    assertThatThrownBy(() -> deadline.await(new CompletableFuture<>(), "reading the sockets"))
        .isInstanceOf(SandboxLostException.class)
        .hasMessageEndingWith("time ran out while reading the sockets");
  }

  @Test
  void what_fails_in_another_thread_fails_here() {
    var failure = new HostLacksException("no /proc");

    assertThatThrownBy(() -> deadline.await(CompletableFuture.failedFuture(failure), "reading"))
        .isSameAs(failure);
  }

  private void pass(Duration time) {
    clock.addAndGet(time.toNanos());
  }
}
