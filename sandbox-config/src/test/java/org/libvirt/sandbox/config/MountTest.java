package org.libvirt.sandbox.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What all kinds of mount have in common, and their option strings. */
class MountTest {
  static final List<Function<String, Mount>> KINDS =
      List.of(
          target -> HostBindMount.of(target, "/x"),
          target -> HostImageMount.of(target, "/x", ImageFormat.RAW),
          target -> GuestBindMount.of(target, "/x"),
          target -> RamMount.of(target, 1));

  @ParameterizedTest
  @FieldSource("KINDS")
  void a_target_is_absolute_BUG_58(Function<String, Mount> kind) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> kind.apply("tmp"))
        .withMessage("mount target 'tmp' is not absolute; write '/tmp'");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> kind.apply(""))
        .withMessage("mount target is empty; write a path, such as '/srv'");
  }

  @ParameterizedTest
  @FieldSource("KINDS")
  void a_target_holds_no_control_character_BUG_58(Function<String, Mount> kind) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> kind.apply("/a\tb"))
        .withMessageContaining("mount target holds the character U+0009");
    assertThatIllegalArgumentException().isThrownBy(() -> kind.apply("/a\nb"));
    assertThatIllegalArgumentException().isThrownBy(() -> kind.apply("/\uD83D"));
  }

  @ParameterizedTest
  @FieldSource("KINDS")
  void a_target_is_kept_as_it_is_written(Function<String, Mount> kind) {
    assertThat(kind.apply("//a/./b/../c/ ").target()).isEqualTo("//a/./b/../c/ ");
  }

  @ParameterizedTest
  @FieldSource("KINDS")
  void includes_are_added_and_one_for_the_same_destination_takes_its_place(
      Function<String, Mount> kind) {
    Mount bare = kind.apply("/a");

    Mount mount =
        bare.withInclude(new Include("x", "/1"))
            .withInclude(new Include("y", "/2"))
            .withInclude(new Include("x", "/3"));

    assertThat(mount).hasSameClassAs(bare).isNotEqualTo(bare);
    assertThat(mount.includes()).containsExactly(new Include("x", "/3"), new Include("y", "/2"));
    assertThat(mount.includes()).isUnmodifiable();
    assertThat(bare.includes()).isEmpty();
  }

  @ParameterizedTest
  @FieldSource("KINDS")
  void mounts_are_equal_if_all_their_parts_are(Function<String, Mount> kind) {
    assertThat(kind.apply("/a")).isEqualTo(kind.apply("/a")).hasSameHashCodeAs(kind.apply("/a"));
    assertThat(kind.apply("/a")).isNotEqualTo(kind.apply("/b"));
    assertThat(KINDS.stream().map(other -> other.apply("/a")).distinct()).hasSize(KINDS.size());
  }

  @ParameterizedTest
  @FieldSource("KINDS")
  void a_target_with_an_equals_sign_is_beyond_option_strings(Function<String, Mount> kind) {
    assertThatIllegalStateException()
        .isThrownBy(() -> kind.apply("/a=b").toOption())
        .withMessageContaining("'/a=b' holds '='");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "h", "host", "host-", "HOST-BIND", "Ram", "rams", " ram", "ram "})
  void a_type_is_written_out_BUG_2(String type) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Mount.parse(type + ":/a=1"))
        .withMessageContaining("unknown type '" + type + "'; write host-bind, host-image,");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'' | mount '' has no type before a ':'; write TYPE:TARGET=SOURCE, as in 'ram:/tmp=10M'",
        "ram | mount 'ram' has no type before a ':'; write TYPE:TARGET=SOURCE, as in 'ram:/tmp=10M'",
        "ram:/a | mount 'ram:/a' has no '='; write ram:TARGET=SIZE, such as 10M",
        "guest-bind:/a | mount 'guest-bind:/a' has no '='; write guest-bind:TARGET=SOURCE",
        "host-bind:a=/b | mount target 'a' is not absolute; write '/a'",
        "guest-bind:/a= | guest-bind source is empty; write a path, such as '/srv/data'",
        "host-image:/a= | host-image source is empty; write a path, such as '/srv/data'",
      })
  void messages_say_what_is_wrong_and_what_would_be_right(String option, String message) {
    assertThatIllegalArgumentException().isThrownBy(() -> Mount.parse(option)).withMessage(message);
  }

  @Test
  void later_colons_and_equals_signs_belong_to_the_source() {
    assertThat(Mount.parse("guest-bind:/a:b=/c=d:e"))
        .isEqualTo(GuestBindMount.of("/a:b", "/c=d:e"));
  }

  @Test
  void every_kind_has_its_option_string() {
    List<Mount> mounts = KINDS.stream().map(kind -> kind.apply("/a")).toList();

    assertThat(mounts.stream().map(Mount::toOption))
        .containsExactly("host-bind:/a=/x", "host-image:/a=/x", "guest-bind:/a=/x", "ram:/a=1");
    assertThat(mounts.stream().map(Mount::toOption).map(Mount::parse))
        .containsExactlyElementsOf(mounts);
  }
}
