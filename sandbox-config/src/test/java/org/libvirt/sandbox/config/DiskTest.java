package org.libvirt.sandbox.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DiskTest {
  @Test
  void a_disk_of_an_option_string_is_a_file() {
    Disk disk = Disk.parse("file:data=/b.qcow2");

    assertThat(disk).isEqualTo(Disk.ofFile("data", "/b.qcow2", ImageFormat.QCOW2));
    assertThat(disk.type()).isEqualTo(Disk.Type.FILE);
    assertThat(disk.toOption()).isEqualTo("file:data=/b.qcow2");
  }

  @Test
  void a_block_device_is_raw_and_beyond_option_strings() {
    Disk disk = Disk.ofBlockDevice("data", "/dev/vg/data");

    assertThat(disk.type()).hasToString("block");
    assertThat(disk.format()).isEqualTo(ImageFormat.RAW);
    assertThatIllegalStateException()
        .isThrownBy(disk::toOption)
        .withMessage("no option string can say block disk 'data'");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/b", "/b.zip", "/b.", "b.img"})
  void a_path_without_a_known_extension_is_raw_BUG_27(String path) {
    assertThat(Disk.parse("file:a=" + path)).isEqualTo(Disk.ofFile("a", path, ImageFormat.RAW));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "r", "raw", "Format=raw", "format", "readonly"})
  void what_is_no_format_behind_the_comma_is_named_BUG_44(String extra) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Disk.parse("file:a=/b," + extra))
        .withMessage(
            "'file:a=/b,%1$s' has the unknown option '%1$s' behind its path; write format=FORMAT,"
                    .formatted(extra)
                + " or nothing");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".", "..", "a/b", "/", "a\tb", "a\n"})
  void a_tag_is_a_file_name_BUG_58(String tag) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Disk.ofFile(tag, "/b", ImageFormat.RAW))
        .withMessageStartingWith("disk tag");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "/a\tb", "/a\nb", "/a\u0000"})
  void a_source_is_a_path_BUG_58(String source) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Disk.ofBlockDevice("a", source))
        .withMessageContaining("disk");
  }

  @ParameterizedTest
  @CsvSource({"block, block", "FILE, FILE", "f, f", "'', ''", "volume, volume"})
  void another_type_is_named(String type, String named) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Disk.parse(type + ":a=/b"))
        .withMessageContaining("of the type '" + named + "', which no option string can have");
  }

  @Test
  void a_tag_may_hold_colons_and_blanks_and_a_source_equals_signs() {
    assertThat(Disk.parse("file:a: b=c=d.img"))
        .isEqualTo(Disk.ofFile("a: b", "c=d.img", ImageFormat.RAW));
  }

  @Test
  void disks_are_equal_if_all_their_parts_are() {
    Disk disk = Disk.ofFile("a", "/b", ImageFormat.RAW);

    assertThat(disk).isEqualTo(new Disk(Disk.Type.FILE, "a", "/b", ImageFormat.RAW));
    assertThat(disk).isNotEqualTo(Disk.ofBlockDevice("a", "/b"));
    assertThat(disk).isNotEqualTo(Disk.ofFile("a", "/b", ImageFormat.QCOW2));
  }
}
