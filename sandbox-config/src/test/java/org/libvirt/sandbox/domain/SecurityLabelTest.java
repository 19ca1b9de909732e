package org.libvirt.sandbox.domain;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class SecurityLabelTest {
  private static DomainDefinition with(SecurityLabel label) {
    return DomainDefinition.builder("lxc")
        .name("labelled")
        .memory(1)
        .operatingSystem(OperatingSystem.container("x86_64", "/init", List.of()))
        .securityLabel(label)
        .build();
  }

  /** Each label, and the lines of its element. */
  static Stream<Arguments> labels() {
    return Stream.of(
        Arguments.of(
            SecurityLabel.dynamic("apparmor"), "<seclabel model=\"apparmor\" type=\"dynamic\"/>\n"),
        Arguments.of(
            SecurityLabel.derived("selinux", "b").withRelabel(),
            """
            <seclabel model="selinux" type="dynamic" relabel="yes">
              <baselabel>b</baselabel>
            </seclabel>
            """),
        Arguments.of(
            SecurityLabel.fixed("selinux", "l:s0:c1,c2").withoutRelabel(),
            """
            <seclabel model="selinux" type="static" relabel="no">
              <label>l:s0:c1,c2</label>
            </seclabel>
            """),
        Arguments.of(SecurityLabel.none(), "<seclabel type=\"none\"/>\n"),
        Arguments.of(
            SecurityLabel.none("selinux"), "<seclabel model=\"selinux\" type=\"none\"/>\n"));
  }

  @ParameterizedTest
  @MethodSource("labels")
  void a_label_is_written_validly_and_read_as_the_same(SecurityLabel label, String element)
      throws Exception {
    DomainDefinition domain = with(label);

    assertThat(domain.toXml()).endsWith(element.indent(2) + "</domain>\n");
    assertThat(LibvirtSchema.ofDomains().errorsOf(domain)).isEmpty();
    assertThat(DomainDefinition.parse(domain.toXml())).isEqualTo(domain);
  }

  @Test
  void what_a_label_says_can_be_asked() {
    SecurityLabel label = SecurityLabel.derived("selinux", "base").withoutRelabel();

    assertThat(label.model()).contains("selinux");
    assertThat(label.type()).isEqualTo("dynamic");
    assertThat(label.baseLabel()).contains("base");
    assertThat(label.label()).isEmpty();
    assertThat(label.relabels()).contains(false);
    assertThat(SecurityLabel.none().model()).isEmpty();
    assertThat(SecurityLabel.none().relabels()).isEmpty();
  }
}
