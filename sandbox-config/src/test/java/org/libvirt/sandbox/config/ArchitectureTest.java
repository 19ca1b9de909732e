package org.libvirt.sandbox.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
  private static final Path SCHEMA = Path.of("/usr/share/libvirt/schemas/basictypes.rng");

  @Test
  void the_host_has_an_architecture_that_libvirt_knows() {
    assertThat(Architecture.check(Architecture.ofHost())).isNotEmpty();
  }

  @Test
  void every_architecture_of_libvirts_schema_is_known() throws Exception {
    String schema = Files.readString(SCHEMA);
    int start = schema.indexOf("<define name=\"archnames\">");
    String define = schema.substring(start, schema.indexOf("</define>", start));

    assertThat(Pattern.compile("<value>(.*?)</value>").matcher(define).results())
        .extracting((MatchResult value) -> value.group(1))
        .isNotEmpty()
        .allSatisfy(Architecture::check);
  }
}
