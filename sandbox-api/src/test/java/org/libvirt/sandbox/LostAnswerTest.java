package org.libvirt.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A daemon that dies while it is asked, and is back at once. */
@Timeout(120)
final class LostAnswerTest {
  private static final Duration SOON = Duration.ofSeconds(30);

  @TempDir static Path directory;
  private static EmbeddedLibvirt libvirt;

  private final UUID uuid = UUID.randomUUID();
  private final String xml = Sleepers.xml("sleeper-" + uuid, uuid);

  @BeforeAll
  static void startDaemon() {
    libvirt =
        EmbeddedLibvirt.start(
            new DaemonSite(
                directory.resolve("state"),
                directory.resolve("cache"),
                DaemonSite.ofHost().programs()));
  }

  @AfterAll
  static void closeDaemon() {
    libvirt.close();
  }

  private CutLine cutAtRequest(int procedure, int cuts) throws IOException {
    return CutLine.atRequest(directory.resolve("s"), libvirt.socket(), procedure, cuts);
  }

  @Test
  void a_domain_is_ended_by_the_daemon_that_is_back() throws Exception {
    try (CutLine line = cutAtRequest(CutLine.DESTROY, 1);
        SandboxConnection connection = SandboxConnection.open(line.uri())) {
      SandboxDomain domain = connection.createDomain(xml, uuid);

      domain.destroy();

      assertThat(line.cutsLeft()).isZero();
      assertThat(names()).isEmpty();
    }
  }

  @Test
  void a_domain_is_found_by_the_daemon_that_is_back() throws Exception {
    try (CutLine line = cutAtRequest(CutLine.LOOK_UP, 1);
        SandboxConnection connection = SandboxConnection.open(line.uri())) {

      assertThat(connection.findDomain(uuid)).isEmpty();

      assertThat(line.cutsLeft()).isZero();
    }
  }

  @Test
  void a_daemon_that_dies_again_and_again_is_told_in_one_line() throws Exception {
    try (CutLine line = cutAtRequest(CutLine.LOOK_UP, Integer.MAX_VALUE);
        SandboxConnection connection = SandboxConnection.open(line.uri())) {

      assertThatThrownBy(() -> connection.findDomain(uuid))
          .isInstanceOf(LibvirtRefusedException.class)
          .hasMessageStartingWith("libvirt cannot find sandbox " + uuid)
          .message()
          .hasLineCount(1);
    }
  }

  @Test
  void a_domain_that_was_not_made_is_not_made_later() throws Exception {
    try (CutLine line = cutAtRequest(CutLine.CREATE, 1);
        SandboxConnection connection = SandboxConnection.open(line.uri())) {

      assertThatThrownBy(() -> connection.createDomain(xml, uuid))
          .isInstanceOf(LibvirtRefusedException.class)
          .hasMessageStartingWith("libvirt cannot start the sandbox: ");

      assertThat(names()).isEmpty();
      assertThat(connection.domains()).isZero();
    }
  }

  /** The daemon would end it, as its connection is gone, if it did not die as well. */
  @Test
  void a_domain_whose_making_is_not_answered_is_ended() throws Exception {
    try (CutLine line = CutLine.atAnswer(directory.resolve("s"), libvirt.socket(), CutLine.CREATE);
        SandboxConnection connection = SandboxConnection.open(line.uri())) {

      assertThatThrownBy(() -> connection.createDomain(xml, uuid))
          .isInstanceOf(LibvirtRefusedException.class)
          .hasNoSuppressedExceptions();

      await().atMost(SOON).until(LostAnswerTest::names, List::isEmpty);
      assertThat(connection.domains()).isZero();
    }
  }

  private static List<String> names() throws Exception {
    return Sleepers.names(libvirt.uri("lxc"));
  }
}
