package org.libvirt.sandbox.examples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** docs/gobject-to-java.md has each function of the original, and each member that it names. */
final class PortingGuideTest {
  private static final String ROW = "| `gvir_sandbox_init` | %s | a remark |\n";

  @Test
  void each_function_of_the_original_has_its_row_and_each_row_a_member_that_exists()
      throws IOException {
    var guide = Files.readString(Checkout.root().resolve("docs/gobject-to-java.md"));
    var functions = functions();

    var faults = new PortingGuide(guide).faults(functions);

    assertThat(functions).hasSize(182);
    assertThat(faults).isEmpty();
  }

  @Test
  void a_function_without_a_row_is_found() {
    assertThat(faults("", "gvir_sandbox_init")).containsExactly("gvir_sandbox_init has no row");
  }

  @Test
  void a_row_of_something_that_is_no_function_is_found() {
    assertThat(faults(ROW.formatted("`Mount`")))
        .containsExactly("gvir_sandbox_init is no function");
  }

  @Test
  void a_second_row_of_a_function_is_found() {
    var row = ROW.formatted("`Mount`");

    assertThat(faults(row + row, "gvir_sandbox_init"))
        .containsExactly("gvir_sandbox_init has a second row");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Mounting",
        "Mounting.class",
        "Network.Maker.class",
        "Mount#parse()",
        "Mount#parse(Path)",
        "Mount#parsed(String)",
        "Mount#Mount(String)",
        "RamMount#of(String, Long)",
        "RamMount#of(long, String)",
        // promised to nobody
        "SandboxConfig.Builder#uuidText(String)",
        "KeyFile.class",
      })
  void a_member_that_does_not_exist_is_found(String member) {
    assertThat(faults(ROW.formatted("`" + member + "`"), "gvir_sandbox_init"))
        .containsExactly(member + " does not exist");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "`Mount`",
        "`Mount.class`",
        "`Network.Builder.class`",
        "`Mount#parse(String)`",
        "`Disk#type()`, `Disk#tag()`",
        "`RamMount#of(String, long)`",
        "`Include#Include(String, String)`",
        "`NetworkFilter.Parameter#Parameter(String, String)`",
        "`InteractiveConfig.Builder#command(String...)`",
        "`InteractiveConfig.Builder#name(String)`",
        "`RpcConsole#close()`",
        "`ContainerBuilder`",
        "comes with virtual machines",
        "comes with services",
        "comes with terminals",
      })
  void a_member_that_exists_and_a_known_reason_are_answers(String answer) {
    assertThat(faults(ROW.formatted(answer), "gvir_sandbox_init")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "Mount",
        "comes later",
        "comes with services, perhaps",
        "`Mount`, comes with services",
        "`Mount` `Disk`",
        "`mount.parse`",
        "`Mount#parse`",
        "`int`",
      })
  void an_answer_that_is_neither_a_member_nor_a_known_reason_is_found(String answer) {
    assertThat(faults(ROW.formatted(answer), "gvir_sandbox_init"))
        .singleElement()
        .asString()
        .startsWith("`gvir_sandbox_init` has '" + answer + "' for an answer");
  }

  @Test
  void members_are_checked_outside_of_answers_too() {
    var guide = "Use `Mount#parsed(String)`, not `int` or `host-bind`.\n\n";

    assertThat(faults(guide + "| `closed` of a console | `Gone` | see `Mount#gone()` |\n"))
        .containsExactlyInAnyOrder(
            "Gone does not exist",
            "Mount#parsed(String) does not exist",
            "Mount#gone() does not exist");
  }

  private static List<String> faults(String guide, String... functions) {
    return new PortingGuide(guide).faults(List.of(functions));
  }

  private static List<String> functions() throws IOException {
    try (InputStream list = PortingGuideTest.class.getResourceAsStream("objects.txt")) {
      return new String(Objects.requireNonNull(list).readAllBytes(), UTF_8).lines().toList();
    }
  }
}
