package org.libvirt.sandbox.domain;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.InputStream;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostCapabilitiesTest {
  private static String xml(String name) throws Exception {
    try (InputStream file =
        HostCapabilitiesTest.class.getResourceAsStream("capabilities/" + name + ".xml")) {
      return new String(file.readAllBytes(), UTF_8);
    }
  }

  private static HostCapabilities capabilities(String name) throws Exception {
    return HostCapabilities.parse(xml(name));
  }

  @ParameterizedTest
  @ValueSource(strings = {"lxc", "lxc-apparmor", "lxc-selinux", "qemu-apparmor", "qemu-selinux"})
  void the_files_are_such_as_libvirt_writes(String name) throws Exception {
    assertThat(LibvirtSchema.ofCapabilities().errorsOf(xml(name))).isEmpty();
  }

  @Test
  void a_host_of_containers_is_read() throws Exception {
    HostCapabilities host = capabilities("lxc");

    assertThat(host.architecture()).contains("x86_64");
    assertThat(host.securityModels()).isEmpty();
    assertThat(host.confinement()).isEmpty();
    assertThat(host.guests()).extracting(GuestSupport::architecture).contains("x86_64", "i686");
    GuestSupport containers = host.support("lxc", "i686").orElseThrow();
    assertThat(containers.osType()).isEqualTo("exe");
    assertThat(containers.domainTypes()).containsExactly("lxc");
    assertThat(containers.emulator("lxc")).contains("/usr/lib/libvirt/libvirt_lxc");
    assertThat(containers.machineTypes("lxc")).isEmpty();
  }

  @Test
  void a_host_of_machines_is_read() throws Exception {
    HostCapabilities host = capabilities("qemu-apparmor");

    GuestSupport machines = host.support("kvm", "x86_64").orElseThrow();

    assertThat(machines.osType()).isEqualTo("hvm");
    assertThat(machines.domainTypes()).containsExactly("qemu", "kvm");
    assertThat(machines.emulator("qemu")).contains("/usr/bin/qemu-system-x86_64");
    assertThat(machines.emulator("kvm")).contains("/usr/bin/kvm");
    assertThat(machines.machineTypes("qemu")).contains("pc-i440fx-7.2", "q35");
    assertThat(machines.machineTypes("kvm")).containsExactly("pc-q35-7.2");
  }

  @Test
  void what_libvirt_cannot_run_has_no_support() throws Exception {
    HostCapabilities host = capabilities("qemu-apparmor");

    assertThat(host.support("lxc", "x86_64")).isEmpty();
    assertThat(host.support("kvm", "aarch64")).isEmpty();
    assertThat(host.support("qemu", "riscv64")).isEmpty();
    assertThat(host.support("qemu", "aarch64").orElseThrow().emulator("kvm")).isEmpty();
    assertThat(host.support("qemu", "aarch64").orElseThrow().machineTypes("kvm")).isEmpty();
  }

  @Test
  void selinux_is_preferred_wherever_libvirt_lists_it() throws Exception {
    SecurityModel model = capabilities("qemu-selinux").confinement().orElseThrow();

    assertThat(model.name()).isEqualTo("selinux");
    assertThat(model.baseLabel("kvm")).contains("system_u:system_r:svirt_t:s0");
    assertThat(model.baseLabel("qemu")).contains("system_u:system_r:svirt_tcg_t:s0");
    assertThat(model.baseLabel("lxc")).isEmpty();
  }

  @Test
  void apparmor_is_taken_where_there_is_no_selinux() throws Exception {
    HostCapabilities host = capabilities("qemu-apparmor");

    assertThat(host.confinement()).map(SecurityModel::name).contains("apparmor");
    assertThat(host.securityModels())
        .extracting(SecurityModel::name)
        .containsExactly("apparmor", "dac");
  }

  @Test
  void containers_have_models_without_base_labels() throws Exception {
    SecurityModel model = capabilities("lxc-selinux").confinement().orElseThrow();

    assertThat(model.name()).isEqualTo("selinux");
    assertThat(model.baseLabel("lxc")).isEmpty();
  }

  @Test
  void a_model_that_confines_nothing_is_not_taken_for_labels() {
    HostCapabilities host =
        HostCapabilities.parse(
            "<capabilities><host><secmodel><model>none</model><doi>0</doi></secmodel>"
                + "<secmodel><model>dac</model><doi>0</doi></secmodel></host></capabilities>");

    assertThat(host.confinement()).isEmpty();
    assertThat(host.securityModels()).hasToString("[dac]");
    assertThat(host.architecture()).isEmpty();
    assertThat(host.guests()).isEmpty();
  }

  @Test
  void what_was_read_cannot_be_changed() throws Exception {
    HostCapabilities host = capabilities("qemu-selinux");

    List<GuestSupport> guests = host.guests();

    assertThat(guests).isUnmodifiable();
    assertThat(host.securityModels()).isUnmodifiable();
    assertThat(guests.get(0).domainTypes()).isUnmodifiable();
    assertThat(guests.get(0).machineTypes("kvm")).isUnmodifiable();
  }

  @Test
  void a_domain_is_no_capabilities() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> HostCapabilities.parse("<domain type='lxc'><name>x</name></domain>"));
  }
}
