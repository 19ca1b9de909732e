package org.libvirt.sandbox.contract;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.libvirt.sandbox.config.Identity;
import org.libvirt.sandbox.config.InteractiveConfig;

/** What a program finds when it starts: arguments, environment, identity, descriptors, signals. */
@Timeout(300)
public abstract class ProgramEnvironmentContract {
  private static final String PATH = "/bin:/usr/bin:/usr/local/bin:/sbin/:/usr/sbin";
  private static final Identity NOBODY = new Identity(65534, 65534, "nobody", "/no/home");

  private final SandboxDaemon daemon;

  protected ProgramEnvironmentContract(SandboxDaemon daemon) {
    this.daemon = daemon;
  }

  @Test
  void the_environment_is_exactly_what_is_documented() throws Exception {
    Identity caller = Identity.caller();

    Outcome outcome = daemon.run("/usr/bin/env");

    assertThat(outcome.lines())
        .containsExactly(
            "PATH=" + PATH,
            "HOME=" + caller.home(),
            "USER=" + caller.userName(),
            "USERNAME=" + caller.userName(),
            "LOGNAME=" + caller.userName(),
            "container=" + daemon.backend().container());
  }

  @LongOnMachines(
      "set by the code that containers have; the complete environment and identity are looked at")
  @Test
  void the_environment_of_the_config_comes_over_it() throws Exception {
    Outcome outcome =
        daemon.run(
            InteractiveConfig.builder()
                .command("/usr/bin/env", "-0")
                .environment("EMPTY", "")
                .environment("HOME", "/srv")
                .environment("TEXT", "two\nlines = ü \\ '\"$HOME")
                .build());

    assertThat(outcome.stdout().split("\0"))
        .contains("EMPTY=", "HOME=/srv", "TEXT=two\nlines = ü \\ '\"$HOME")
        .doesNotHaveDuplicates()
        .hasSize(8);
  }

  @LongOnMachines(
      "set by the code that containers have; the complete environment and identity are looked at")
  @Test
  void arguments_arrive_as_they_are() throws Exception {
    Outcome outcome =
        daemon.run(
            "/usr/bin/printf", "[%s]", "", "two words", "new\nline", "ünïcödé", "$HOME", "*");

    assertThat(outcome.stdout()).isEqualTo("[][two words][new\nline][ünïcödé][$HOME][*]");
  }

  @Test
  void a_hundred_thousand_arguments_arrive() throws Exception {
    String[] command = new String[100_002];
    Arrays.fill(command, "x");
    command[0] = "/bin/sh";
    command[1] = "-c";
    command[2] = "echo $#";

    Outcome outcome = daemon.run(command);

    // the first behind the script is $0
    assertThat(outcome.stdout()).isEqualTo("99998\n");
  }

  @Test
  void another_identity_is_complete() throws Exception {
    Outcome outcome =
        daemon.run(
            as(
                NOBODY,
                "/bin/sh",
                "-c",
                "id -u; id -ru; id -g; id -rg; id -G; pwd; echo $HOME $USER $USERNAME $LOGNAME"));

    // a home directory that cannot be entered leaves the root directory
    assertThat(outcome.lines())
        .containsExactly(
            "65534", "65534", "65534", "65534", "65534", "/", "/no/home nobody nobody nobody");
  }

  @LongOnMachines(
      "set by the code that containers have; the complete environment and identity are looked at")
  @Test
  void an_identity_that_the_host_does_not_know_has_its_group_only() throws Exception {
    Outcome outcome =
        daemon.run(
            as(new Identity(54321, 12345, "stranger", "/"), "/bin/sh", "-c", "id -u; id -G"));

    assertThat(outcome.lines()).containsExactly("54321", "12345");
  }

  @LongOnMachines(
      "set by the code that containers have; the complete environment and identity are looked at")
  @Test
  void supplementary_groups_are_those_of_a_login() throws Exception {
    Identity member = memberOfMostGroups();

    Outcome outcome = daemon.run(as(member, "/usr/bin/id", "-G"));

    assertThat(groups(outcome.stdout())).isEqualTo(groupsOnHost(member.userName()));
  }

  @LongOnMachines(
      "set by the code that containers have; the complete environment and identity are looked at")
  @Test
  void a_program_of_another_user_can_open_its_own_streams() throws Exception {
    Outcome outcome =
        daemon.run(as(NOBODY, "/bin/sh", "-c", "echo out > /dev/stdout; echo err > /dev/stderr"));

    assertThat(outcome.stdout()).isEqualTo("out\n");
    assertThat(outcome.stderr()).isEqualTo("err\n");
  }

  @LongOnMachines(
      "set by the code that containers have; the complete environment and identity are looked at")
  @Test
  void the_program_starts_in_its_home_directory() throws Exception {
    Outcome outcome = daemon.run("/bin/pwd");

    assertThat(outcome.stdout()).isEqualTo(Identity.caller().home() + "\n");
  }

  @LongOnMachines(
      "set by the code that containers have; the complete environment and identity are looked at")
  @Test
  void the_umask_is_022() throws Exception {
    assertThat(daemon.sh("umask").stdout()).isEqualTo("0022\n");
  }

  @Test
  void the_program_has_its_three_streams_open_and_nothing_else() throws Exception {
    Outcome outcome = daemon.run("/bin/ls", "/proc/self/fd");

    // the fourth is the directory that ls reads
    assertThat(outcome.lines()).containsExactly("0", "1", "2", "3");
  }

  @LongOnMachines(
      "set by the code that containers have; the complete environment and identity are looked at")
  @Test
  void no_signal_is_blocked_or_ignored() throws Exception {
    Outcome outcome = daemon.run("/bin/cat", "/proc/self/status");

    assertThat(outcome.lines()).contains("SigBlk:\t0000000000000000", "SigIgn:\t0000000000000000");
  }

  @Test
  void the_program_leads_a_session_of_its_own_without_a_terminal() throws Exception {
    Outcome outcome = daemon.run("/bin/cat", "/proc/self/stat");

    // process, name, state, parent, process group, session, terminal
    String[] fields = outcome.stdout().split(" ");
    assertThat(fields[5]).isEqualTo(fields[0]);
    assertThat(fields[6]).isEqualTo("0");
  }

  @Test
  void the_host_name_is_the_sandboxs_name() throws Exception {
    Outcome outcome =
        daemon.run(
            InteractiveConfig.builder()
                .name("behave-host")
                .command("/bin/sh", "-c", "uname -n; cat /etc/hostname; grep behave /etc/hosts")
                .build());

    assertThat(outcome.lines())
        .containsExactly("behave-host", "behave-host", "127.0.1.1 behave-host");
  }

  @Test
  void there_is_no_network_but_a_loopback_interface() throws Exception {
    Outcome outcome = daemon.sh("sed -n 's/^ *\\([^ ]*\\):.*/\\1/p' /proc/net/dev");

    assertThat(outcome.lines()).containsExactly("lo");
  }

  private static InteractiveConfig as(Identity identity, String... command) {
    return InteractiveConfig.builder().identity(identity).command(command).build();
  }

  /** Of the host's users the one who tells most; whoever it is, the host's own id(1) knows. */
  private static Identity memberOfMostGroups() throws Exception {
    Identity most = Identity.ROOT;
    for (String line : Files.readAllLines(Path.of("/etc/passwd"))) {
      List<String> fields = Arrays.asList(line.split(":"));
      if (groupsOnHost(fields.get(0)).size() > groupsOnHost(most.userName()).size()) {
        most =
            new Identity(
                Long.parseLong(fields.get(2)), Long.parseLong(fields.get(3)), fields.get(0), "/");
      }
    }
    return most;
  }

  private static Set<String> groupsOnHost(String user) throws IOException {
    Process id = new ProcessBuilder("id", "-G", user).start();
    return groups(new String(id.getInputStream().readAllBytes(), UTF_8));
  }

  private static Set<String> groups(String words) {
    return new TreeSet<>(Arrays.asList(words.trim().split(" ")));
  }
}
