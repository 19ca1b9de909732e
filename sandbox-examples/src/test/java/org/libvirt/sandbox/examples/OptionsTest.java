package org.libvirt.sandbox.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.libvirt.sandbox.config.Acceleration;
import org.libvirt.sandbox.config.Disk;
import org.libvirt.sandbox.config.FileSharing;
import org.libvirt.sandbox.config.Hardening;
import org.libvirt.sandbox.config.HostBindMount;
import org.libvirt.sandbox.config.Identity;
import org.libvirt.sandbox.config.Include;
import org.libvirt.sandbox.config.Kernel;
import org.libvirt.sandbox.config.Network;
import org.libvirt.sandbox.config.RamMount;
import org.libvirt.sandbox.config.Resources;
import org.libvirt.sandbox.config.Root;
import org.libvirt.sandbox.config.Security;
import org.libvirt.sandbox.config.SystemCallFilter;
import picocli.CommandLine.ParameterException;

final class OptionsTest {
  @Test
  void a_command_alone_gets_the_defaults() {
    var options = Options.parse("/bin/true");

    assertThat(options.timeout()).isNull();
    assertThat(options.verbose()).isFalse();
    assertThat(options.config().command()).containsExactly("/bin/true");
    assertThat(options.config().name()).matches("sandbox-[0-9a-f]{8}");
  }

  @ParameterizedTest
  @CsvSource({
    "-t, false, true",
    "--tty, true, true",
    "-T, true, false",
    "--no-tty, false, false",
    "-v, true, true",
    "-v, false, false"
  })
  void a_terminal_is_given_as_usual_unless_an_option_says_otherwise(
      String option, boolean usual, boolean expected) {
    assertThat(Options.parse(option, "id").wantsTerminal(() -> usual)).isEqualTo(expected);
  }

  @Test
  void a_terminal_cannot_be_wanted_and_not_wanted() {
    assertThatThrownBy(() -> Options.parse("-tT", "id"))
        .isInstanceOf(ParameterException.class)
        .hasMessageContaining("'--tty' and '--no-tty' exclude each other");
  }

  @ParameterizedTest
  @ValueSource(strings = {"-n x1 id", "--name x1 id", "--name=x1 id", "-nx1 id"})
  void a_value_follows_its_option_in_each_usual_form_BUG_47(String line) {
    var options = Options.parse(line.split(" "));

    assertThat(options.config().name()).isEqualTo("x1");
    assertThat(options.config().command()).containsExactly("id");
  }

  @Test
  void short_flags_can_be_written_together() {
    var options = Options.parse("-pvn", "x1", "id");

    assertThat(options.verbose()).isTrue();
    assertThat(options.config().name()).isEqualTo("x1");
    assertThat(options.config().command()).containsExactly("id");
  }

  @ParameterizedTest
  @ValueSource(strings = {"--verbose=no", "--privileged=true", "--privileged=", "--help=x"})
  void a_flag_with_a_value_is_refused_BUG_46(String flag) {
    assertThatThrownBy(() -> Options.parse(flag, "id"))
        .isInstanceOf(ParameterException.class)
        .hasMessageContaining(flag.substring(0, flag.indexOf('=')));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"ls -l -v --name x", "ls --help", "echo -- x", "cat - -n", "./list", "sh -c -V"})
  void options_end_where_the_command_begins(String command) {
    var options = Options.parse(("-v " + command).split(" "));

    assertThat(options.verbose()).isTrue();
    assertThat(options.config().command()).containsExactly(command.split(" "));
    assertThat(Options.parse(command.split(" ")).verbose()).isFalse();
  }

  @Test
  void behind_two_dashes_everything_is_the_commands() {
    var options = Options.parse("-v", "--", "echo", "--", "-n", "--bogus", "@/etc/passwd", "-");

    assertThat(options.config().command())
        .containsExactly("echo", "--", "-n", "--bogus", "@/etc/passwd", "-");
  }

  @Test
  void an_argument_with_an_at_sign_names_no_file_of_arguments() {
    assertThat(Options.parse("echo", "@/etc/passwd").config().command())
        .containsExactly("echo", "@/etc/passwd");
  }

  @Test
  void quotes_and_variables_of_an_argument_stay_as_they_are() {
    assertThat(Options.parse("--", "echo", "\"a b\"", "'c'", "${sys:user.name}", "").config())
        .satisfies(
            config ->
                assertThat(config.command())
                    .containsExactly("echo", "\"a b\"", "'c'", "${sys:user.name}", ""));
  }

  @Test
  void a_lone_dash_is_an_argument() {
    assertThat(Options.parse("cat", "-").config().command()).containsExactly("cat", "-");
  }

  @ParameterizedTest
  @ValueSource(strings = {"-x", "-v", "--help", ""})
  void a_value_may_begin_with_a_dash_or_be_empty(String value) {
    var options = Options.parse("-c", value, "id");

    assertThat(options.uri().text()).isEqualTo(value);
    assertThat(options.config().command()).containsExactly("id");
  }

  @Test
  void an_empty_value_may_stand_behind_an_equals_sign() {
    assertThat(Options.parse("--connect=", "id").uri().text()).isEmpty();
  }

  @Test
  void of_a_repeated_option_the_last_wins() {
    var options =
        Options.parse("-n", "a", "--timeout=1", "--name=b", "-v", "-v", "--timeout", "2", "id");

    assertThat(options.config().name()).isEqualTo("b");
    assertThat(options.timeout()).isEqualTo(Duration.ofSeconds(2));
    assertThat(options.verbose()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--bogus id",
        "-x id",
        "--connec lxc:/// id",
        "-Z",
        "-pZ id",
        "--timeout",
        "-n",
        "--timeout x id",
        "--timeout 0 id",
        "--bogus -V",
        "--bogus --help",
        "-S nobody -p id",
        "-S nobody -u 0 id",
        "--memory 1t id",
        "--memory -1 id",
        "--pids-limit 0 id",
        "--pids-limit 99999999999 id",
        "--output-limit x id",
        "--cpu-time 0 id",
        "--cpus 0 id",
        "--cpus 0.005 id"
      })
  void what_cannot_be_read_is_refused(String line) {
    assertThatThrownBy(() -> Options.parse(line.split(" ")))
        .isInstanceOf(ParameterException.class)
        .message()
        .doesNotContain("\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"-v", "-v --", "--"})
  void no_command_is_refused(String line) {
    assertThatThrownBy(() -> Options.parse(line.split(" ")))
        .isInstanceOf(ParameterException.class)
        .hasMessageContaining("no command is given");
  }

  @Test
  void a_name_that_cannot_be_one_is_refused() {
    var options = Options.parse("-n", "a/b", "id");

    assertThatThrownBy(options::config)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'a/b'");
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(strings = {"-V", "--version", "-V --bogus", "-vV"})
  void the_version_is_told_where_it_is_met(String line) {
    assertThat(answer(line.split(" "))).matches("libvirt-sandbox version \\d[^\\s]*\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"-h", "-?", "--help", "--help-all", "-v -h --bogus", "--help -V"})
  void help_is_given_where_it_is_met(String line) {
    assertThat(answer(line.split(" ")))
        .startsWith("Usage: virt-sandbox [OPTION...] [--] COMMAND [ARGUMENT...]\n")
        .contains(
            "\n  -c, --connect=URI", "\n  -m, --mount=TYPE:TARGET=SOURCE\n", "\n      --disk=")
        .containsPattern("host-bind:TARGET=DIR\\[,ro\\]  what is at DIR on the\\s+host")
        .contains("127 if it\nis not found.\n")
        .endsWith("\n  virt-sandbox attach build\n");
  }

  @Test
  void what_describes_the_sandbox_is_in_its_config() {
    var config =
        Options.parse(
                "-r",
                "/srv",
                "-e",
                "A=b=c",
                "--disk",
                "file:d=/d.img",
                "-m",
                "ram:/a=1K",
                "-m",
                "host-bind:/a/b=",
                "-i",
                "/a/b/c=/etc/motd",
                "-N",
                "source=lan",
                "-s",
                "static,label=a,b",
                "--accel",
                "tcg",
                "--share",
                "9p",
                "--seccomp",
                "default,+unshare,-ptrace",
                "--show-secrets",
                "--kernver",
                "6.1",
                "--kernpath",
                "/k",
                "--kmodpath",
                "/m",
                "true")
            .config();

    assertThat(config.root()).isEqualTo(Root.directory(Path.of("/srv")));
    assertThat(config.environment()).containsExactly(Map.entry("A", "b=c"));
    assertThat(config.disks()).containsExactly(Disk.parse("file:d=/d.img"));
    assertThat(config.mounts())
        .containsExactly(
            RamMount.of("/a", 1024),
            HostBindMount.of("/a/b", "").withInclude(new Include("/c", "/etc/motd")));
    assertThat(config.networks()).containsExactly(Network.parse("source=lan"));
    assertThat(config.security()).isEqualTo(Security.fixed("a,b"));
    assertThat(config.resources().acceleration()).isEqualTo(Acceleration.TCG);
    assertThat(config.resources().sharing()).isEqualTo(FileSharing.NINE_P);
    assertThat(config.hardening())
        .isEqualTo(
            Hardening.standard()
                .showingSecrets()
                .withSystemCalls(SystemCallFilter.parse("default,+unshare,-ptrace")));
    assertThat(config.kernel())
        .isEqualTo(Kernel.running().withRelease("6.1").withImage("/k").withModules("/m"));
  }

  @ParameterizedTest
  @CsvSource({
    "--root, a/../b",
    "--root, ''",
    "--env, ''",
    "--env, =A",
    "--env-file, /nowhere",
    "--ro, tmp",
    "--ro, /tmp=",
    "--switchto, no-such-user",
    "--switchto, 0",
    "--user, no-such-user",
    "--user, 4294967295",
    "--user, :0",
    "--user, 0:no-such-group",
    "--user, 0:",
    "--workdir, tmp",
    "--hostname, a_b",
    "--memory, 4k",
    "--open-files, 1",
    "--file-size, 0",
    "--name, a/b",
    "--disk, dir:a=/x",
    "--mount, ram:/a=1KB",
    "--include, /nowhere",
    "--includefile, /nowhere",
    "--network, dhcp=1",
    "--security, static",
    "--accel, xen",
    "--share, nfs",
    "--seccomp, confined",
    "--seccomp, '+a,-a'",
    "--kernver, a/b"
  })
  void a_value_that_is_none_is_refused_with_its_option(String option, String value) {
    var options = Options.parse(option, value, "true");

    assertThatThrownBy(options::config)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("option '" + option + "': ");
  }

  @Test
  void what_the_program_gets_is_in_its_config() {
    var config =
        Options.parse(
                "-u",
                "65534:7",
                "-w",
                "/srv",
                "--hostname",
                "a.b",
                "--memory",
                "1g",
                "--cpus",
                "1.5",
                "--pids-limit",
                "9",
                "--open-files",
                "64",
                "--file-size",
                "10m",
                "--output-limit",
                "1k",
                "--cpu-time",
                "1m",
                "-l",
                "-d",
                "true")
            .config();

    assertThat(config.identity())
        .extracting(Identity::uid, Identity::gid)
        .containsExactly(65534L, 7L);
    assertThat(config.directory()).contains("/srv");
    assertThat(config.hostName()).contains("a.b");
    assertThat(config.resources())
        .isEqualTo(
            Resources.standard()
                .withMemory(1 << 30)
                .withCpuQuota(150)
                .withProcesses(9)
                .withOpenFiles(64)
                .withFileSize(10 << 20)
                .withOutput(1024)
                .withCpuTime(Duration.ofMinutes(1)));
    assertThat(config.isShell()).isTrue();
    assertThat(config.isDebug()).isTrue();
    assertThat(config.isVerbose()).isTrue();
  }

  @Test
  void a_user_of_the_host_is_switched_to_with_id_name_and_home() throws IOException {
    for (String line : Files.readAllLines(Path.of("/etc/passwd"))) {
      String[] fields = line.split(":");

      assertThat(Options.parse("-S", fields[0], "id").config().identity())
          .isEqualTo(
              new Identity(
                  Long.parseLong(fields[2]), Long.parseLong(fields[3]), fields[0], fields[5]));
    }
  }

  @Test
  void a_user_id_that_the_host_does_not_know_has_a_group_of_its_own() {
    assertThat(Options.parse("-u", "4000000001", "id").config().identity())
        .isEqualTo(new Identity(4_000_000_001L, 4_000_000_001L, "4000000001", "/"));
  }

  @Test
  void mounts_keep_their_order_whichever_option_gives_them() {
    var config =
        Options.parse("--ro", "/a", "-m", "ram:/a/b=1K", "--ro", "/a/b/c=/d=e", "id").config();

    assertThat(config.mounts())
        .containsExactly(
            HostBindMount.of("/a", "/a").asReadOnly(),
            RamMount.of("/a/b", 1024),
            HostBindMount.of("/a/b/c", "/d=e").asReadOnly());
  }

  @Test
  void debug_is_more_than_verbose_BUG_35() {
    assertThat(Options.parse("-d", "id")).matches(Options::debug);
    assertThat(Options.parse("-v", "id").debug()).isFalse();
    assertThat(Options.parse("-v", "id").config().isDebug()).isFalse();
  }

  @Test
  void help_of_the_sandboxed_command_is_its_own() {
    assertThat(answer("--", "ls", "--help", "-V")).isEmpty();
  }

  private static String answer(String... arguments) {
    var out = new StringWriter();
    Options.parse(arguments).answer(new PrintWriter(out));
    return out.toString();
  }

  @ParameterizedTest
  @CsvSource({"/nowhere, does not exist", "/, Is a directory"})
  void a_list_of_includes_that_cannot_be_read_is_told_without_a_class_name(
      String file, String reason) {
    var options = Options.parse("--includefile", file, "true");

    assertThatThrownBy(options::config)
        .hasMessageContaining(reason)
        .hasMessageNotContaining("java.");
  }
}
