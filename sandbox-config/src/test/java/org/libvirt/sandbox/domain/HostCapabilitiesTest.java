package org.libvirt.sandbox.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class HostCapabilitiesTest {
  @Test
  void the_host_is_read() {
    HostCapabilities capabilities =
        HostCapabilities.parse(
            """
            <capabilities>
              <host>
                <uuid>c7a5fdbd-edaf-9455-926a-d65c16db1809</uuid>
                <cpu><arch>x86_64</arch><model>EPYC</model></cpu>
                <secmodel><model>selinux</model><doi>0</doi></secmodel>
                <secmodel><model>dac</model><doi>0</doi></secmodel>
              </host>
              <guest><os_type>exe</os_type></guest>
            </capabilities>
            """);

    assertThat(capabilities.architecture()).contains("x86_64");
    assertThat(capabilities.securityModels()).containsExactly("selinux", "dac");
  }

  @Test
  void a_host_without_a_security_model_has_none() {
    HostCapabilities capabilities =
        HostCapabilities.parse(
            "<capabilities><host><secmodel><model>none</model><doi>0</doi></secmodel></host>"
                + "</capabilities>");

    assertThat(capabilities.securityModels()).isEmpty();
    assertThat(capabilities.architecture()).isEmpty();
  }

  @Test
  void a_domain_is_no_capabilities() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> HostCapabilities.parse("<domain type='lxc'><name>x</name></domain>"));
  }
}
