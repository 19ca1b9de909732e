package org.libvirt.sandbox.builder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.libvirt.sandbox.HostLacksException;
import org.libvirt.sandbox.InvalidSandboxException;
import org.libvirt.sandbox.TerminalSize;
import org.libvirt.sandbox.builder.LaunchRecord.MountFlag;
import org.libvirt.sandbox.builder.LaunchRecord.Share;
import org.libvirt.sandbox.config.Identity;
import org.libvirt.sandbox.config.InteractiveConfig;
import org.libvirt.sandbox.config.Network;

/** Expected bytes are written out as docs/protocol.md has them. */
final class LaunchRecordTest {
  private static final String MAGIC = "4c535231";

  @Test
  void an_empty_record_is_its_magic() {
    assertThat(hex(LaunchRecord.builder())).isEqualTo(bytes(MAGIC));
  }

  @Test
  void items_are_tag_length_and_value_in_their_order() {
    assertThat(hex(LaunchRecord.builder().argument("ls").argument("").environment("A", "ü")))
        .isEqualTo(
            bytes(
                MAGIC
                    + "00000010 00000002 6c73"
                    + "00000010 00000000"
                    + "00000011 00000004 413dc3bc"));
  }

  @Test
  void a_mask_is_a_path() {
    assertThat(hex(LaunchRecord.builder().mask(Path.of("/m"))))
        .isEqualTo(bytes(MAGIC + "00000001 00000002 2f6d"));
  }

  @Test
  void a_masked_socket_is_a_path() {
    assertThat(hex(LaunchRecord.builder().maskSocket(Path.of("/s"))))
        .isEqualTo(bytes(MAGIC + "00000005 00000002 2f73"));
  }

  @Test
  void a_masked_directory_of_sockets_is_a_path() {
    assertThat(hex(LaunchRecord.builder().maskSocketsOf(Path.of("/d"))))
        .isEqualTo(bytes(MAGIC + "00000006 00000002 2f64"));
  }

  @Test
  void a_network_is_an_interface_its_addresses_and_its_routes() {
    var network =
        Network.parse("address=192.0.2.5/25%192.0.2.127,address=::5/64,route=0.0.0.0/0%192.0.2.1");

    assertThat(hex(LaunchRecord.builder().network(2, network)))
        .isEqualTo(
            bytes(
                MAGIC
                    + "0000000c 00000008 00000002 00000000"
                    + "0000000d 00000010 00000002 00000019 c0000205 c000027f"
                    + "0000000d 00000018 00000002 00000040 00000000000000000000000000000005"
                    + "0000000e 00000010 00000002 00000000 00000000 c0000201"));
    assertThat(hex(LaunchRecord.builder().network(0, Network.parse("dhcp"))))
        .isEqualTo(bytes(MAGIC + "0000000c 00000008 00000000 00000001"));
  }

  @ParameterizedTest
  @CsvSource({
    "address=::5/64%192.0.2.1, cannot have that broadcast address; only IPv4 has one",
    "address=192.0.2.1%::5, cannot have that broadcast address; only IPv4 has one",
    "'address=::5,route=::/0%192.0.2.1', leads by an IPv4 gateway to an IPv6 network",
  })
  void what_no_kernel_could_do_with_a_network_is_refused(String option, String words) {
    var record = LaunchRecord.builder();

    assertThatThrownBy(() -> record.network(0, Network.parse(option)))
        .isInstanceOf(InvalidSandboxException.class)
        .hasMessageContaining(words);
  }

  @Test
  void a_sandbox_has_a_hundred_interfaces_at_most() {
    var record = LaunchRecord.builder();

    assertThatThrownBy(() -> record.network(100, Network.parse("")))
        .isInstanceOf(InvalidSandboxException.class)
        .hasMessage("network interface eth100 is none; eth0 to eth99 are");
  }

  @Test
  void a_limit_of_processes_is_that_of_the_user_and_cannot_be_raised() {
    assertThat(hex(LaunchRecord.builder().processes(10)))
        .isEqualTo(bytes(MAGIC + "00000019 00000014 00000006 000000000000000a 000000000000000a"));
  }

  @Test
  void name_servers_are_a_file_that_dhcp_may_change() {
    assertThat(hex(LaunchRecord.builder().nameServers("/r", 0644, "n")))
        .isEqualTo(bytes(MAGIC + "0000000f 0000000b 000001a4 00000002 2f72 6e"));
  }

  @Test
  void what_makes_a_record_too_large_is_said() {
    var crowded = LaunchRecord.builder().maskSocket(Path.of("/few/socket"));
    for (int i = 0; i < 45_000; i++) {
      crowded.maskSocket(Path.of("/crowd", i + "x".repeat(90)));
    }
    var wordy = LaunchRecord.builder().argument("x".repeat(5 << 20));

    assertThatThrownBy(crowded::build)
        .isInstanceOf(HostLacksException.class)
        .hasMessageContaining("sockets")
        .hasMessageContaining("'/crowd'");
    assertThatThrownBy(wordy::build)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("arguments and environment take 5242892 bytes");
  }

  @Test
  void a_file_is_mode_path_and_content() {
    assertThat(hex(LaunchRecord.builder().file("/f", 0644, "hi")))
        .isEqualTo(bytes(MAGIC + "00000002 0000000c 000001a4 00000002 2f66 6869"));
  }

  @Test
  void mount_flags_are_bits_and_a_path() {
    assertThat(
            hex(
                LaunchRecord.builder()
                    .mountFlags(
                        Path.of("/"), Set.of(MountFlag.NOSUID, MountFlag.NODEV, MountFlag.NOEXEC))
                    .mountFlags(Path.of("/"), Set.of(MountFlag.READ_ONLY))))
        .isEqualTo(
            bytes(MAGIC + "00000003 00000005 00000007 2f" + "00000003 00000005 00000008 2f"));
  }

  @Test
  void that_a_mount_is_required_is_a_bit_of_its_flags() {
    assertThat(
            hex(
                LaunchRecord.builder()
                    .mountFlags(Path.of("/"), Set.of(MountFlag.NODEV, MountFlag.REQUIRED))))
        .isEqualTo(bytes(MAGIC + "00000003 00000005 00000012 2f"));
  }

  @Test
  void a_copy_is_owner_source_and_target() {
    assertThat(hex(LaunchRecord.builder().copy("/dev/sandbox/i", "/t", 1, 4294967294L)))
        .isEqualTo(
            bytes(
                MAGIC
                    + "00000007 0000001c 00000001 fffffffe 0000000e"
                    + "2f6465762f73616e64626f782f69 2f74"));
  }

  @Test
  void a_cover_is_owner_source_and_target() {
    assertThat(hex(LaunchRecord.builder().cover("/dev/sandbox/i", "/t", 1, 2)))
        .isEqualTo(
            bytes(
                MAGIC
                    + "00000008 0000001c 00000001 00000002 0000000e"
                    + "2f6465762f73616e64626f782f69 2f74"));
  }

  @Test
  void a_mount_is_its_flags_its_kind_its_source_and_its_target() {
    assertThat(
            hex(
                LaunchRecord.builder()
                    .mount(Share.IMAGE, "/dev/vda", "/m", Set.of(MountFlag.READ_ONLY))))
        .isEqualTo(
            bytes(MAGIC + "0000001e 00000016 00000008 00000003 00000008 2f6465762f766461 2f6d"));
  }

  @Test
  void a_mount_of_a_path_that_is_none_is_refused() {
    LaunchRecord.Builder record = LaunchRecord.builder();

    assertThatThrownBy(() -> record.mount(Share.BIND, "etc", "/m", Set.of()))
        .hasMessageContaining("'etc'");
    assertThatThrownBy(() -> record.mount(Share.NINE_P, "tag", "m", Set.of()))
        .hasMessageContaining("'m'");
    assertThatThrownBy(() -> record.mount(Share.NINE_P, "", "/m", Set.of()))
        .hasMessageContaining("needs a source");
  }

  @Test
  void a_link_is_its_text_and_its_path() {
    assertThat(hex(LaunchRecord.builder().link("../a", "/dev/b")))
        .isEqualTo(bytes(MAGIC + "00000009 0000000e 00000004 2e2e2f61 2f6465762f62"));
  }

  @Test
  void an_owner_is_ids_mode_and_path() {
    assertThat(hex(LaunchRecord.builder().owner("/dev/a", 1, 2, 0640)))
        .isEqualTo(bytes(MAGIC + "0000000a 00000012 00000001 00000002 000001a0 2f6465762f61"));
  }

  @Test
  void what_the_supervisor_would_refuse_of_copies_links_and_owners_is_refused() {
    var record = LaunchRecord.builder();

    assertThatThrownBy(() -> record.copy("/etc/passwd", "/t", 0, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'/etc/passwd'");
    assertThatThrownBy(() -> record.cover("/dev/sandbox/", "/t", 0, 0))
        .hasMessageContaining("not below /dev/sandbox");
    assertThatThrownBy(() -> record.copy("/dev/sandbox/a", "t", 0, 0)).hasMessageContaining("'t'");
    assertThatThrownBy(() -> record.copy("/dev/sandbox/a", "/t", -1, 0)).hasMessageContaining("-1");
    assertThatThrownBy(() -> record.cover("/dev/sandbox/a", "/t", 0, 4294967295L))
        .hasMessageContaining("4294967295");
    assertThatThrownBy(() -> record.link("", "/dev/a")).hasMessageContaining("'/dev/a'");
    assertThatThrownBy(() -> record.link("a", "b")).hasMessageContaining("'b'");
    assertThatThrownBy(() -> record.owner("/etc/a", 0, 0, 0)).hasMessageContaining("'/etc/a'");
    assertThatThrownBy(() -> record.owner("/dev/a", 0, 0, 04755)).hasMessageContaining("04755");
  }

  @Test
  void a_tmpfs_is_size_mode_and_path() {
    assertThat(hex(LaunchRecord.builder().tmpfs("/t", 64L << 20, 01777)))
        .isEqualTo(bytes(MAGIC + "00000004 0000000e 0000000004000000 000003ff 2f74"));
  }

  @Test
  void ids_are_unsigned() {
    assertThat(hex(LaunchRecord.builder().identity(4294967294L, 1, List.of(1L, 3000000000L))))
        .isEqualTo(
            bytes(
                MAGIC
                    + "00000013 00000004 fffffffe"
                    + "00000014 00000004 00000001"
                    + "00000015 00000008 00000001 b2d05e00"));
  }

  @Test
  void a_terminal_can_be_given_to_a_program_that_is_described_already() {
    var described = LaunchRecord.builder().argument("/bin/true");

    var record = described.build().withTerminal(new TerminalSize(24, 80));

    assertThat(record).isEqualTo(described.terminal(24, 80).build());
  }

  @Test
  void the_items_of_a_record_can_go_into_another_at_any_place() {
    var first = LaunchRecord.builder().mask(Path.of("/srv")).build();
    var last = LaunchRecord.builder().argument("/bin/true").build();

    var whole = LaunchRecord.builder().items(first).maskSocket(Path.of("/srv/s")).items(last);

    assertThat(whole.build())
        .isEqualTo(
            LaunchRecord.builder()
                .mask(Path.of("/srv"))
                .maskSocket(Path.of("/srv/s"))
                .argument("/bin/true")
                .build());
  }

  @Test
  void a_terminal_is_rows_and_columns() {
    assertThat(hex(LaunchRecord.builder().terminal(24, 80)))
        .isEqualTo(bytes(MAGIC + "00000018 00000008 00000018 00000050"));
  }

  @Test
  void privileges_are_a_set_of_capabilities_and_the_permission_to_gain_them() {
    assertThat(hex(LaunchRecord.builder().privileged(List.of(0, 31))))
        .isEqualTo(
            bytes(MAGIC + "00000016 00000008 0000000080000001" + "00000017 00000004 00000001"));
  }

  @Test
  void a_privileged_program_cannot_mount_trace_or_load_modules() {
    var config = InteractiveConfig.builder().privileged(true).command("/bin/true").build();

    String record = hex(LaunchRecord.builder().program(config, "test"));

    // chown, dac_override, fowner, fsetid, kill, setgid, setuid, setpcap, net_bind_service,
    // net_admin, net_raw, sys_chroot, audit_write, setfcap
    assertThat(record).contains(bytes("00000016 00000008 00000000a00435fb"));
  }

  @Test
  void a_program_has_exactly_the_documented_environment() {
    var config =
        InteractiveConfig.builder()
            .identity(new Identity(1, 2, "someone", "/home/of"))
            .command("/bin/true")
            .environment("HOME", "/other")
            .environment("X", "1")
            .build();

    byte[] record = LaunchRecord.builder().program(config, "test").build().toByteArray();

    assertThat(new String(record, StandardCharsets.ISO_8859_1))
        .containsSubsequence(
            "PATH=/bin:/usr/bin:/usr/local/bin:/sbin/:/usr/sbin",
            "HOME=/other",
            "USER=someone",
            "USERNAME=someone",
            "LOGNAME=someone",
            "container=test",
            "X=1",
            "/home/of")
        .doesNotContain("HOME=/home/of");
  }

  @Test
  void text_with_nul_is_refused() {
    assertThatThrownBy(() -> LaunchRecord.builder().argument("a\0b"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("NUL");
  }

  @Test
  void relative_paths_are_refused() {
    var record = LaunchRecord.builder();

    assertThatThrownBy(() -> record.mask(Path.of("tmp"))).hasMessageContaining("'tmp'");
    assertThatThrownBy(() -> record.directory("")).hasMessageContaining("not absolute");
    assertThatThrownBy(() -> record.file("f", 0, "")).hasMessageContaining("not absolute");
    assertThatThrownBy(() -> record.tmpfs("t", 1, 0)).hasMessageContaining("not absolute");
    assertThatThrownBy(() -> record.mountFlags(Path.of("m"), Set.of()))
        .hasMessageContaining("absolute");
  }

  @Test
  void a_record_has_four_mebibytes_and_no_more() {
    int overhead = 4 + 8;
    var largest = LaunchRecord.builder().argument("x".repeat((4 << 20) - overhead));

    assertThat(largest.build().toByteArray()).hasSize(4 << 20);
    largest.argument("");
    assertThatThrownBy(largest::build)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("4194312 bytes");
  }

  @Test
  void what_it_holds_is_kept_out_of_its_text() {
    LaunchRecord record = LaunchRecord.builder().environment("TOKEN", "swordfish").build();

    assertThat(record).hasToString("LaunchRecord[27 bytes]");
    assertThat(record.toString()).doesNotContain("swordfish");
  }

  @Test
  void records_of_the_same_items_are_equal() {
    LaunchRecord record = LaunchRecord.builder().argument("a").build();

    assertThat(record)
        .isEqualTo(LaunchRecord.builder().argument("a").build())
        .hasSameHashCodeAs(LaunchRecord.builder().argument("a").build())
        .isNotEqualTo(LaunchRecord.builder().argument("b").build());
  }

  private static String hex(LaunchRecord.Builder record) {
    return HexFormat.of().formatHex(record.build().toByteArray());
  }

  /** Without the blanks that are for readers. */
  private static String bytes(String spaced) {
    return spaced.replace(" ", "");
  }
}
