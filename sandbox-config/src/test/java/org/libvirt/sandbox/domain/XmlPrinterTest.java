package org.libvirt.sandbox.domain;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class XmlPrinterTest {
  private static DomainDefinition.Builder minimal() {
    return DomainDefinition.builder("lxc")
        .name("text")
        .memory(1)
        .operatingSystem(OperatingSystem.container("x86_64", "/init", List.of()));
  }

  @Test
  void text_keeps_all_but_markup_and_carriage_returns() {
    DomainDefinition domain =
        minimal()
            .operatingSystem(
                OperatingSystem.container(
                    "x86_64", "/init", List.of("<&>\"' ü😀\t\n\u0085\u2028\u007f", "\r")))
            .build();

    String xml = domain.toXml();

    assertThat(xml)
        .contains("<initarg>&lt;&amp;&gt;\"' ü😀\t\n\u0085\u2028\u007f</initarg>")
        .contains("<initarg>&#13;</initarg>");
    assertThat(DomainDefinition.parse(xml)).isEqualTo(domain);
  }

  @Test
  void attributes_have_references_for_all_beyond_ascii_and_all_that_a_reader_would_change() {
    String label = "<&>\"' \u007f\u0080ü\u2028\uFFFD😀\t\n\r";
    DomainDefinition domain = minimal().securityLabel(SecurityLabel.dynamic(label)).build();

    String xml = domain.toXml();

    assertThat(xml)
        .contains(
            "model=\"&lt;&amp;&gt;&quot;' \u007f&#x80;&#xFC;&#x2028;&#xFFFD;&#x1F600;&#9;&#10;&#13;\"");
    assertThat(DomainDefinition.parse(xml).securityLabels().get(0).model()).contains(label);
  }

  @Test
  void blanks_at_the_ends_stay() {
    DomainDefinition domain =
        minimal().name(" a ").filesystem(Filesystem.mount(Path.of("/ b "), "/ c ")).build();

    assertThat(domain.toXml())
        .contains("<name> a </name>", "<source dir=\"/ b \"/>", "<target dir=\"/ c \"/>");
  }

  @Test
  void the_same_domain_is_the_same_text_each_time() {
    assertThat(minimal().build().toXml()).isEqualTo(minimal().build().toXml());
  }

  @Test
  void a_domain_without_devices_says_so() {
    assertThat(minimal().build().toXml()).endsWith("  </os>\n  <devices/>\n</domain>\n");
  }
}
