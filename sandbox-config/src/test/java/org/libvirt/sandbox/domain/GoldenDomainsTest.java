package org.libvirt.sandbox.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.net.URISyntaxException;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class GoldenDomainsTest {
  private static final LibvirtSchema SCHEMA = LibvirtSchema.ofDomains();

  private static final List<Defect> DEFECTS =
      List.of(
          new Defect(
              "a container has a kernel command line, though it has no kernel",
              "(<init>.*</init>)\\s*<cmdline/>",
              "$1"),
          new Defect(
              "an empty host-bind source is handed on (BUG-1), or a relative one",
              "<source dir=\"(?!/)[^\"]*\"/>",
              "<source dir=\"/\"/>"),
          new Defect(
              "a hardware address is not checked (BUG-58)",
              "<mac address=\"(?![0-9a-f]{2}(:[0-9a-f]{2}){5}\")[^\"]*\"/>",
              ""));

  static List<String> names() throws IOException, URISyntaxException {
    return GoldenDomains.names();
  }

  @Test
  void there_are_files_of_containers_and_of_machines() throws Exception {
    assertThat(names())
        .hasSizeGreaterThanOrEqualTo(66)
        .anyMatch(name -> name.contains("-lxc"))
        .anyMatch(name -> name.contains("-qemu"));
  }

  @ParameterizedTest
  @MethodSource("names")
  void what_the_original_wrote_comes_back_byte_for_byte(String name) throws Exception {
    String original = GoldenDomains.read(name);

    assertThat(DomainDefinition.parse(original).toXml()).isEqualTo(original);
  }

  @ParameterizedTest
  @MethodSource("names")
  void a_builder_keeps_all_of_it(String name) throws Exception {
    DomainDefinition domain = DomainDefinition.parse(GoldenDomains.read(name));

    assertThat(domain.toBuilder().build()).isEqualTo(domain).hasToString(domain.toString());
  }

  @ParameterizedTest
  @MethodSource("names")
  void libvirts_schema_takes_all_but_the_originals_defects(String name) throws Exception {
    String mended = GoldenDomains.read(name);
    for (Defect defect : DEFECTS) {
      mended = defect.mend(mended);
    }

    assertThat(SCHEMA.errorsOf(mended)).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("defects")
  void libvirts_schema_refuses_each_of_the_originals_defects(Defect defect) throws Exception {
    for (String name : names()) {
      String original = GoldenDomains.read(name);
      if (!defect.mend(original).equals(original)) {
        assertThat(SCHEMA.errorsOf(original)).as(name).isNotEmpty();
        return;
      }
    }
    fail("no file has this defect: it need not be listed");
  }

  static List<Defect> defects() {
    return DEFECTS;
  }

  /**
   * What the original writes although libvirt's schema does not have it, and what would be right.
   */
  private record Defect(String reason, String wrong, String right) {
    private String mend(String xml) {
      return Pattern.compile(wrong, Pattern.MULTILINE).matcher(xml).replaceAll(right);
    }

    @Override
    public String toString() {
      return reason;
    }
  }
}
