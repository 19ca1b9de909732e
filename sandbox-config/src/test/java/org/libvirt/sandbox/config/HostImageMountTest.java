package org.libvirt.sandbox.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HostImageMountTest {
  @ParameterizedTest
  @CsvSource({
    "/b, RAW",
    "/b.img, RAW",
    "/b.zip, RAW",
    "/b., RAW",
    "/b.qcow2, QCOW2",
    "/b.QCOW2, RAW",
    "/c.d/e, RAW",
    "b.vmdk, VMDK"
  })
  void a_path_without_a_known_extension_is_raw_BUG_27(String path, ImageFormat format) {
    assertThat(Mount.parse("host-image:/a=" + path))
        .isEqualTo(HostImageMount.of("/a", path, format));
  }

  @ParameterizedTest
  @ValueSource(strings = {"x=y", "", "fromat=raw", "Format=raw", "raw"})
  void what_is_no_format_behind_the_comma_is_refused_BUG_45(String extra) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Mount.parse("host-image:/a=/b," + extra))
        .withMessageContaining("unknown option '" + extra + "' behind its path; write format=");
  }

  @Test
  void a_format_is_written_only_where_the_path_does_not_tell_it() {
    assertThat(HostImageMount.of("/a", "/b.qcow2", ImageFormat.QCOW2).toOption())
        .isEqualTo("host-image:/a=/b.qcow2");
    assertThat(HostImageMount.of("/a", "/b.qcow2", ImageFormat.RAW).toOption())
        .isEqualTo("host-image:/a=/b.qcow2,format=raw");
  }

  @Test
  void a_path_with_a_comma_is_beyond_option_strings() {
    HostImageMount mount = HostImageMount.of("/a", "/b,c", ImageFormat.RAW);

    assertThatIllegalStateException()
        .isThrownBy(mount::toOption)
        .withMessageContaining("'/b,c' holds a comma");
  }

  @Test
  void an_image_has_a_path_BUG_58() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> HostImageMount.of("/a", "", ImageFormat.RAW))
        .withMessageStartingWith("host-image source is empty");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> HostImageMount.of("/a", "/b\t", ImageFormat.RAW));
  }
}
