package org.libvirt.sandbox.builder.lxc;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.libvirt.sandbox.config.Disk;
import org.libvirt.sandbox.config.ImageFormat;
import org.libvirt.sandbox.config.InteractiveConfig;
import org.libvirt.sandbox.config.Network;
import org.libvirt.sandbox.config.Resources;
import org.libvirt.sandbox.config.SandboxConfig;
import org.libvirt.sandbox.config.Security;
import org.libvirt.sandbox.domain.Console;
import org.libvirt.sandbox.domain.CpuTuning;
import org.libvirt.sandbox.domain.DomainDefinition;
import org.libvirt.sandbox.domain.Filesystem;
import org.libvirt.sandbox.domain.HostCapabilities;
import org.libvirt.sandbox.domain.Interface;
import org.libvirt.sandbox.domain.OperatingSystem;
import org.libvirt.sandbox.domain.SecurityLabel;

final class ContainerDomainTest {
  private static final UUID RUN = UUID.fromString("6a1f4d10-4f4e-4bee-be56-0242ac120002");

  private final InteractiveConfig.Builder config =
      InteractiveConfig.builder().name("planned").command("/bin/true");

  @Test
  void without_resources_it_is_the_originals_512_mebibytes_and_no_limit_of_time() {
    DomainDefinition domain = domain(config.build());

    assertThat(domain.memory()).isEqualTo(512L << 20);
    assertThat(domain.processors()).isEmpty();
    assertThat(domain.cpuTuning()).isEmpty();
  }

  @Test
  void memory_is_the_limit_of_the_container() {
    Resources resources = Resources.standard().withMemory(1L << 30);

    assertThat(domain(config.resources(resources).build()).memory()).isEqualTo(1L << 30);
  }

  @ParameterizedTest
  @CsvSource({
    "2, , PT0.2S",
    ", 50, PT0.05S",
    "2, 50, PT0.05S",
    "1, 250, PT0.1S",
    "65535, , PT1H49M13.5S",
    ", 2147483647, PT596H31M23.647S"
  })
  void processors_are_a_limit_of_time_and_the_narrower_limit_counts(
      Integer processors, Integer quota, Duration expected) {
    Resources resources = Resources.standard();
    resources = processors == null ? resources : resources.withProcessors(processors);
    resources = quota == null ? resources : resources.withCpuQuota(quota);

    CpuTuning tuning = domain(config.resources(resources).build()).cpuTuning().orElseThrow();

    assertThat(tuning.period()).contains(Duration.ofMillis(100));
    assertThat(tuning.quota()).contains(expected);
  }

  @Test
  void a_network_is_the_default_one_unless_the_config_says_more() {
    Network plain = Network.parse("dhcp");
    Network full =
        Network.parse(
            "source=lan,mac=52:54:00:00:00:01,filter=clean-traffic,filter.ip=192.0.2.1,"
                + "filter.ip=192.0.2.2");

    List<Interface> interfaces = domain(config.network(plain).network(full).build()).interfaces();

    assertThat(interfaces).extracting(Interface::type).containsOnly("network");
    assertThat(interfaces.get(0).network()).contains("default");
    assertThat(interfaces.get(0).mac()).isEmpty();
    assertThat(interfaces.get(0).filter()).isEmpty();
    assertThat(interfaces.get(1).network()).contains("lan");
    assertThat(interfaces.get(1).mac()).contains("52:54:00:00:00:01");
    var filter = interfaces.get(1).filter().orElseThrow();
    assertThat(filter.filter()).isEqualTo("clean-traffic");
    assertThat(filter.parameters())
        .extracting(parameter -> parameter.name() + "=" + parameter.value())
        .containsExactly("IP=192.0.2.1", "IP=192.0.2.2");
  }

  @Test
  void without_networks_there_is_a_loopback_of_its_own_all_the_same() {
    DomainDefinition domain = domain(config.build());

    assertThat(domain.interfaces()).isEmpty();
    assertThat(domain.features().hasPrivateNetwork()).isTrue();
  }

  @Test
  void disks_come_first_and_are_lettered_in_their_order() {
    SandboxConfig given =
        config
            .disk(Disk.ofFile("b", "/srv/b.img", ImageFormat.RAW))
            .disk(Disk.ofBlockDevice("a", "/dev/vdq"))
            .build();

    DomainDefinition domain =
        domain(given, List.of(Path.of("/x/b.img"), Path.of("/dev/vdq")), "lxc");

    assertThat(domain.disks())
        .extracting(disk -> disk.type() + " " + disk.source().get() + " " + disk.device())
        .containsExactly("file /x/b.img sda", "block /dev/vdq sdb");
    assertThat(domain.devices().subList(0, 2)).isEqualTo(domain.disks());
  }

  @Test
  void a_host_without_a_security_model_gets_no_label() {
    SandboxConfig labelled = config.security(Security.fixed("u:r:t:s0:c1,c2")).build();

    assertThat(domain(labelled).securityLabels()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "lxc-selinux  | dynamic                | dynamic -  system_u:system_r:svirt_lxc_net_t:s0",
        "lxc-selinux  | dynamic,label=u:r:t:s0 | dynamic - u:r:t:s0",
        "lxc-selinux  | static,label=u:r:t:s0:c1,c2 | static u:r:t:s0:c1,c2 -",
        "lxc-apparmor | dynamic                | dynamic - -",
        "lxc-apparmor | dynamic,label=profile  | dynamic - -",
        "lxc-apparmor | static,label=profile   | static profile -"
      })
  void labels_are_what_the_hosts_model_makes_of_them_BUG_37(
      String host, String security, String expected) {
    SandboxConfig labelled = config.security(Security.parse(security)).build();

    List<SecurityLabel> labels = domain(labelled, List.of(), host).securityLabels();

    assertThat(labels)
        .extracting(
            label ->
                "%s %s %s"
                    .formatted(
                        label.type(), label.label().orElse("-"), label.baseLabel().orElse("-")))
        .containsExactly(expected.replace("  ", " "));
    assertThat(labels.get(0).model()).contains(host.replace("lxc-", ""));
  }

  private static DomainDefinition domain(SandboxConfig config) {
    return domain(config, List.of(), "lxc");
  }

  private static DomainDefinition domain(SandboxConfig config, List<Path> disks, String host) {
    return ContainerDomain.of(
        config,
        RUN,
        OperatingSystem.container("x86_64", "/dev/sandbox/sandbox-init", List.of()),
        disks,
        List.of(Filesystem.mount(Path.of("/"), "/").readOnly()),
        List.of(Console.pty()),
        HostCapabilities.parse(
            GoldenConfig.read("/org/libvirt/sandbox/domain/capabilities/" + host + ".xml")));
  }
}
