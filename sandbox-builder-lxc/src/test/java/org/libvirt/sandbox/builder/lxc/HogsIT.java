package org.libvirt.sandbox.builder.lxc;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.libvirt.sandbox.ExitStatus;
import org.libvirt.sandbox.SandboxLimit;
import org.libvirt.sandbox.SandboxLostException;
import org.libvirt.sandbox.config.InteractiveConfig;
import org.libvirt.sandbox.config.RamMount;
import org.libvirt.sandbox.config.Resources;
import org.libvirt.sandbox.context.InteractiveContext;
import org.libvirt.sandbox.contract.Outcome;

/** Programs that take what they can get: each ends as its limits say, and takes nobody with it. */
@Timeout(300)
final class HogsIT {
  private static final Path MOUNTS = Path.of("/proc/self/mounts");
  private static final long CAP_SYS_RESOURCE = 1 << 24;

  /** A program on a busy host has set its traps by then. */
  private static final Duration TIME = Duration.ofSeconds(4);

  private static final Duration LONG_ENOUGH = Duration.ofSeconds(60);

  @RegisterExtension static final Daemon DAEMON = new Daemon();

  private static InteractiveContext start(Resources limits, String script) {
    return DAEMON.start(Daemon.script(script).resources(limits).build());
  }

  private static ExitStatus endOf(InteractiveContext sandbox) throws Exception {
    return sandbox.console().exited().get(120, SECONDS);
  }

  private static void assertNeighboursAreWell() throws Exception {
    assertThat(DAEMON.run("/bin/echo", "alive").stdout()).isEqualTo("alive\n");
  }

  @Test
  void a_fork_bomb_has_the_processes_that_it_may_have_and_no_more() throws Exception {
    InteractiveContext sandbox =
        start(
            Resources.standard().withProcesses(40),
            "trap '' TERM HUP; bomb() { bomb 2>&- & bomb 2>&- & sleep 1000; }; echo ready; bomb");
    sandbox.console().stdout().readNBytes(6);
    await()
        .atMost(LONG_ENOUGH)
        .until(() -> sandbox.limitsReached().contains(SandboxLimit.PROCESSES));

    assertThat(Files.readAllLines(groupOf(sandbox).resolve("cgroup.procs")))
        .hasSizeLessThanOrEqualTo(42);
    assertNeighboursAreWell();
    Path group = groupOf(sandbox);
    sandbox.close();
    assertThat(group).doesNotExist();
    assertThat(sandbox.limitsReached()).containsExactly(SandboxLimit.PROCESSES);
  }

  @Test
  void the_limit_of_processes_is_exact() throws Exception {
    InteractiveContext sandbox =
        start(
            Resources.standard().withProcesses(10),
            "read go; while sleep 1000 & do echo one; done");

    // by now the room for who started the program is taken back
    sandbox.console().stdin().write("go\n".getBytes(UTF_8));
    sandbox.console().stdin().flush();

    // the shell is the tenth
    assertThat(new String(sandbox.console().stdout().readAllBytes(), UTF_8).lines()).hasSize(9);
    assertThat(new String(sandbox.console().stderr().readAllBytes(), UTF_8))
        .contains("Cannot fork");
  }

  @Test
  void a_program_may_be_the_only_process() throws Exception {
    var config = InteractiveConfig.builder().command("/bin/echo", "alone");

    Outcome outcome = DAEMON.run(config.resources(Resources.standard().withProcesses(1)).build());

    assertThat(outcome.stdout()).isEqualTo("alone\n");
  }

  @Test
  void processes_are_limited_where_nothing_is_said() throws Exception {
    InteractiveContext sandbox = DAEMON.start("/bin/cat");

    assertThat(Files.readString(groupOf(sandbox).resolve("pids.max")).strip())
        .isEqualTo("" + (Resources.STANDARD_PROCESSES + 2));
    assertThat(sandbox.limitsReached()).isEmpty();
  }

  @Test
  void a_memory_hog_is_killed_and_told_from_who_is_killed_otherwise() throws Exception {
    InteractiveContext hog =
        DAEMON.start(
            InteractiveConfig.builder()
                .command("/usr/bin/tail", "/dev/zero")
                .resources(Resources.standard().withMemory(32 << 20))
                .build());

    assertThat(endOf(hog)).isEqualTo(new ExitStatus.Signaled(9).by(SandboxLimit.MEMORY));
    assertThat(hog.limitsReached()).containsExactly(SandboxLimit.MEMORY);
    assertNeighboursAreWell();
    InteractiveContext killed = start(Resources.standard(), "kill -9 $$");
    assertThat(endOf(killed)).isEqualTo(new ExitStatus.Signaled(9));
    assertThat(killed.limitsReached()).isEmpty();
  }

  @Test
  void a_sandbox_that_ends_for_lack_of_memory_before_its_program_runs_names_the_limit()
      throws Exception {
    InteractiveConfig.Builder config =
        InteractiveConfig.builder()
            .command("/bin/true")
            .resources(Resources.standard().withMemory(2 << 20));
    for (int number = 0; number < 14; number++) {
      config.environment("LARGE_" + number, "x".repeat(120_000));
    }

    assertThatThrownBy(() -> DAEMON.start(config.build()))
        .isInstanceOf(SandboxLostException.class)
        .hasMessageContaining("its memory limit of 2048 KiB may be too little to start with");
    assertNeighboursAreWell();
  }

  @Test
  void a_program_cannot_put_itself_behind_the_supervisor_when_memory_runs_out() throws Exception {
    Outcome outcome =
        DAEMON.sh("cat /proc/self/oom_score_adj; echo -1 >/proc/self/oom_score_adj && echo done");

    assertThat(outcome.stdout()).isEqualTo("1000\n");
  }

  @Test
  void the_supervisor_comes_last_when_memory_runs_out_where_its_host_may_say_so() throws Exception {
    InteractiveContext sandbox = DAEMON.start("/bin/cat");

    Path score = Path.of("/proc", "" + supervisorOf(sandbox), "oom_score_adj");
    assertThat(score)
        .hasContent(
            canBeSpared() ? "-1000" : Files.readString(Path.of("/proc/self/oom_score_adj")));
  }

  private static boolean canBeSpared() throws IOException {
    String capabilities = find("CapEff:\t(.*)", Path.of("/proc/self/status")).orElseThrow();
    return (Long.parseLong(capabilities, 16) & CAP_SYS_RESOURCE) != 0;
  }

  @Test
  void a_file_system_in_memory_is_filled_no_further_than_the_limit_of_memory() throws Exception {
    InteractiveContext hog =
        start(Resources.standard().withMemory(32 << 20), "exec cat /dev/zero >/tmp/full");

    ExitStatus end = endOf(hog);
    if (canBeSpared() || !(end instanceof ExitStatus.Lost)) { // the file stays, and who is next?
      assertThat(end).isEqualTo(new ExitStatus.Signaled(9).by(SandboxLimit.MEMORY));
    }
    assertNeighboursAreWell();
  }

  @Test
  void a_filler_of_a_ram_mount_gets_no_more_than_its_size() throws Exception {
    InteractiveConfig config =
        Daemon.script("cat /dev/zero >/mnt/full; stat -c %s /mnt/full")
            .mount(RamMount.of("/mnt", 1 << 20))
            .build();

    Outcome outcome = DAEMON.run(config);

    assertThat(outcome.stderr()).contains("No space left on device");
    assertThat(outcome.stdout()).isEqualTo((1 << 20) + "\n");
  }

  @Test
  void every_file_system_in_memory_has_a_size() throws Exception {
    List<String> mounts =
        DAEMON.run("/bin/cat", "/proc/self/mounts").lines().stream()
            .filter(line -> line.contains(" tmpfs ") && line.contains(" rw,"))
            .toList();

    assertThat(mounts).hasSizeGreaterThan(3).allMatch(line -> line.contains("size="));
  }

  @Test
  void a_flood_that_nobody_reads_waits_and_holds_up_nobody() throws Exception {
    InteractiveContext flood = start(Resources.standard(), "exec yes");
    assertThat(flood.console().stdout().read()).isEqualTo('y');

    assertNeighboursAreWell();

    flood.close();
    assertThat(endOf(flood)).isInstanceOf(ExitStatus.Lost.class);
  }

  @Test
  void a_flood_ends_at_the_limit_of_output() throws Exception {
    InteractiveContext flood = start(Resources.standard().withOutput(3_000_001), "exec yes");
    InputStream stdout = flood.console().stdout();

    byte[] read = stdout.readNBytes(3_000_001);

    assertThat(read).hasSize(3_000_001).endsWith((byte) 'y');
    assertThatThrownBy(stdout::read)
        .isInstanceOf(IOException.class)
        .hasMessage("the program has written more than its limit of output");
    assertThat(endOf(flood)).isEqualTo(new ExitStatus.Signaled(9).by(SandboxLimit.OUTPUT));
    assertThat(flood.console().closed().get(60, SECONDS)).isEmpty();
  }

  @Test
  void a_program_that_ignores_every_signal_ends_when_its_time_is_over() throws Exception {
    InteractiveContext deaf =
        start(
            Resources.standard().withTime(TIME),
            "trap '' HUP INT QUIT TERM USR1 USR2 XCPU; while :; do sleep 1000; done");

    assertThat(endOf(deaf)).isEqualTo(new ExitStatus.Signaled(9).by(SandboxLimit.TIME));
  }

  @Test
  void a_program_that_takes_its_time_limit_well_ends_by_itself() throws Exception {
    InteractiveContext polite =
        start(
            Resources.standard().withTime(TIME), "trap 'exit 3' TERM; while :; do sleep 0.1; done");

    assertThat(endOf(polite)).isEqualTo(new ExitStatus.Exited(3));
    assertThat(polite.limitsReached()).containsExactly(SandboxLimit.TIME);
  }

  @Test
  void processor_time_is_that_of_all_processes_together() throws Exception {
    InteractiveContext busy =
        start(
            Resources.standard().withCpuTime(Duration.ofMillis(500)),
            "(while :; do :; done) & while :; do :; done");

    assertThat(endOf(busy)).isEqualTo(new ExitStatus.Signaled(9).by(SandboxLimit.CPU_TIME));
  }

  @Test
  void files_are_limited_in_number_and_size_and_cores_are_not_dumped() throws Exception {
    Resources limits = Resources.standard().withOpenFiles(50).withFileSize(5000);
    InteractiveContext sandbox =
        start(limits, "ulimit -n; ulimit -Hn; ulimit -c; exec head -c 9000 /dev/zero >/tmp/file");

    assertThat(new String(sandbox.console().stdout().readAllBytes(), UTF_8).lines())
        .containsExactly("50", "50", "0");
    assertThat(endOf(sandbox)).isEqualTo(new ExitStatus.Signaled(25).by(SandboxLimit.FILE_SIZE));
    Outcome usual = DAEMON.sh("ulimit -n; ulimit -Sn $(ulimit -Hn); ulimit -n");
    assertThat(usual.lines().get(0)).isEqualTo("1024");
    assertThat(Long.parseLong(usual.lines().get(1))).isGreaterThan(1024);
  }

  @Test
  void a_thousand_orphans_end_with_their_sandbox() throws Exception {
    String name = "98765." + UUID.randomUUID().getMostSignificantBits() % 1000;
    InteractiveContext sandbox =
        start(
            Resources.standard(),
            "i=0; while [ $i -lt 1000 ]; do (trap '' TERM; exec sleep %s) & i=$((i+1)); done"
                .formatted(name.replace("-", "")));

    assertThat(endOf(sandbox)).isEqualTo(new ExitStatus.Exited(0));
    sandbox.close();

    await()
        .atMost(LONG_ENOUGH)
        .untilAsserted(() -> assertThat(sleepers(name.replace("-", ""))).isEmpty());
    assertNeighboursAreWell();
  }

  private static List<Long> sleepers(String time) {
    return ProcessHandle.allProcesses()
        .filter(process -> commandLine(process).equals("sleep\0" + time + "\0"))
        .map(ProcessHandle::pid)
        .toList();
  }

  private static String commandLine(ProcessHandle process) {
    try {
      Path file = Path.of("/proc", "" + process.pid(), "cmdline");
      return Files.readString(file, StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      return ""; // it has ended
    }
  }

  private static long supervisorOf(InteractiveContext sandbox) {
    return DAEMON
        .connection()
        .findDomain(sandbox.uuid())
        .orElseThrow()
        .firstProcess()
        .orElseThrow();
  }

  /** What counts its processes: a cgroup of version 1 where that can, else one of version 2. */
  private static Path groupOf(InteractiveContext sandbox) throws IOException {
    Path groups = Path.of("/proc", "" + supervisorOf(sandbox), "cgroup");
    Optional<String> counting = find("\\d+:(?:[^:]*,)?pids(?:,[^:]*)?:/(.*)", groups);
    String mount =
        counting.isPresent() ? "\\S+ (\\S+) cgroup \\S*\\bpids\\b.*" : "\\S+ (\\S+) cgroup2 .*";
    String group = counting.isPresent() ? counting.get() : find("0::/(.*)", groups).orElseThrow();
    return Path.of(find(mount, MOUNTS).orElseThrow(), group);
  }

  private static Optional<String> find(String pattern, Path file) throws IOException {
    Pattern line = Pattern.compile(pattern);
    return Files.readAllLines(file).stream()
        .map(line::matcher)
        .filter(Matcher::matches)
        .map(matcher -> matcher.group(1))
        .findFirst();
  }
}
