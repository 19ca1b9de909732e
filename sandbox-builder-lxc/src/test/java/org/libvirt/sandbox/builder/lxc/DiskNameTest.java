package org.libvirt.sandbox.builder.lxc;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class DiskNameTest {
  @ParameterizedTest
  @CsvSource({
    "0, sda",
    "1, sdb",
    "25, sdz",
    "26, sdaa",
    "27, sdab",
    "51, sdaz",
    "52, sdba",
    "701, sdzz",
    "702, sdaaa",
    "703, sdaab"
  })
  void disks_are_lettered_as_the_kernel_letters_them(int number, String name) {
    assertThat(DiskName.of(number)).isEqualTo(name);
  }

  @Test
  void no_two_disks_have_one_name() {
    assertThat(IntStream.range(0, 2000).mapToObj(DiskName::of)).doesNotHaveDuplicates();
  }
}
