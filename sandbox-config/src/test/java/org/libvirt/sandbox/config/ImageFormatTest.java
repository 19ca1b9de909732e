package org.libvirt.sandbox.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageFormatTest {
  @ParameterizedTest
  @EnumSource
  void a_format_has_libvirts_name_in_lower_case(ImageFormat format) {
    assertThat(format.toString()).isLowerCase();
    assertThat(ImageFormat.parse(format.toString())).isEqualTo(format);
    assertThat(ImageFormat.ofPath("/a.b/c." + format)).isEqualTo(format);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "RAW", "zip", "img", "raw "})
  void another_name_is_refused_with_all_that_are_known(String name) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ImageFormat.parse(name))
        .withMessageStartingWith("image format '%s' is not known; write one of raw, dir,", name);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "/", "/b", "/b.img", "/b.zip", "/b.", "/b.QCOW2", "/c.qcow2/e"})
  void a_path_that_tells_of_no_format_is_raw_BUG_27(String path) {
    assertThat(ImageFormat.ofPath(path)).isEqualTo(ImageFormat.RAW);
  }

  @Test
  void a_name_without_a_dot_is_no_extension() {
    assertThat(ImageFormat.ofPath("qcow2")).isEqualTo(ImageFormat.RAW);
  }
}
