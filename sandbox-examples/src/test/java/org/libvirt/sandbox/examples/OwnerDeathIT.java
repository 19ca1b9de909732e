package org.libvirt.sandbox.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.libvirt.Connect;
import org.libvirt.Error.ErrorNumber;
import org.libvirt.LibvirtException;
import org.libvirt.sandbox.EmbeddedLibvirt;
import org.libvirt.sandbox.builder.StateDirectory;

/** The owner of a sandbox is killed at each stage of the sandbox's life. */
final class OwnerDeathIT {
  private static final Duration SOON = Duration.ofSeconds(60);

  /** As many as two processors keep busy. */
  private static final int AT_ONCE = 3;

  private static final List<String> SIGNALS = List.of("TERM", "INT", "HUP", "KILL");
  private static final List<Integer> STATUSES = List.of(143, 130, 129, 137);

  private static final List<String> STAGES =
      List.of(
          "state made",
          "planned",
          "domain created",
          "supervisor connected",
          "program started",
          Victim.RUNNING,
          "shutdown sent",
          "domain destroyed",
          "closed");

  /** Plays the system's: it belongs to another process than the victims. */
  private static EmbeddedLibvirt system;

  private static ExecutorService kills;

  @BeforeAll
  static void startSystem() {
    system = EmbeddedLibvirt.start();
    kills = Executors.newFixedThreadPool(AT_ONCE);
  }

  @AfterAll
  static void closeSystem() {
    kills.shutdownNow();
    system.close();
  }

  private record Death(boolean embedded, String stage, String signal) {
    String text() {
      return "%s at '%s' with %s daemon"
          .formatted(signal, stage, embedded ? "an embedded" : "the system's");
    }

    Void die() throws Exception {
      if (embedded) {
        dieWithDaemon();
      } else {
        dieBesideDaemon();
      }
      return null;
    }

    private void dieWithDaemon() throws Exception {
      try (VictimProcess victim = VictimProcess.at(Victim.EMBEDDED, stage)) {
        int status = victim.killedBy(signal);

        assertThat(status).isEqualTo(expectedStatus());
        await().atMost(SOON).until(victim.remains()::all, List::isEmpty);
      }
    }

    private void dieBesideDaemon() throws Exception {
      try (VictimProcess victim = VictimProcess.at(system.uri("lxc"), stage)) {
        int status = victim.killedBy(signal);

        assertThat(status).isEqualTo(expectedStatus());
        if (signal.equals("KILL")) {
          await().atMost(SOON).until(victim.remains()::running, List::isEmpty);
          StateDirectory.sweep();
        }
        assertThat(victim.remains().directories()).isEmpty();
        await().atMost(SOON).until(victim.remains()::running, List::isEmpty);
        await().atMost(SOON).until(() -> !domains().contains(victim.uuid().toString()));
      }
    }

    private int expectedStatus() {
      return STATUSES.get(SIGNALS.indexOf(signal));
    }
  }

  /** Each stage with each daemon once, each signal at least four times. */
  @TestFactory
  Stream<DynamicTest> nothing_is_left_of_a_killed_owner() {
    List<Death> deaths = new ArrayList<>();
    for (int i = 0; i < STAGES.size(); i++) {
      deaths.add(new Death(true, STAGES.get(i), SIGNALS.get((i + 3) % SIGNALS.size())));
      deaths.add(new Death(false, STAGES.get(i), SIGNALS.get(i % SIGNALS.size())));
    }
    // nothing but libvirt's daemon sees that this owner is gone
    deaths.add(new Death(false, Victim.STREAMING, "KILL"));
    return tests(deaths);
  }

  @TestFactory
  @Tag("long")
  Stream<DynamicTest> nothing_is_left_of_an_owner_killed_anyhow_anywhere() {
    List<Death> deaths = new ArrayList<>();
    for (String stage : STAGES) {
      for (String signal : SIGNALS) {
        deaths.add(new Death(true, stage, signal));
        deaths.add(new Death(false, stage, signal));
      }
    }
    return tests(deaths);
  }

  /** All deaths are under way from the first test on; each test waits for its own. */
  private static Stream<DynamicTest> tests(List<Death> deaths) {
    List<DynamicTest> tests = new ArrayList<>();
    for (Death death : deaths) {
      Future<Void> dead = kills.submit(death::die);
      tests.add(DynamicTest.dynamicTest(death.text(), dead::get));
    }
    return tests.stream();
  }

  private static List<String> domains() throws LibvirtException {
    Connect connect = new Connect(system.uri("lxc"));
    try {
      List<String> uuids = new ArrayList<>();
      for (int id : connect.listDomains()) {
        try {
          var domain = connect.domainLookupByID(id);
          uuids.add(domain.getUUIDString());
          domain.free();
        } catch (LibvirtException e) {
          // it has ended since it was listed; the array may end with zeros then
          assertThat(e.getError().getCode()).isEqualTo(ErrorNumber.VIR_ERR_NO_DOMAIN);
        }
      }
      return uuids;
    } finally {
      connect.close();
    }
  }
}
