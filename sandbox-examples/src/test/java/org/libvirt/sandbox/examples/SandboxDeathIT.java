package org.libvirt.sandbox.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.libvirt.Connect;
import org.libvirt.LibvirtException;
import org.libvirt.sandbox.EmbeddedLibvirt;
import org.libvirt.sandbox.ExitStatus;
import org.libvirt.sandbox.ProgramNotStartedException;
import org.libvirt.sandbox.SandboxConnection;
import org.libvirt.sandbox.SandboxException;
import org.libvirt.sandbox.SandboxLostException;
import org.libvirt.sandbox.config.InteractiveConfig;
import org.libvirt.sandbox.context.InteractiveContext;

/** What is behind a sandbox is killed or stopped, while its owner lives. */
@Timeout(120)
final class SandboxDeathIT {
  private static final Duration SOON = Duration.ofSeconds(60);

  /** Nobody should ever wait for it: beyond the limit of each test. */
  private static final Duration NEVER = Duration.ofMinutes(30);

  private final UUID uuid = UUID.randomUUID();
  private final String name =
      "death-" + HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextInt());
  private final Remains remains = new Remains(name, uuid);
  private EmbeddedLibvirt libvirt;
  private SandboxConnection connection;

  @BeforeEach
  void connect() {
    libvirt = EmbeddedLibvirt.start();
    connection = SandboxConnection.open(libvirt.uri("lxc"));
  }

  @AfterEach
  void disconnect() {
    connection.close();
    libvirt.close();
  }

  @Test
  void what_is_looked_for_afterwards_is_there_before() {
    try (InteractiveContext sandbox = start("sleep", "1000")) {

      assertThat(sandbox.console().exited()).isNotDone();
      assertThat(remains.all())
          .anyMatch(line -> line.startsWith("process"))
          .anyMatch(line -> line.startsWith("mount"))
          .anyMatch(line -> line.startsWith("cgroup"))
          .anyMatch(line -> line.startsWith("directory"));
    }
    assertNothingIsLeft();
  }

  @ParameterizedTest
  @EnumSource(names = {"CONTROLLER", "SUPERVISOR", "INNER", "OUTER"})
  void a_run_is_lost_with_what_it_stands_on(SandboxProcesses victim) {
    InteractiveContext sandbox = start("sleep", "1000");

    victim.kill(libvirt, name);

    assertLost(sandbox);
    sandbox.close();
    assertNothingIsLeft();
  }

  @ParameterizedTest
  @EnumSource(names = {"REAPER", "PROGRAM"})
  void a_killed_program_is_told_of(SandboxProcesses victim) {
    InteractiveContext sandbox = start("sleep", "1000");

    victim.kill(libvirt, name);

    assertThat(sandbox.console().exited())
        .succeedsWithin(SOON)
        .isEqualTo(new ExitStatus.Signaled(9));
    sandbox.close();
    assertNothingIsLeft();
  }

  @Test
  void a_run_ends_when_its_domain_is_destroyed_by_others() {
    InteractiveContext sandbox = start("sleep", "1000");

    destroyDomain();

    // libvirt's SIGTERM goes to every process: the program's own end may still be told
    assertThat(sandbox.console().exited())
        .succeedsWithin(SOON)
        .isInstanceOfAny(ExitStatus.Lost.class, ExitStatus.Signaled.class);
    sandbox.close();
    assertNothingIsLeft();
  }

  @ParameterizedTest
  @CsvSource({
    "CONTROLLER, domain created",
    "SUPERVISOR, domain created",
    "INNER, domain created",
    "OUTER, domain created",
    "CONTROLLER, supervisor connected",
    "SUPERVISOR, supervisor connected",
    "INNER, supervisor connected",
    "OUTER, supervisor connected",
  })
  void a_start_is_lost_at_once_with_what_it_stands_on(SandboxProcesses victim, String stage) {
    try (StageHook hook = StageHook.at(uuid, stage, () -> victim.kill(libvirt, name))) {

      assertLost(() -> start("sleep", "1000"));

      assertThat(hook).isNotNull();
    }
    assertNothingIsLeft();
  }

  @ParameterizedTest
  @EnumSource(names = {"INNER", "OUTER"})
  void a_start_fails_at_once_when_its_daemon_dies_before_it_is_asked(SandboxProcesses victim) {
    try (StageHook hook = StageHook.at(uuid, "planned", () -> victim.kill(libvirt, name))) {

      assertThatThrownBy(() -> start("sleep", "1000")).isInstanceOf(SandboxException.class);

      assertThat(hook).isNotNull();
    }
    assertNothingIsLeft();
  }

  @ParameterizedTest
  @ValueSource(strings = {"domain created", "supervisor connected"})
  void a_start_is_lost_at_once_when_its_domain_is_destroyed_by_others(String stage) {
    try (StageHook hook = StageHook.at(uuid, stage, this::destroyDomain)) {

      assertLost(() -> start("sleep", "1000"));

      assertThat(hook).isNotNull();
    }
    assertNothingIsLeft();
  }

  @Test
  void a_lost_start_carries_the_domains_log() {
    try (StageHook hook = StageHook.at(uuid, "domain created", this::destroyDomain)) {

      assertThatThrownBy(() -> start("sleep", "1000"))
          .isInstanceOfSatisfying(
              SandboxException.class,
              lost ->
                  assertThat(lost.domainLog())
                      .hasValueSatisfying(log -> assertThat(log).contains("starting up")));

      assertThat(hook).isNotNull();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "state made",
        "planned",
        "domain created",
        "supervisor connected",
        "program started"
      })
  void a_run_outlives_libvirtd(String stage) throws IOException {
    try (StageHook hook =
        StageHook.at(uuid, stage, () -> SandboxProcesses.LIBVIRTD.kill(libvirt, name))) {

      try (InteractiveContext sandbox = start("sh", "-c", "read line; exit 7")) {
        sandbox.console().stdin().write('\n');
        sandbox.console().stdin().flush();

        assertThat(sandbox.console().exited())
            .succeedsWithin(SOON)
            .isEqualTo(new ExitStatus.Exited(7));
      }

      assertThat(hook).isNotNull();
    }
    assertNothingIsLeft();
  }

  @Test
  void a_close_outlives_libvirtd() {
    InteractiveContext sandbox = start("sleep", "1000");
    try (StageHook hook =
        StageHook.at(uuid, "shutdown sent", () -> SandboxProcesses.LIBVIRTD.kill(libvirt, name))) {

      sandbox.close();

      assertThat(hook).isNotNull();
    }
    // of a container that ends while there is no libvirtd, libvirt leaves the empty cgroups
    await().atMost(SOON).until(remains::all, all -> all.stream().allMatch(SandboxDeathIT::isGroup));
    connection.close();
    libvirt.close();
    assertNothingIsLeft();
  }

  private static boolean isGroup(String line) {
    return line.startsWith("cgroup");
  }

  @Test
  void an_interrupted_start_leaves_nothing() {
    try (StageHook hook = StageHook.at(uuid, "planned", Thread.currentThread()::interrupt)) {

      assertThatThrownBy(() -> start("sleep", "1000"))
          .isInstanceOf(SandboxException.class)
          .hasMessageContaining("interrupted");

      assertThat(hook).isNotNull();
      assertThat(Thread.interrupted()).isTrue();
    }
    assertNothingIsLeft();
  }

  @Test
  void an_interrupted_thread_closes_all() {
    InteractiveContext sandbox = start("sleep", "1000");
    Thread.currentThread().interrupt();

    sandbox.close();

    assertThat(Thread.interrupted()).isTrue();
    assertNothingIsLeft();
  }

  @ParameterizedTest
  @EnumSource(names = {"PROGRAM", "REAPER", "SUPERVISOR", "CONTROLLER"})
  void a_stopped_process_does_not_hold_up_the_close(SandboxProcesses victim) throws Exception {
    InteractiveContext sandbox = start("sleep", "1000");
    VictimProcess.signal(victim.find(libvirt, name).pid(), "STOP");

    sandbox.close();

    assertNothingIsLeft();
  }

  private InteractiveContext start(String... command) {
    return InteractiveContext.start(
        connection,
        InteractiveConfig.builder().name(name).uuid(uuid).command(command).build(),
        NEVER);
  }

  private void destroyDomain() {
    try {
      Connect other = new Connect(libvirt.uri("lxc"));
      try {
        var domain = other.domainLookupByUUID(uuid);
        domain.destroy();
        domain.free();
      } finally {
        other.close();
      }
    } catch (LibvirtException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void assertLost(InteractiveContext sandbox) {
    assertThat(sandbox.console().exited())
        .succeedsWithin(SOON)
        .isInstanceOfSatisfying(
            ExitStatus.Lost.class, lost -> assertThat(lost.cause()).message().hasLineCount(1));
    assertThatThrownBy(() -> readAll(sandbox.console().stdout())).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> readAll(sandbox.console().stderr())).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> sandbox.console().stdin().write(1)).isInstanceOf(IOException.class);
  }

  /** What the supervisor meets while libvirt takes its container down may come first. */
  private static void assertLost(ThrowingCallable start) {
    assertThatThrownBy(start)
        .isInstanceOfAny(SandboxLostException.class, ProgramNotStartedException.class)
        .message()
        .isNotBlank()
        .hasLineCount(1);
  }

  private static void readAll(InputStream output) throws IOException {
    output.readAllBytes();
  }

  private void assertNothingIsLeft() {
    assertThat(remains.directories()).isEmpty();
    await().atMost(SOON).until(remains::all, List::isEmpty);
  }
}
