package org.libvirt.sandbox.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SecurityTest {
  @Test
  void a_dynamic_label_may_be_made_of_another() {
    assertThat(Security.parse("dynamic")).isEqualTo(Security.dynamic());
    assertThat(Security.dynamic().label()).isEmpty();
    assertThat(Security.dynamic().isDynamic()).isTrue();
    assertThat(Security.parse("dynamic,label=u:r:t:s0")).isEqualTo(Security.dynamic("u:r:t:s0"));
    assertThat(Security.parse("dynamic,label=")).isEqualTo(Security.dynamic(""));
    assertThat(Security.dynamic("")).isNotEqualTo(Security.dynamic());
  }

  @Test
  void a_label_may_hold_commas() {
    Security security = Security.parse("static,label=u:r:t:s0:c1,c2");

    assertThat(security).isEqualTo(Security.fixed("u:r:t:s0:c1,c2"));
    assertThat(security.label()).contains("u:r:t:s0:c1,c2");
    assertThat(security.isDynamic()).isFalse();
    assertThat(security.toOption()).isEqualTo("static,label=u:r:t:s0:c1,c2");
  }

  @Test
  void a_static_label_is_given_BUG_37() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Security.parse("static"))
        .withMessage("security 'static' has no label; write 'static,label=LABEL'");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Security.parse("static,label="))
        .withMessage("static security label is empty; write a label");
    assertThatIllegalArgumentException().isThrownBy(() -> Security.fixed(""));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'' | ''",
        "junk | junk",
        "Dynamic | Dynamic",
        "dynamic, | ''",
        "dynamic,, | ,",
        "static,foo | foo",
        "static,dynamic | dynamic",
        "inherit,label=x | label=x",
        "junk,label=x | junk",
        ",label=x | ''",
        "dynamic,Label=x | Label=x"
      })
  void messages_name_the_part_that_is_not_known(String option, String part) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Security.parse(option))
        .withMessageContaining("holds '" + part + "', which is not known; write 'dynamic',");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\nb", "a\u0000", "\uD83D"})
  void a_label_is_text_of_one_line(String label) {
    assertThatIllegalArgumentException().isThrownBy(() -> Security.dynamic(label));
    assertThatIllegalArgumentException().isThrownBy(() -> Security.fixed(label));
  }

  @Test
  void nothing_is_inherited_without_selinux() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Security.inherit(Optional.empty()))
        .withMessageContaining("needs SELinux");
  }

  @Test
  void what_is_inherited_is_a_label_as_given() {
    assertThat(Security.inherit(Optional.of("u:r:t:s0"))).isEqualTo(Security.fixed("u:r:t:s0"));
  }

  @Test
  void the_callers_context_is_what_the_kernel_tells(@TempDir Path directory) throws Exception {
    Path context = Files.writeString(directory.resolve("current"), "u:r:t:s0\0");
    Path none = Files.writeString(directory.resolve("none"), "\0");

    assertThat(CallerContext.read(context)).contains("u:r:t:s0");
    assertThat(CallerContext.read(none)).isEmpty();
    assertThat(CallerContext.read(directory.resolve("missing"))).isEmpty();
    assertThatIllegalArgumentException().isThrownBy(() -> CallerContext.read(directory));
  }
}
