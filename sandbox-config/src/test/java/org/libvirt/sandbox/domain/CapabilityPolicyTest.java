package org.libvirt.sandbox.domain;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class CapabilityPolicyTest {
  private static final Path SCHEMA = Path.of("/usr/share/libvirt/schemas/domaincommon.rng");

  @Test
  void every_capability_of_libvirts_schema_is_known() throws Exception {
    String schema = Files.readString(SCHEMA);
    int start = schema.indexOf("<element name=\"capabilities\">");
    String element = schema.substring(start, schema.indexOf("</define>", start));
    Matcher names = Pattern.compile("<element name=\"([a-z_]+)\">").matcher(element);

    List<String> capabilities =
        names.results().map(name -> name.group(1)).filter(n -> !n.equals("capabilities")).toList();

    assertThat(capabilities)
        .hasSizeGreaterThan(30)
        .allSatisfy(name -> CapabilityPolicy.deny().with(name));
  }

  @Test
  void a_policy_is_not_changed_by_its_exceptions() {
    CapabilityPolicy deny = CapabilityPolicy.deny();

    CapabilityPolicy kill = deny.with("kill").with("chown").without("kill");

    assertThat(deny.exceptions()).isEmpty();
    assertThat(kill.policy()).isEqualTo("deny");
    assertThat(kill.exceptions()).hasToString("{chown=true, kill=false}").isUnmodifiable();
  }
}
