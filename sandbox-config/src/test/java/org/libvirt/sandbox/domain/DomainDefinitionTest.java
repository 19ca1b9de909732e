package org.libvirt.sandbox.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DomainDefinitionTest {
  private static final UUID ID = UUID.fromString("c7a5fdbd-edaf-9455-926a-d65c16db1809");

  private static DomainDefinition.Builder minimal() {
    return DomainDefinition.builder("lxc")
        .name("tty")
        .memory(512L << 20)
        .operatingSystem(OperatingSystem.container("x86_64", "/init", List.of()));
  }

  private static DomainDefinition full() {
    return minimal()
        .uuid(ID)
        .processors(2)
        .onEnd(LifecycleAction.DESTROY)
        .features(
            Features.none()
                .privateNetwork()
                .capabilities(CapabilityPolicy.standard().without("sys_time").with("mknod")))
        .operatingSystem(
            OperatingSystem.container(
                "x86_64", "/dev/sandbox/init", List.of("unix:/dev/sandbox/channel", "<&>\"'")))
        .filesystem(Filesystem.mount(Path.of("/"), "/").readOnly())
        .filesystem(Filesystem.mount(Path.of("/run/sd/config"), "/dev/sandbox").readOnly())
        .filesystem(Filesystem.ram(67108864, "/tmp"))
        .filesystem(Filesystem.bind("/tmp", "/var/tmp"))
        .filesystem(Filesystem.rawImage(Path.of("/srv/a \"<>&' üb"), "/raw"))
        .filesystem(Filesystem.networkBlockImage(Path.of("/srv/q"), "/q", "qcow2"))
        .console(Console.pty())
        .console(Console.pty())
        .securityLabel(SecurityLabel.derived("selinux", "system_u:system_r:svirt_lxc_net_t:s0"))
        .build();
  }

  @Test
  void a_container_reads_like_the_originals() {
    String xml =
        minimal()
            .features(Features.none().privateNetwork())
            .filesystem(Filesystem.mount(Path.of("/"), "/").readOnly())
            .console(Console.pty())
            .build()
            .toXml();

    assertThat(xml)
        .isEqualTo(
            """
            <domain type="lxc">
              <name>tty</name>
              <memory unit="KiB">524288</memory>
              <features>
                <privnet/>
              </features>
              <os>
                <type arch="x86_64">exe</type>
                <init>/init</init>
              </os>
              <devices>
                <filesystem type="mount" accessmode="passthrough">
                  <source dir="/"/>
                  <target dir="/"/>
                  <readonly/>
                </filesystem>
                <console type="pty"/>
              </devices>
            </domain>
            """);
  }

  @Test
  void everything_has_its_place_in_the_text() {
    assertThat(full().toXml())
        .isEqualTo(
            """
            <domain type="lxc">
              <name>tty</name>
              <uuid>c7a5fdbd-edaf-9455-926a-d65c16db1809</uuid>
              <memory unit="KiB">524288</memory>
              <vcpu>2</vcpu>
              <on_poweroff>destroy</on_poweroff>
              <on_reboot>destroy</on_reboot>
              <on_crash>destroy</on_crash>
              <features>
                <privnet/>
                <capabilities policy="default">
                  <mknod state="on"/>
                  <sys_time state="off"/>
                </capabilities>
              </features>
              <os>
                <type arch="x86_64">exe</type>
                <init>/dev/sandbox/init</init>
                <initarg>unix:/dev/sandbox/channel</initarg>
                <initarg>&lt;&amp;&gt;"'</initarg>
              </os>
              <devices>
                <filesystem type="mount" accessmode="passthrough">
                  <source dir="/"/>
                  <target dir="/"/>
                  <readonly/>
                </filesystem>
                <filesystem type="mount" accessmode="passthrough">
                  <source dir="/run/sd/config"/>
                  <target dir="/dev/sandbox"/>
                  <readonly/>
                </filesystem>
                <filesystem type="ram" accessmode="passthrough">
                  <source usage="67108864" units="bytes"/>
                  <target dir="/tmp"/>
                </filesystem>
                <filesystem type="bind" accessmode="passthrough">
                  <source dir="/tmp"/>
                  <target dir="/var/tmp"/>
                </filesystem>
                <filesystem type="file" accessmode="passthrough">
                  <source file="/srv/a &quot;&lt;&gt;&amp;' &#xFC;b"/>
                  <target dir="/raw"/>
                  <driver type="loop" format="raw"/>
                </filesystem>
                <filesystem type="file" accessmode="passthrough">
                  <source file="/srv/q"/>
                  <target dir="/q"/>
                  <driver type="nbd" format="qcow2"/>
                </filesystem>
                <console type="pty"/>
                <console type="pty"/>
              </devices>
              <seclabel model="selinux" type="dynamic">
                <baselabel>system_u:system_r:svirt_lxc_net_t:s0</baselabel>
              </seclabel>
            </domain>
            """);
  }

  @Test
  void libvirts_schema_takes_it() throws Exception {
    LibvirtSchema schema = LibvirtSchema.ofDomains();

    assertThat(schema.errorsOf(minimal().build())).isEmpty();
    assertThat(schema.errorsOf(full())).isEmpty();
    assertThat(schema.errorsOf(minimal().securityLabel(SecurityLabel.fixed("x", "y")).build()))
        .isEmpty();
    assertThat(schema.errorsOf(minimal().securityLabel(SecurityLabel.dynamic("x")).build()))
        .isEmpty();
  }

  @Test
  void the_schema_test_would_see_what_libvirt_does_not_take() throws Exception {
    DomainDefinition odd = DomainDefinition.parse("<domain type='no'><name>x</name></domain>");

    assertThat(LibvirtSchema.ofDomains().errorsOf(odd)).contains("attribute \"type\"");
  }

  @Test
  void what_was_written_is_read_as_the_same() {
    DomainDefinition read = DomainDefinition.parse(full().toXml());

    assertThat(read).isEqualTo(full()).hasSameHashCodeAs(full());
    assertThat(read.features().capabilities().orElseThrow().exceptions())
        .isEqualTo(Map.of("mknod", true, "sys_time", false));
    assertThat(read.filesystems()).extracting(Filesystem::target).contains("/", "/var/tmp");
    assertThat(read.toBuilder().name("other").build()).isNotEqualTo(full());
  }

  @Test
  void what_libvirt_gives_back_is_read() {
    DomainDefinition running =
        DomainDefinition.parse(
            """
            <domain type='lxc' id='4711'>
              <name>sandbox</name>
              <uuid>c7a5fdbd-edaf-9455-926a-d65c16db1809</uuid>
              <memory unit='MiB'>512</memory>
              <currentMemory unit='KiB'>524288</currentMemory>
              <vcpu placement='static'>1</vcpu>
              <resource><partition>/machine</partition></resource>
              <os><type arch='x86_64'>exe</type><init>/dev/sandbox/init</init></os>
              <clock offset='utc'/>
              <on_poweroff>destroy</on_poweroff>
              <devices>
                <emulator>/usr/lib/libvirt/libvirt_lxc</emulator>
                <console type='pty' tty='/dev/pts/3'>
                  <source path='/dev/pts/3'/>
                  <target type='lxc' port='0'/>
                </console>
                <console type='pty'>
                  <source path='/dev/pts/5'/>
                  <target type='lxc' port='1'/>
                </console>
              </devices>
              <seclabel type='dynamic' model='apparmor' relabel='yes'>
                <label>libvirt-c7a5fdbd</label>
              </seclabel>
            </domain>
            """);

    assertThat(running.type()).isEqualTo("lxc");
    assertThat(running.name()).isEqualTo("sandbox");
    assertThat(running.uuid()).contains(ID);
    assertThat(running.memory()).isEqualTo(512L << 20);
    assertThat(running.processors()).hasValue(1);
    assertThat(running.operatingSystem().orElseThrow().init()).contains("/dev/sandbox/init");
    assertThat(running.consoles().get(0).tty()).contains("/dev/pts/3");
    assertThat(running.consoles().get(1).tty()).contains("/dev/pts/5");
    assertThat(running.securityLabels().get(0).type()).isEqualTo("dynamic");
    assertThat(running.securityLabels().get(0).label()).contains("libvirt-c7a5fdbd");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "<domain",
        "<network/>",
        "<domain type='lxc'/>",
        "<domain type='lxc'><name>x</name><uuid>none</uuid></domain>",
        "<domain type='lxc'><name>x</name><memory unit='q'>1</memory></domain>",
        "<domain type='lxc'><name>x</name><devices><filesystem type='ram'>"
            + "<source usage='1' units='q'/></filesystem></devices></domain>",
        "<domain type='lxc'><name>x</name><devices><filesystem type='ram'>"
            + "<source usage='1x'/></filesystem></devices></domain>",
        "<!DOCTYPE domain [<!ENTITY n SYSTEM 'file:/etc/hostname'>]>"
            + "<domain type='lxc'><name>&n;</name></domain>"
      })
  void what_is_no_domain_is_refused(String xml) {
    assertThatIllegalArgumentException().isThrownBy(() -> DomainDefinition.parse(xml));
  }

  @Test
  void a_definition_does_not_change_with_its_builder() {
    DomainDefinition.Builder builder = minimal();
    DomainDefinition domain = builder.build();

    builder.console(Console.pty()).name("other");

    assertThat(domain.name()).isEqualTo("tty");
    assertThat(domain.consoles()).isEmpty();
    assertThat(domain.filesystems()).isUnmodifiable();
  }

  @Test
  void lists_of_a_definition_that_was_read_cannot_be_changed() {
    DomainDefinition read = DomainDefinition.parse(full().toXml());

    assertThat(read.filesystems()).isUnmodifiable();
    assertThat(read.consoles()).isUnmodifiable();
    assertThat(read.securityLabels()).isUnmodifiable();
    assertThat(read.operatingSystem().orElseThrow().initArguments()).isUnmodifiable();
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\u0000b", "a\u001bb", "a\uFFFEb", "a\uD83Db", "\uDE00"})
  void text_that_xml_cannot_hold_is_refused_where_it_is_given(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> minimal().name(text))
        .withMessageContaining("which XML cannot hold");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> OperatingSystem.container("x86_64", "/init", List.of(text)));
    assertThatIllegalArgumentException().isThrownBy(() -> Filesystem.ram(1, "/" + text));
  }

  @Test
  void text_beyond_16_bits_comes_back() {
    DomainDefinition domain = minimal().name("😀\t x ").build();

    assertThat(DomainDefinition.parse(domain.toXml()).name()).isEqualTo("😀\t x ");
  }

  @Test
  void line_breaks_in_arguments_come_back() {
    OperatingSystem system = OperatingSystem.container("x86_64", "/init", List.of("a\r\n b\n"));

    DomainDefinition read =
        DomainDefinition.parse(minimal().operatingSystem(system).build().toXml());

    assertThat(read.operatingSystem().orElseThrow().initArguments()).containsExactly("a\r\n b\n");
  }

  @Test
  void line_breaks_in_names_and_paths_are_refused_BUG_58() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> minimal().name("a\nb"))
        .withMessageContaining("'a?b' holds a line break");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Filesystem.mount(Path.of("/srv/a\rb"), "/srv"));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Filesystem.mount(Path.of("/srv"), "/srv\n"));
  }

  @Test
  void relative_paths_are_refused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Filesystem.mount(Path.of("srv"), "/srv"))
        .withMessage("file system source 'srv' is not absolute; write '/srv'");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Filesystem.mount(Path.of("/srv"), "srv"))
        .withMessage("file system target 'srv' is not absolute; write '/srv'");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> OperatingSystem.container("x86_64", "init", List.of()));
  }

  @Test
  void sizes_below_one_are_refused_BUG_59() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Filesystem.ram(0, "/tmp"))
        .withMessage("size of the file system at '/tmp' is 0 bytes; write 1 or more");
    assertThatIllegalArgumentException().isThrownBy(() -> minimal().memory(0));
    assertThatIllegalArgumentException().isThrownBy(() -> minimal().processors(0));
    assertThatIllegalArgumentException().isThrownBy(() -> minimal().processors(65_536));
  }

  @ParameterizedTest
  @CsvSource({"1, 1024", "1024, 1024", "1025, 2048", "9223372036854774784, 9223372036854774784"})
  void memory_is_rounded_up_to_whole_kibibytes(long given, long inDomain) {
    assertThat(minimal().memory(given).build().memory()).isEqualTo(inDomain);
  }

  @Test
  void an_unknown_capability_is_refused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CapabilityPolicy.deny().with("CAP_MKNOD"))
        .withMessageContaining("'CAP_MKNOD' is not known; write one of audit_control, ");
  }

  @Test
  void a_domain_without_its_parts_is_not_built() {
    assertThatIllegalStateException()
        .isThrownBy(() -> DomainDefinition.builder("lxc").name("x").build())
        .withMessageContaining("memory");
  }

  @Test
  void warming_up_may_be_repeated() {
    DomainDefinition.warmUp();
    DomainDefinition.warmUp();

    assertThat(minimal().build().toXml()).contains("<name>tty</name>");
  }
}
