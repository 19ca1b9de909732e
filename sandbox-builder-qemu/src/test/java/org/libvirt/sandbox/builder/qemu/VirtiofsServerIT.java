package org.libvirt.sandbox.builder.qemu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.libvirt.sandbox.SandboxLostException;
import org.libvirt.sandbox.config.InteractiveConfig;

@Timeout(60)
final class VirtiofsServerIT {
  private static final int MANY = 60;

  /** One whose time ran out before. */
  @Test
  void a_start_that_takes_too_long_is_given_up_and_leaves_no_process() {
    try (Draft draft = Draft.of(InteractiveConfig.builder().command("true").build());
        VirtiofsServer server = new VirtiofsServer(draft.request(), MANY, shares(draft))) {
      assertThatThrownBy(() -> server.start(Duration.ZERO))
          .isInstanceOf(SandboxLostException.class)
          .hasMessageContaining("within 0.0 s");

      await()
          .atMost(Duration.ofSeconds(20))
          .untilAsserted(() -> assertThat(processes(draft)).isEmpty());
    }
  }

  private static List<String> processes(Draft draft) {
    String state = draft.request().state().path().toString();
    return ProcessHandle.allProcesses()
        .flatMap(process -> process.info().commandLine().stream())
        .filter(line -> line.contains(state))
        .toList();
  }

  @Test
  void what_was_closed_does_not_start() {
    try (Draft draft = Draft.of(InteractiveConfig.builder().command("true").build())) {
      VirtiofsServer server = new VirtiofsServer(draft.request(), MANY, shares(draft));
      server.close();

      assertThatThrownBy(() -> server.start(Duration.ofSeconds(30)))
          .isInstanceOf(SandboxLostException.class)
          .hasMessageContaining("was closed");
    }
  }

  private static List<String> shares(Draft draft) {
    Path state = draft.request().state().path();
    List<String> words = new ArrayList<>();
    for (int number = 0; number < MANY; number++) {
      words.addAll(List.of("share", state.resolve("virtiofs" + number).toString(), "ro", "/"));
    }
    return words;
  }
}
