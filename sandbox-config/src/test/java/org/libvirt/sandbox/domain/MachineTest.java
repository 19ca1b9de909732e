package org.libvirt.sandbox.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Domains of type kvm and qemu. */
class MachineTest {
  private static final OperatingSystem SYSTEM =
      OperatingSystem.machine(
          "x86_64", Path.of("/run/sd/vmlinuz"), Path.of("/run/sd/initrd.img"), " quiet panic=-1");

  private static DomainDefinition.Builder minimal() {
    return DomainDefinition.builder("kvm")
        .name("machine")
        .memory(512L << 20)
        .features(Features.none().acpi())
        .operatingSystem(SYSTEM);
  }

  private static DomainDefinition full() {
    return minimal()
        .processors(2)
        .cpuTuning(CpuTuning.limit(Duration.ofMillis(100), Duration.ofMillis(150)))
        .sharedMemory()
        .cpu(CpuMode.HOST_PASSTHROUGH)
        .onEnd(LifecycleAction.DESTROY)
        .operatingSystem(SYSTEM.machineType("q35"))
        .features(Features.none().apic().acpi())
        .device(
            Filesystem.share(Path.of("/"), "sandbox:root").accessMode(AccessMode.SQUASH).readOnly())
        .device(Disk.file(Path.of("/srv/cache.img"), "vda").bus("virtio").format("raw"))
        .device(Filesystem.share(Path.of("/srv"), "sandbox:mount0").virtiofs())
        .device(Disk.file(Path.of("/srv/data.img"), "vdb").format("raw"))
        .device(
            Interface.network("default")
                .mac("52:54:00:00:00:01")
                .model("virtio")
                .filter(FilterReference.to("clean-traffic").parameter("IP", "192.0.2.7")))
        .device(MemoryBalloon.none())
        .device(Console.serial())
        .device(Serial.pty())
        .device(Console.virtio())
        .device(Channel.unix("org.libvirt.sandbox.0"))
        .securityLabel(SecurityLabel.derived("selinux", "system_u:system_r:svirt_t:s0"))
        .build();
  }

  @Test
  void everything_has_its_place_in_the_text() {
    assertThat(full().toXml())
        .isEqualTo(
            """
            <domain type="kvm">
              <name>machine</name>
              <memory unit="KiB">524288</memory>
              <memoryBacking>
                <source type="memfd"/>
                <access mode="shared"/>
              </memoryBacking>
              <vcpu>2</vcpu>
              <cputune>
                <period>100000</period>
                <quota>150000</quota>
              </cputune>
              <on_poweroff>destroy</on_poweroff>
              <on_reboot>destroy</on_reboot>
              <on_crash>destroy</on_crash>
              <os>
                <type arch="x86_64" machine="q35">hvm</type>
                <kernel>/run/sd/vmlinuz</kernel>
                <initrd>/run/sd/initrd.img</initrd>
                <cmdline> quiet panic=-1</cmdline>
              </os>
              <features>
                <acpi/>
                <apic/>
              </features>
              <cpu mode="host-passthrough"/>
              <devices>
                <filesystem type="mount" accessmode="squash">
                  <source dir="/"/>
                  <target dir="sandbox:root"/>
                  <readonly/>
                </filesystem>
                <disk type="file">
                  <source file="/srv/cache.img"/>
                  <target bus="virtio" dev="vda"/>
                  <driver type="raw"/>
                </disk>
                <filesystem type="mount" accessmode="passthrough">
                  <source dir="/srv"/>
                  <target dir="sandbox:mount0"/>
                  <driver type="virtiofs"/>
                </filesystem>
                <disk type="file">
                  <source file="/srv/data.img"/>
                  <target dev="vdb"/>
                  <driver type="raw"/>
                </disk>
                <interface type="network">
                  <source network="default"/>
                  <mac address="52:54:00:00:00:01"/>
                  <model type="virtio"/>
                  <filterref filter="clean-traffic">
                    <parameter name="IP" value="192.0.2.7"/>
                  </filterref>
                </interface>
                <memballoon model="none"/>
                <console type="pty">
                  <target type="serial"/>
                </console>
                <serial type="pty"/>
                <console type="pty">
                  <target type="virtio"/>
                </console>
                <channel type="unix">
                  <target type="virtio" name="org.libvirt.sandbox.0"/>
                </channel>
              </devices>
              <seclabel model="selinux" type="dynamic">
                <baselabel>system_u:system_r:svirt_t:s0</baselabel>
              </seclabel>
            </domain>
            """);
  }

  @Test
  void libvirts_schema_takes_it() throws Exception {
    LibvirtSchema schema = LibvirtSchema.ofDomains();

    assertThat(schema.errorsOf(full())).isEmpty();
    assertThat(schema.errorsOf(minimal().build())).isEmpty();
    assertThat(
            schema.errorsOf(
                DomainDefinition.builder("qemu")
                    .name("x")
                    .memory(1)
                    .operatingSystem(SYSTEM)
                    .build()))
        .isEmpty();
  }

  @Test
  void what_was_written_is_read_as_the_same() {
    DomainDefinition read = DomainDefinition.parse(full().toXml());

    assertThat(read).isEqualTo(full()).isEqualTo(read.toBuilder().build());
    assertThat(read.hasSharedMemory()).isTrue();
    assertThat(read.cpu()).contains(CpuMode.HOST_PASSTHROUGH);
    assertThat(read.features().hasAcpi()).isTrue();
    assertThat(read.features().hasApic()).isTrue();
    assertThat(read.features().hasPrivateNetwork()).isFalse();
    OperatingSystem system = read.operatingSystem().orElseThrow();
    assertThat(system.type()).isEqualTo("hvm");
    assertThat(system.architecture()).contains("x86_64");
    assertThat(system.machineType()).contains("q35");
    assertThat(system.kernel()).contains("/run/sd/vmlinuz");
    assertThat(system.initrd()).contains("/run/sd/initrd.img");
    assertThat(system.commandLine()).contains(" quiet panic=-1");
    assertThat(system.init()).isEmpty();
    assertThat(read.devices()).hasSize(10).isUnmodifiable();
    assertThat(read.disks()).extracting(Disk::device).containsExactly("vda", "vdb");
    assertThat(read.interfaces()).hasSize(1);
    assertThat(read.serials()).hasSize(1);
    assertThat(read.channels()).hasSize(1);
  }

  @Test
  void a_command_line_without_a_character_is_one_still() {
    OperatingSystem system =
        OperatingSystem.machine("x86_64", Path.of("/vmlinuz"), Path.of("/initrd"), "");

    String xml = minimal().operatingSystem(system).build().toXml();

    assertThat(xml).contains("    <cmdline/>\n");
    assertThat(DomainDefinition.parse(xml).operatingSystem().orElseThrow().commandLine())
        .contains("");
  }

  @Test
  void a_line_break_in_a_command_line_is_refused() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> OperatingSystem.machine("x86_64", Path.of("/v"), Path.of("/i"), "quiet\npanic"))
        .withMessageContaining("kernel command line 'quiet?panic' holds a line break");
  }

  @ParameterizedTest
  @EnumSource
  void every_way_to_choose_a_processor_is_valid(CpuMode mode) throws Exception {
    DomainDefinition domain = minimal().cpu(mode).build();

    assertThat(LibvirtSchema.ofDomains().errorsOf(domain)).isEmpty();
    assertThat(DomainDefinition.parse(domain.toXml()).cpu()).contains(mode);
  }

  @Test
  void features_of_a_processor_can_be_hidden_from_a_machine() throws Exception {
    DomainDefinition domain = minimal().cpu(CpuMode.MAXIMUM, "erms", "la57").build();

    assertThat(LibvirtSchema.ofDomains().errorsOf(domain)).isEmpty();
    assertThat(DomainDefinition.parse(domain.toXml()).toXml())
        .isEqualTo(domain.toXml())
        .contains("<feature policy=\"disable\" name=\"erms\"/>");
  }

  @Test
  void a_processor_that_is_not_modelled_is_passed_over() {
    DomainDefinition read =
        DomainDefinition.parse(
            "<domain type='kvm'><name>x</name>"
                + "<cpu mode='custom' match='exact'><model>qemu64</model></cpu></domain>");

    assertThat(read.cpu()).isEmpty();
    assertThat(read.toXml()).doesNotContain("<cpu");
  }

  @ParameterizedTest
  @CsvSource({"PT0.0009S, PT1S", "PT1.000001S, PT1S", "PT0.1S, PT0.0009S", "PT0.1S, P204D"})
  void processor_time_out_of_libvirts_range_is_refused(Duration period, Duration quota) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CpuTuning.limit(period, quota))
        .withMessageContaining("of processor time")
        .withMessageContaining("out of range; write from 1000 to");
  }

  @ParameterizedTest
  @CsvSource({"PT0.001S, PT0.001S", "PT1S, PT17592186.044415S"})
  void processor_time_at_the_ends_of_libvirts_range_is_taken(Duration period, Duration quota)
      throws Exception {
    DomainDefinition domain = minimal().cpuTuning(CpuTuning.limit(period, quota)).build();

    CpuTuning read = DomainDefinition.parse(domain.toXml()).cpuTuning().orElseThrow();

    assertThat(read.period()).contains(period);
    assertThat(read.quota()).contains(quota);
    assertThat(LibvirtSchema.ofDomains().errorsOf(domain)).isEmpty();
  }

  @Test
  void what_libvirt_gives_back_of_a_running_machine_is_read() {
    DomainDefinition running =
        DomainDefinition.parse(
            """
            <domain type='qemu' id='3'>
              <name>machine</name>
              <memory unit='KiB'>524288</memory>
              <features><acpi/><apic/></features>
              <os>
                <type arch='x86_64' machine='pc-i440fx-7.2'>hvm</type>
                <boot dev='hd'/>
              </os>
              <devices>
                <emulator>/usr/bin/qemu-system-x86_64</emulator>
                <disk type='block' device='disk'>
                  <driver name='qemu' type='raw'/>
                  <source dev='/dev/sdz' index='1'/>
                  <backingStore/>
                  <target dev='vda' bus='virtio'/>
                  <readonly/>
                  <serial>tag</serial>
                  <alias name='virtio-disk0'/>
                </disk>
                <controller type='virtio-serial' index='0'/>
                <interface type='user'>
                  <mac address='52:54:00:7a:11:01'/>
                  <model type='virtio'/>
                </interface>
                <serial type='pty'>
                  <source path='/dev/pts/4'/>
                  <target type='isa-serial' port='0'/>
                </serial>
                <console type='pty' tty='/dev/pts/4'>
                  <source path='/dev/pts/4'/>
                  <target type='serial' port='0'/>
                </console>
                <channel type='unix'>
                  <source mode='bind' path='/var/lib/libvirt/qemu/channel/target/x'/>
                  <target type='virtio' name='org.libvirt.sandbox.0' state='disconnected'/>
                </channel>
                <memballoon model='virtio'/>
              </devices>
            </domain>
            """);

    Disk disk = running.disks().get(0);
    assertThat(disk.type()).isEqualTo("block");
    assertThat(disk.source()).contains("/dev/sdz");
    assertThat(disk.device()).isEqualTo("vda");
    assertThat(disk.bus()).contains("virtio");
    assertThat(disk.format()).contains("raw");
    assertThat(disk.serial()).contains("tag");
    assertThat(disk.isReadOnly()).isTrue();
    Interface card = running.interfaces().get(0);
    assertThat(card.type()).isEqualTo("user");
    assertThat(card.network()).isEmpty();
    assertThat(card.mac()).contains("52:54:00:7a:11:01");
    assertThat(card.model()).contains("virtio");
    assertThat(running.serials().get(0).tty()).contains("/dev/pts/4");
    assertThat(running.consoles().get(0).targetType()).contains("serial");
    Channel channel = running.channels().get(0);
    assertThat(channel.name()).contains("org.libvirt.sandbox.0");
    assertThat(channel.socket()).contains("/var/lib/libvirt/qemu/channel/target/x");
    assertThat(running.toXml()).containsSubsequence("<os>", "<features>", "<devices>");
  }
}
