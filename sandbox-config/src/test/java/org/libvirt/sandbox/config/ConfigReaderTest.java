package org.libvirt.sandbox.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is refused in a file and where, and what the original's readers lost. */
class ConfigReaderTest {
  private static final String START =
      "[api]\nclass=GVirSandboxConfigInteractive\n[core]\nname=x\n[command]\nargv.0=x\n";
  private static final String BIND =
      "[mount.0]\ntype=GVirSandboxConfigMountHostBind\ntarget=/a\nsource=/b\n";

  private static SandboxConfig parse(String lines) {
    return SandboxConfig.parse(START + lines);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "type=GVirSandboxConfigMountRam;usage=1 | target | is missing; write an absolute path",
        "target=/a | type | is missing; write GVirSandboxConfigMountHostBind",
        "target=/a;type=GVirSandboxConfigMount | type | is no kind of mount; write",
        "target=/a;type=GVirSandboxConfigInteractive | type | is no kind of mount; write",
        "target=/a;type=Ram | type | 'Ram' is no kind of mount",
        "target=;type=GVirSandboxConfigMountRam;usage=1 | target | mount target is empty",
        "target=a;type=GVirSandboxConfigMountRam;usage=1 | target | is not absolute; write '/a'",
        "target=/\\t;type=GVirSandboxConfigMountRam;usage=1 | target | holds the character U+0009",
        "target=/a;type=GVirSandboxConfigMountRam | usage | is missing; write a number of bytes",
        "target=/a;type=GVirSandboxConfigMountRam;usage=0 | usage | bytes from 1 to",
        "target=/a;type=GVirSandboxConfigMountRam;usage=1K | usage | digits only",
        "target=/a;type=GVirSandboxConfigMountHostBind | source | is missing; write a path",
        "target=/a;type=GVirSandboxConfigMountHostBind;source=/\\n | source | U+000A",
        "target=/a;type=GVirSandboxConfigMountHostBind;source=;readonly=no | readonly | write true",
        "target=/a;type=GVirSandboxConfigMountRam;usage=1;readonly=true | readonly | leave it out",
        "target=/a;type=GVirSandboxConfigMountHostImage;source=/b | format | is missing; write",
        "target=/a;type=GVirSandboxConfigMountHostImage;source=/b;format=x | format | 'x' is not",
        "target=/a;type=GVirSandboxConfigMountHostImage;source=;format=raw | source | is empty",
        "target=/a;type=GVirSandboxConfigMountGuestBind;source= | source | is empty; write a path",
      })
  void a_mount_that_is_wrong_is_refused_BUG_55_BUG_56_BUG_58_BUG_59(
      String lines, String key, String problem) {
    assertRefused("[mount.12]\n" + lines.replace(';', '\n'), "mount.12", key, problem);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "src=/h | dst | is missing; write a path below the mount",
        "dst=x | src | is missing; write a path on the host",
        "src=/h;dst=/x/../y | dst | holds '..'; write the path without it",
        "src=/h\\n;dst=x | src | U+000A",
      })
  void an_include_that_is_wrong_is_refused_BUG_55(String lines, String key, String problem) {
    assertRefused(
        BIND + "[mount.0.include.0]\n" + lines.replace(';', '\n'),
        "mount.0.include.0",
        key,
        problem);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "[env.0];value=1 | env.0 | key | is missing",
        "[env.0];key=A | env.0 | value | is missing",
        "[env.0];key=;value=1 | env.0 | key | without a name",
        "[env.0];key=A=B;value=1 | env.0 | key | holds '='",
        "[disk.0];source=/b;tag=a;format=raw | disk.0 | type | is missing; write file or block",
        "[disk.0];type=dir;source=/b;tag=a;format=raw | disk.0 | type | 'dir' is not known",
        "[disk.0];type=file;source=/b;format=raw | disk.0 | tag | is missing",
        "[disk.0];type=file;source=/b;tag=;format=raw | disk.0 | tag | disk tag is empty",
        "[disk.0];type=file;source=/b;tag=a\\tb;format=raw | disk.0 | tag | U+0009",
        "[disk.0];type=file;source=;tag=a;format=raw | disk.0 | source | is empty",
        "[disk.0];type=file;source=/b;tag=a;format=RAW | disk.0 | format | 'RAW' is not known",
        "[disk.0];type=file;source=/b;tag=a | disk.0 | format | is missing",
        "[network.0];dhcp=no | network.0 | dhcp | neither yes nor no",
        "[network.0];source= | network.0 | source | is no name",
        "[network.0];mac=junk | network.0 | mac | write one like 52:54:00:12:34:56",
        "[network.0];filter= | network.0 | filter | is empty",
        "[network.0];filter=f;filter.name.0=a b | network.0 | filter.value.0 | is missing",
        "[network.0];filter=f;filter.name.0=a b;filter.value.0=1 | network.0 | filter.name.0 | no name",
        "[network.0];[network.0.address.0] | network.0.address.0 | primary | is missing",
        "[network.0];[network.0.address.0];primary=x | network.0.address.0 | primary | 'x' is no IP",
        "[network.0];[network.0.address.0];primary=::1;prefix= | network.0.address.0 | prefix | 0 to 32 for IPv4",
        "[network.0];[network.0.address.0];primary=1.2.3.4;prefix=33 | network.0.address.0 | prefix | 32",
        "[network.0];[network.0.address.0];primary=1.2.3.4;broadcast= | network.0.address.0 | broadcast | IP",
        "[network.0];[network.0.route.0];target=1.2.3.0 | network.0.route.0 | gateway | is missing",
        "[network.0];[network.0.route.0];gateway=1.2.3.4 | network.0.route.0 | target | is missing",
        "[network.0];[network.0.route.0];gateway=::;target=::;prefix=129 | network.0.route.0 | prefix | 128",
        "[security];dynamic=False | security | dynamic | write true or false",
        "[security];dynamic=false | security | label | is missing; write a label, or dynamic=true",
        "[security];dynamic=false;label= | security | label | is empty",
        "[core];kernrelease=a/b | core | kernrelease | is a path",
        "[core];kernpath= | core | kernpath | is empty; leave it out",
        "[core];shell=yes | core | shell | write true or false",
        "[core];uuid=junk | core | uuid | 'junk' is not a UUID",
        "[identity];uid=abc | identity | uid | 'abc' is not an id",
        "[identity];gid=4294967296 | identity | gid | is not an id",
        "[identity];username= | identity | username | is empty",
        "[guest];hostname=a b | guest | hostname | 'a b' is none",
        "[guest];directory=x | guest | directory | is not absolute",
        "[guest];domainname=x | guest | domainname | is not known to this version; leave it out",
        "[resources];memory=1 | resources | memory | write 2097152 (2 MiB) or more",
        "[resources];processors=0 | resources | processors | a number from 1 to",
        "[resources];openfiles=3 | resources | openfiles | write 16 to 1048576",
        "[resources];filesize=10M | resources | filesize | digits only",
        "[resources];time=1h | resources | time | write for example 90 or 0.5",
        "[resources];cputime=0 | resources | cputime | no time at all",
        "[resources];cpuquota=-1 | resources | cpuquota | a number from 1 to",
        "[resources];processes=2147483648 | resources | processes | 1 to 2147483647",
        "[resources];swap=1 | resources | swap | is not known to this version",
        "[core];arch=z80 | core | arch | 'z80' is not known",
        "[core];root=srv | core | root | is not absolute",
        "[core];name=a/b | core | name | is a path; write a name without '/'",
        "[identity];homedir=x | identity | homedir | is not absolute; write '/x'",
        "[identity];uid=5;[hardening];privileged=true | hardening | privileged | leave out",
        "[hardening];privileged=perhaps | hardening | privileged | write true or false",
        "[hardening];syscalls=none | hardening | syscalls | write default or unconfined first",
        "[hardening];syscalls=-A | hardening | syscalls | no name of a system call",
        "[hardening];hidesecrets=perhaps | hardening | hidesecrets | write true or false",
        "[hardening];seccomp=none | hardening | seccomp | is not known to this version",
        "[idmap];x=1 | idmap | x | is not known to this version",
      })
  void a_value_that_is_wrong_is_refused_BUG_37_BUG_42_BUG_56_BUG_58_BUG_60(
      String lines, String group, String key, String problem) {
    assertRefused(lines.replace(';', '\n'), group, key, problem);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"GVirSandboxConfig", "GVirSandboxConfigService", "GObject", "Interactive", ""})
  void another_class_is_refused_BUG_55(String name) {
    assertThatExceptionOfType(ConfigFileException.class)
        .isThrownBy(() -> SandboxConfig.parse("[api]\nclass=" + name + "\n"))
        .withMessageContaining("group [api], key class: '" + name + "' is not known here; write");
  }

  @Test
  void a_command_and_a_boot_target_must_be_there_BUG_61() {
    assertThatExceptionOfType(ConfigFileException.class)
        .isThrownBy(() -> SandboxConfig.parse("[api]\nclass=GVirSandboxConfigServiceGeneric\n"))
        .withMessageContaining("group [command], key argv.0: command without a program");
    assertThatExceptionOfType(ConfigFileException.class)
        .isThrownBy(() -> SandboxConfig.parse("[api]\nclass=GVirSandboxConfigServiceSystemd\n"))
        .withMessageContaining("group [service], key bootTarget: is missing; write a unit");
  }

  @Test
  void a_filter_and_its_parameters_come_back_BUG_5() {
    Network network = Network.parse("filter=clean-traffic,filter.ip=1,filter.ip=2,filter.mac=a");
    SandboxConfig config = InteractiveConfig.builder().network(network).build();

    assertThat(SandboxConfig.parse(config.toText()).networks()).containsExactly(network);
  }

  @Test
  void more_groups_than_the_original_reads_come_back_BUG_57() {
    InteractiveConfig.Builder builder = InteractiveConfig.builder();
    Network.Builder network = Network.builder();
    RamMount included = RamMount.of("/included", 1);
    for (int i = 0; i < 1100; i++) {
      builder.mount(RamMount.of("/" + i, 1)).disk(Disk.parse("file:d%d=/b".formatted(i)));
      included = included.withInclude(new Include("x" + i, "/h"));
    }
    for (int i = 0; i < 120; i++) {
      network.address(NetworkAddress.parse("10.0.0." + i)).route(NetworkRoute.parse("::%::" + i));
      builder.network(Network.parse("source=n" + i));
    }
    SandboxConfig config = builder.mount(included).network(network.build()).build();

    SandboxConfig loaded = SandboxConfig.parse(config.toText());

    assertThat(loaded.mounts()).isEqualTo(config.mounts());
    assertThat(loaded.disks()).isEqualTo(config.disks());
    assertThat(loaded.networks()).isEqualTo(config.networks());
  }

  @Test
  void a_missing_prefix_is_24_BUG_42() {
    SandboxConfig config =
        parse(
            "[network.0]\n[network.0.address.0]\nprimary=::1\n[network.0.route.0]\n"
                + "target=10.0.0.0\ngateway=10.0.0.1\n");

    assertThat(config.networks().get(0).addresses()).hasToString("[::1/24]");
    assertThat(config.networks().get(0).routes()).hasToString("[10.0.0.0/24%10.0.0.1]");
  }

  @Test
  void a_privileged_file_without_an_identity_has_that_of_root() {
    SandboxConfig config = parse("[identity]\n[hardening]\nprivileged=true\n");

    assertThat(config.identity()).isEqualTo(Identity.ROOT);
  }

  @Test
  void a_read_only_bind_comes_back_and_one_that_is_not_is_written_as_by_the_original() {
    assertThat(parse(BIND).toText()).doesNotContain("readonly");
    assertThat(parse(BIND + "readonly=true\n").mounts())
        .containsExactly(HostBindMount.of("/a", "/b").asReadOnly());
    assertThat(parse(BIND + "readonly=true\n").toText()).contains("source=/b\nreadonly=true\n");
  }

  @Test
  void what_the_original_has_no_place_for_is_in_groups_behind_its_own() {
    SandboxConfig config =
        InteractiveConfig.builder()
            .resources(
                Resources.standard()
                    .withMemory(1L << 30)
                    .withProcessors(2)
                    .withCpuQuota(150)
                    .withProcesses(100)
                    .withOpenFiles(256)
                    .withFileSize(1 << 20)
                    .withOutput(1 << 16)
                    .withTime(Duration.ofMillis(90_500))
                    .withCpuTime(Duration.ofMinutes(1)))
            .hostName("web")
            .directory("/srv")
            .build();

    assertThat(config.toText())
        .endsWith(
            """
            argv.0=/bin/sh

            [resources]
            memory=1073741824
            processors=2
            cpuquota=150
            processes=100
            openfiles=256
            filesize=1048576
            output=65536
            time=90.5
            cputime=60

            [guest]
            hostname=web
            directory=/srv
            """);
    assertThat(SandboxConfig.parse(config.toText())).isEqualTo(config);
  }

  @Test
  void groups_of_another_kind_of_config_are_dropped() {
    String text =
        "[api]\nclass=GVirSandboxConfigServiceSystemd\n[service]\nbootTarget=a.target\n"
            + "[interactive]\ntty=maybe\n[command]\nargv.0=\n";

    assertThat(SandboxConfig.parse(text).toText())
        .endsWith("[service]\nbootTarget=a.target\n")
        .doesNotContain("[interactive]")
        .doesNotContain("[command]");
  }

  @Test
  void a_message_shows_no_control_character_of_a_file() {
    assertThatExceptionOfType(ConfigFileException.class)
        .isThrownBy(() -> parse("[security]\ndynamic=\u001b[31mred\n"))
        .withMessageContaining("[31mred' is neither yes nor no")
        .withMessageMatching("\\P{Cc}*");
    assertThatExceptionOfType(ConfigFileException.class)
        .isThrownBy(() -> parse("[hardening]\n\u017e=1\n"))
        .withMessageContaining("key \u017e: is not known")
        .satisfies(e -> assertThat(e.key()).contains("\u017e"));
  }

  private static void assertRefused(String lines, String group, String key, String problem) {
    assertThatExceptionOfType(ConfigFileException.class)
        .isThrownBy(() -> parse(lines))
        .withMessageContaining("group [" + group + "], key " + key + ": ")
        .withMessageContaining(problem)
        .satisfies(e -> assertThat(e.group()).contains(group))
        .satisfies(e -> assertThat(e.key()).contains(key));
  }
}
