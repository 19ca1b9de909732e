package org.libvirt.sandbox.context;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.libvirt.sandbox.SandboxException;
import org.libvirt.sandbox.SandboxLostException;

@Timeout(60)
final class ResourcesTest {
  private final Resources resources = new Resources();
  private final List<String> undone = new ArrayList<>();

  @Test
  void they_are_undone_in_reverse_order() {
    resources.add(() -> undone.add("first"));
    resources.add(() -> undone.add("second"));

    resources.close();

    assertThat(undone).containsExactly("second", "first");
  }

  @Test
  void they_are_undone_once() {
    resources.add(() -> undone.add("once"));

    resources.close();
    resources.close();

    assertThat(undone).containsExactly("once");
  }

  @Test
  void a_failure_does_not_keep_the_others_from_being_undone() {
    resources.add(() -> undone.add("first"));
    resources.add(failing("second"));
    resources.add(failing("third"));
    resources.add(() -> undone.add("fourth"));

    assertThatThrownBy(resources::close)
        .isInstanceOf(SandboxException.class)
        .hasMessage("third")
        .satisfies(e -> assertThat(e.getSuppressed()[0]).hasMessage("second"));

    assertThat(undone).containsExactly("fourth", "first");
  }

  @Test
  void what_is_added_after_the_end_is_undone_at_once() {
    resources.close();

    assertThatThrownBy(() -> resources.add(() -> undone.add("late")))
        .isInstanceOf(SandboxLostException.class);

    assertThat(undone).containsExactly("late");
  }

  @Test
  void who_closes_second_waits_for_the_first() throws Exception {
    var started = new CountDownLatch(1);
    var mayEnd = new CountDownLatch(1);
    resources.add(
        () -> {
          started.countDown();
          awaitUninterruptedly(mayEnd);
          undone.add("slow");
        });
    CompletableFuture<Void> first = CompletableFuture.runAsync(resources::close);
    started.await();

    var second =
        new FutureTask<>(
            () -> {
              resources.close();
              return List.copyOf(undone);
            });
    var thread = new Thread(second, "test-second");
    thread.start();
    await().atMost(Duration.ofSeconds(30)).until(() -> thread.getState() == Thread.State.WAITING);
    mayEnd.countDown();

    assertThat(second.get(30, SECONDS)).containsExactly("slow");
    first.get(30, SECONDS);
  }

  private static Runnable failing(String message) {
    return () -> {
      throw new SandboxException(message);
    };
  }

  private static void awaitUninterruptedly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
