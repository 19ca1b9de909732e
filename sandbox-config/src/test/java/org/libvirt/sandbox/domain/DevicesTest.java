package org.libvirt.sandbox.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class DevicesTest {
  private static final Path SOURCE = Path.of("/srv/a");
  private static final LibvirtSchema SCHEMA = LibvirtSchema.ofDomains();

  private static DomainDefinition with(Device device) {
    return DomainDefinition.builder("qemu")
        .name("devices")
        .memory(1)
        .operatingSystem(
            OperatingSystem.machine("x86_64", Path.of("/vmlinuz"), Path.of("/initrd"), "quiet"))
        .device(device)
        .build();
  }

  /** Each device, and the lines of its element. */
  static Stream<Arguments> devices() {
    return Stream.of(
        Arguments.of(
            Filesystem.block(SOURCE, "/data"),
            """
            <filesystem type="block" accessmode="passthrough">
              <source dev="/srv/a"/>
              <target dir="/data"/>
            </filesystem>
            """),
        Arguments.of(
            Filesystem.share(SOURCE, "a").accessMode(AccessMode.MAPPED).nineP().readOnly(),
            """
            <filesystem type="mount" accessmode="mapped">
              <source dir="/srv/a"/>
              <target dir="a"/>
              <driver type="path"/>
              <readonly/>
            </filesystem>
            """),
        Arguments.of(
            Filesystem.share(SOURCE, "a").remapped(),
            """
            <filesystem type="mount" accessmode="passthrough" multidevs="remap">
              <source dir="/srv/a"/>
              <target dir="a"/>
            </filesystem>
            """),
        Arguments.of(
            Filesystem.share(SOURCE, "a").virtiofs(Path.of("/usr/libexec/virtiofsd")),
            """
            <filesystem type="mount" accessmode="passthrough">
              <source dir="/srv/a"/>
              <target dir="a"/>
              <driver type="virtiofs"/>
              <binary path="/usr/libexec/virtiofsd"/>
            </filesystem>
            """),
        Arguments.of(
            Filesystem.served(SOURCE, "a"),
            """
            <filesystem type="mount" accessmode="passthrough">
              <source socket="/srv/a"/>
              <target dir="a"/>
              <driver type="virtiofs"/>
            </filesystem>
            """),
        Arguments.of(
            Filesystem.rawImage(SOURCE, "/data").readOnly(),
            """
            <filesystem type="file" accessmode="passthrough">
              <source file="/srv/a"/>
              <target dir="/data"/>
              <driver type="loop" format="raw"/>
              <readonly/>
            </filesystem>
            """),
        Arguments.of(
            Disk.block(SOURCE, "sda").format("qcow2").readOnly().serial("cache"),
            """
            <disk type="block">
              <source dev="/srv/a"/>
              <target dev="sda"/>
              <driver type="qcow2"/>
              <readonly/>
              <serial>cache</serial>
            </disk>
            """),
        Arguments.of(
            Disk.file(SOURCE, "vda").bus("virtio"),
            """
            <disk type="file">
              <source file="/srv/a"/>
              <target bus="virtio" dev="vda"/>
            </disk>
            """),
        Arguments.of(
            Interface.user().model("virtio"),
            """
            <interface type="user">
              <model type="virtio"/>
            </interface>
            """),
        Arguments.of(
            Interface.network("lan")
                .mac("52:54:00:AB:cd:01")
                .filter(
                    FilterReference.to("f")
                        .parameter("IP", "192.0.2.1")
                        .parameter("A", "b")
                        .parameter("IP", "192.0.2.2")),
            """
            <interface type="network">
              <source network="lan"/>
              <mac address="52:54:00:AB:cd:01"/>
              <filterref filter="f">
                <parameter name="IP" value="192.0.2.1"/>
                <parameter name="A" value="b"/>
                <parameter name="IP" value="192.0.2.2"/>
              </filterref>
            </interface>
            """),
        Arguments.of(Interface.network("lan").filter(FilterReference.to("f")), null),
        Arguments.of(
            Interface.network("lan").target("sb0").model("virtio"),
            """
            <interface type="network">
              <source network="lan"/>
              <target dev="sb0"/>
              <model type="virtio"/>
            </interface>
            """),
        Arguments.of(
            Channel.unix("org.libvirt.sandbox.0", SOURCE),
            """
            <channel type="unix">
              <source mode="bind" path="/srv/a"/>
              <target type="virtio" name="org.libvirt.sandbox.0"/>
            </channel>
            """),
        Arguments.of(Serial.pty(), "<serial type=\"pty\"/>\n"),
        Arguments.of(
            Serial.file(SOURCE),
            """
            <serial type="file">
              <source path="/srv/a"/>
            </serial>
            """),
        Arguments.of(Console.pty(), "<console type=\"pty\"/>\n"),
        Arguments.of(MemoryBalloon.none(), "<memballoon model=\"none\"/>\n"),
        Arguments.of(Controller.noUsb(), "<controller type=\"usb\" model=\"none\"/>\n"));
  }

  @ParameterizedTest
  @MethodSource("devices")
  void a_device_is_written_validly_and_read_as_the_same(Device device, String element)
      throws Exception {
    DomainDefinition domain = with(device);

    if (element != null) {
      assertThat(domain.toXml())
          .endsWith("  <devices>\n" + element.indent(4) + "  </devices>\n</domain>\n");
    }
    assertThat(SCHEMA.errorsOf(domain)).isEmpty();
    assertThat(DomainDefinition.parse(domain.toXml())).isEqualTo(domain);
  }

  @Test
  void devices_keep_the_order_in_which_they_were_added() {
    DomainDefinition domain =
        with(Disk.file(SOURCE, "vda")).toBuilder()
            .filesystem(Filesystem.share(SOURCE, "a"))
            .console(Console.serial())
            .device(Disk.file(SOURCE, "vdb"))
            .build();

    assertThat(DomainDefinition.parse(domain.toXml()).devices())
        .extracting(device -> (Object) device.getClass())
        .containsExactly(Disk.class, Filesystem.class, Console.class, Disk.class);
  }

  @Test
  void what_a_method_adds_leaves_the_device_as_it_was() {
    Disk disk = Disk.file(SOURCE, "vda");
    Interface card = Interface.network("lan");
    Filesystem share = Filesystem.share(SOURCE, "a");
    FilterReference filter = FilterReference.to("f");

    disk.bus("virtio").format("raw").serial("x").readOnly();
    card.mac("52:54:00:00:00:01").target("sb0").model("virtio").filter(filter.parameter("a", "b"));
    share.virtiofs().accessMode(AccessMode.SQUASH).readOnly();

    assertThat(disk.bus()).isEmpty();
    assertThat(disk.format()).isEmpty();
    assertThat(disk.serial()).isEmpty();
    assertThat(disk.isReadOnly()).isFalse();
    assertThat(card.mac()).isEmpty();
    assertThat(card.target()).isEmpty();
    assertThat(card.model()).isEmpty();
    assertThat(card.filter()).isEmpty();
    assertThat(share.driver()).isEmpty();
    assertThat(share.accessMode()).isEqualTo(AccessMode.PASSTHROUGH);
    assertThat(share.isReadOnly()).isFalse();
    assertThat(filter.parameters()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "vnet0", "veth1", "a/b", "a b", "sixteen0letters0"})
  void what_libvirt_would_not_take_for_the_hosts_end_of_an_interface_is_refused(String name) {
    Interface card = Interface.network("lan");

    assertThatThrownBy(() -> card.target(name))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "'%s' is no name for the host's end of an interface; write 1 to 15 letters and digits",
            name);
  }

  @Test
  void the_last_driver_asked_for_is_the_one_taken() {
    Filesystem share = Filesystem.share(SOURCE, "a").virtiofs(Path.of("/virtiofsd"));

    assertThat(with(share.nineP()).toXml())
        .contains("<driver type=\"path\"/>")
        .doesNotContain("virtiofs");
    assertThat(with(share.virtiofs()).toXml()).doesNotContain("<binary");
  }

  @Test
  void what_a_file_system_is_can_be_asked() {
    Filesystem image = Filesystem.networkBlockImage(SOURCE, "/data", "qcow2");
    Filesystem memory = Filesystem.ram(1234567, "/tmp");

    assertThat(image.source()).contains("/srv/a");
    assertThat(image.driver()).contains("nbd");
    assertThat(image.format()).contains("qcow2");
    assertThat(image.size()).isEmpty();
    assertThat(memory.source()).isEmpty();
    assertThat(memory.size()).hasValue(1234567);
    assertThat(memory.target()).isEqualTo("/tmp");
  }

  @Test
  void the_size_of_memory_that_libvirt_gives_back_is_in_its_own_unit() {
    DomainDefinition read =
        DomainDefinition.parse(
            """
            <domain type='lxc'>
              <name>x</name>
              <devices>
                <filesystem type='ram'>
                  <source usage='64' units='KiB'/>
                  <target dir='/a'/>
                </filesystem>
                <filesystem type='ram'><source usage='64'/><target dir='/b'/></filesystem>
                <filesystem/>
              </devices>
            </domain>
            """);

    assertThat(read.filesystems().get(0).size()).hasValue(65536);
    assertThat(read.filesystems().get(1).size()).hasValue(65536);
    assertThat(read.filesystems().get(2).target()).isEmpty();
  }

  @Test
  void a_size_beyond_63_bits_comes_back_BUG_3() {
    String xml =
        with(Filesystem.ram(1, "/a"))
            .toXml()
            .replace("usage=\"1\"", "usage=\"18446744071562067968\"");

    DomainDefinition read = DomainDefinition.parse(xml);

    assertThat(read.toXml()).isEqualTo(xml);
    assertThat(read.filesystems().get(0).size()).hasValue(Long.MAX_VALUE);
  }

  @Test
  void an_empty_network_that_was_read_counts_as_set() {
    DomainDefinition read =
        DomainDefinition.parse(
            "<domain type='lxc'><name>x</name><devices><interface type='network'>"
                + "<source network=''/></interface></devices></domain>");

    assertThat(read.interfaces().get(0).network()).contains("");
    assertThat(read.toXml()).contains("<source network=\"\"/>");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "junk", "52:54:00:00:00", "53:54:00:00:00:01", "52-54-00-00-00-01", "a\u0001"})
  void a_hardware_address_that_libvirt_would_refuse_is_refused_BUG_58(String address) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Interface.user().mac(address))
        .withMessageEndingWith(
            "is none of a single interface; write one such as 52:54:00:12:34:56");
  }

  @Test
  void empty_names_are_refused_BUG_58() {
    List.<Runnable>of(
            () -> Interface.network(""),
            () -> Interface.user().model(""),
            () -> Disk.file(SOURCE, ""),
            () -> Disk.file(SOURCE, "vda").bus(""),
            () -> Disk.file(SOURCE, "vda").format(""),
            () -> Disk.file(SOURCE, "vda").serial(""),
            () -> Filesystem.share(SOURCE, ""),
            () -> FilterReference.to(""),
            () -> FilterReference.to("f").parameter("", "v"),
            () -> FilterReference.to("f").parameter("n", ""),
            () -> Channel.unix(""))
        .forEach(
            call ->
                assertThatIllegalArgumentException()
                    .isThrownBy(call::run)
                    .withMessageEndingWith(" is empty"));
  }

  @Test
  void relative_paths_of_the_host_are_refused() {
    Path relative = Path.of("srv");

    List.<Runnable>of(
            () -> Disk.file(relative, "vda"),
            () -> Disk.block(relative, "vda"),
            () -> Filesystem.share(relative, "a"),
            () -> Filesystem.block(relative, "/a"),
            () -> Filesystem.served(relative, "a"),
            () -> Filesystem.share(SOURCE, "a").virtiofs(relative),
            () -> Channel.unix("a", relative))
        .forEach(
            call ->
                assertThatIllegalArgumentException()
                    .isThrownBy(call::run)
                    .withMessageEndingWith("'srv' is not absolute; write '/srv'"));
  }
}
