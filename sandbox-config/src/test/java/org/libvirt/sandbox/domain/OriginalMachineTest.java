package org.libvirt.sandbox.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.libvirt.sandbox.config.SandboxConfig;

/** Shows that the builders can say all that the original said of machines. */
class OriginalMachineTest {
  private static final Pattern NAME =
      Pattern.compile("(.*)-qemu(-selinux|-apparmor)?(-nokvm)?\\.xml");

  private static final List<Difference> DIFFERENCES =
      List.of(
          new Difference(
              "BUG-1: an empty source is a fresh directory",
              "<source dir=\"\"/>",
              "<source dir=\"/run/sd/temporary/3\"/>"));

  private static final LibvirtSchema SCHEMA = LibvirtSchema.ofDomains();

  static List<String> names() throws Exception {
    return GoldenDomains.names().stream().filter(NAME.asMatchPredicate()).toList();
  }

  @ParameterizedTest
  @MethodSource("names")
  void a_builder_says_what_the_original_said(String name) throws Exception {
    DomainDefinition machine = machine(name);

    assertThat(machine.toXml()).isEqualTo(expected(name));
  }

  @ParameterizedTest
  @MethodSource("names")
  void libvirts_schema_takes_all_of_it(String name) throws Exception {
    DomainDefinition machine = machine(name);

    assertThat(SCHEMA.errorsOf(machine)).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("differences")
  void each_difference_has_a_domain_that_needs_it(Difference difference) throws Exception {
    assertThat(names())
        .anyMatch(
            name -> {
              String original = original(name);
              return !difference.in(original).equals(original);
            });
  }

  static List<Difference> differences() {
    return DIFFERENCES;
  }

  @ParameterizedTest
  @MethodSource("mended")
  void what_is_mended_needs_it(GoldenConfig config) {
    assertThat(config.load().toText()).isNotEqualTo(config.original());
    if (config.refusal().isPresent()) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> SandboxConfig.parse(config.original()))
          .withMessageContaining(config.refusal().get());
    } else {
      assertThat(SandboxConfig.parse(config.original()).toText()).isEqualTo(config.original());
    }
  }

  static List<GoldenConfig> mended() {
    return GoldenConfig.allMended();
  }

  @Test
  void there_are_machines_of_every_kind() throws Exception {
    assertThat(names())
        .hasSizeGreaterThanOrEqualTo(31)
        .anyMatch(name -> name.contains("-selinux"))
        .anyMatch(name -> name.contains("-nokvm"));
  }

  private static DomainDefinition machine(String name) throws Exception {
    Matcher parts = matched(name);
    String type = parts.group(3) == null ? "kvm" : "qemu";
    String model = parts.group(2) == null ? "" : parts.group(2);
    return OriginalMachine.of(
        GoldenConfig.named(parts.group(1)).load(), type, capabilities("qemu" + model));
  }

  private static String expected(String name) {
    String xml = original(name);
    for (Difference difference : DIFFERENCES) {
      xml = difference.in(xml);
    }
    return xml;
  }

  private static String original(String name) {
    try {
      return GoldenConfig.named(matched(name).group(1)).mend(GoldenDomains.read(name));
    } catch (Exception e) {
      throw new AssertionError(name, e);
    }
  }

  private static Matcher matched(String name) {
    Matcher parts = NAME.matcher(name);
    assertThat(parts.matches()).as(name).isTrue();
    return parts;
  }

  private static HostCapabilities capabilities(String name) throws Exception {
    if (name.equals("qemu")) {
      return HostCapabilities.parse("<capabilities><host/></capabilities>");
    }
    try (InputStream file =
        OriginalMachineTest.class.getResourceAsStream("capabilities/" + name + ".xml")) {
      return HostCapabilities.parse(new String(file.readAllBytes(), StandardCharsets.UTF_8));
    }
  }

  /** What differs on purpose, and why. */
  private record Difference(String reason, String original, String ours) {
    private String in(String xml) {
      return xml.replace(original, ours);
    }

    @Override
    public String toString() {
      return reason;
    }
  }
}
