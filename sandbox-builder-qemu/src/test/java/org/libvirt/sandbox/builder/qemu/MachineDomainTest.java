package org.libvirt.sandbox.builder.qemu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.libvirt.sandbox.InvalidSandboxException;
import org.libvirt.sandbox.config.Disk;
import org.libvirt.sandbox.config.HostBindMount;
import org.libvirt.sandbox.config.HostImageMount;
import org.libvirt.sandbox.config.ImageFormat;
import org.libvirt.sandbox.config.InteractiveConfig;
import org.libvirt.sandbox.config.Network;
import org.libvirt.sandbox.config.RamMount;
import org.libvirt.sandbox.config.Resources;
import org.libvirt.sandbox.domain.DomainDefinition;

final class MachineDomainTest {
  private static final Accelerator KVM = new Accelerator(true, "a test");
  private static final Accelerator TCG = new Accelerator(false, "a test");

  @TempDir Path directory;

  private static InteractiveConfig.Builder config() {
    return InteractiveConfig.builder().name("m").arch("x86_64").command("true");
  }

  private static String xml(InteractiveConfig config, Accelerator accelerator) {
    try (Draft draft = Draft.of(config)) {
      return draft.xml(accelerator);
    }
  }

  @Test
  void a_plain_machine_has_the_hosts_root_a_channel_and_a_log() {
    assertThat(xml(config().build(), TCG))
        .isEqualTo(
            """
            <domain type="qemu">
              <name>m</name>
              <uuid>00000000-0000-4000-8000-00000000abcd</uuid>
              <memory unit="KiB">524288</memory>
              <on_poweroff>destroy</on_poweroff>
              <on_reboot>destroy</on_reboot>
              <on_crash>destroy</on_crash>
              <os>
                <type arch="x86_64" machine="pc">hvm</type>
                <kernel>/boot/kernel</kernel>
                <initrd>/boot/initrd</initrd>
                <cmdline>quiet</cmdline>
              </os>
              <features>
                <acpi/>
                <apic/>
              </features>
              <cpu mode="maximum">
                <feature policy="disable" name="erms"/>
                <feature policy="disable" name="la57"/>
              </cpu>
              <devices>
                <filesystem type="mount" accessmode="squash" multidevs="remap">
                  <source dir="/"/>
                  <target dir="sandbox:root"/>
                  <readonly/>
                </filesystem>
                <channel type="unix">
                  <source mode="bind" path="/state/channel"/>
                  <target type="virtio" name="org.libvirt.sandbox.0"/>
                </channel>
                <serial type="file">
                  <source path="/state/guest.log"/>
                </serial>
                <memballoon model="none"/>
                <controller type="usb" model="none"/>
              </devices>
            </domain>
            """);
  }

  @Test
  void kvm_has_the_hosts_processor() {
    assertThat(xml(config().build(), KVM))
        .startsWith("<domain type=\"kvm\">")
        .contains("<cpu mode=\"host-passthrough\"/>");
  }

  @Test
  void disks_come_before_images_and_both_before_directories() throws Exception {
    Path first = Files.createFile(directory.resolve("first"));
    Path second = Files.createFile(directory.resolve("second"));
    var config =
        config()
            .mount(HostBindMount.of("/mnt", directory.toString()))
            .mount(HostImageMount.of("/srv", second.toString(), ImageFormat.QCOW2))
            .disk(Disk.ofFile("data", first.toString(), ImageFormat.RAW))
            .mount(RamMount.of("/opt", 4096))
            .build();

    DomainDefinition domain = DomainDefinition.parse(xml(config, TCG));

    assertThat(domain.disks())
        .extracting(disk -> disk.device() + " " + disk.source().orElseThrow() + disk.format())
        .containsExactly("vda " + first + "Optional[raw]", "vdb " + second + "Optional[qcow2]");
    assertThat(domain.filesystems())
        .extracting(share -> share.target() + " " + share.source().orElseThrow())
        .containsExactly("sandbox:root /", "sandbox:mount1 " + directory.toRealPath());
  }

  @Test
  void a_shells_console_is_a_port_of_its_own_and_no_virtio_console() {
    try (Draft draft = Draft.of(config().shell(true).build())) {
      String xml = draft.xml(TCG);

      assertThat(xml)
          .contains(
              """
              <channel type="unix">
                <source mode="bind" path="/state/shell"/>
                <target type="virtio" name="org.libvirt.sandbox.shell"/>
              </channel>
              """
                  .indent(4))
          .doesNotContain("<console");
    }
  }

  @Test
  void a_network_without_a_source_is_qemus_own() {
    var config =
        config()
            .network(Network.parse("dhcp"))
            .network(Network.parse("source=lan,mac=52:54:00:00:00:01,filter=f"))
            .build();

    assertThat(xml(config, TCG))
        .contains(
            """
            <interface type="user">
              <model type="virtio"/>
            </interface>
            <interface type="network">
              <source network="lan"/>
              <mac address="52:54:00:00:00:01"/>
              <target dev="sb000000000001"/>
              <model type="virtio"/>
              <filterref filter="f"/>
            </interface>
            """
                .indent(4));
  }

  @Test
  void a_quota_alone_brings_the_processors_that_it_is_for() {
    var resources = Resources.standard().withCpuQuota(150);

    assertThat(xml(config().resources(resources).build(), TCG))
        .contains("<vcpu>2</vcpu>", "<quota>75000</quota>");
  }

  @Test
  void the_time_of_a_quota_is_shared_by_the_processors() {
    var resources = Resources.standard().withProcessors(2).withCpuQuota(150).withMemory(1L << 30);

    assertThat(xml(config().resources(resources).build(), TCG))
        .contains("<memory unit=\"KiB\">1048576</memory>", "<vcpu>2</vcpu>")
        .contains("<period>100000</period>", "<quota>75000</quota>");
  }

  @Test
  void more_processors_than_a_machine_can_have_are_refused() {
    for (Resources resources :
        List.of(
            Resources.standard().withCpuQuota(30_000),
            Resources.standard().withCpuQuota(Integer.MAX_VALUE),
            Resources.standard().withProcessors(256))) {
      assertThatThrownBy(() -> xml(config().resources(resources).build(), TCG))
          .isInstanceOf(InvalidSandboxException.class)
          .hasMessageContaining("give --cpus 255 or less");
    }
    assertThat(xml(config().resources(Resources.standard().withCpuQuota(25_500)).build(), TCG))
        .contains("<vcpu>255</vcpu>");
  }

  @Test
  void selinux_has_a_label_for_emulators_and_one_for_kvm() {
    try (Draft draft = Draft.on("selinux", config().build())) {
      assertThat(draft.xml(TCG)).contains("system_u:system_r:svirt_tcg_t:s0");
      assertThat(draft.xml(KVM)).contains("system_u:system_r:svirt_t:s0");
    }
    try (Draft draft = Draft.on("apparmor", config().build())) {
      assertThat(draft.xml(KVM)).contains("model=\"apparmor\"").doesNotContain("baselabel");
    }
  }
}
