package org.libvirt.sandbox.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ResourcesTest {
  @Test
  void nothing_is_given_unless_asked_for() {
    assertThat(Resources.standard().memory()).isEmpty();
    assertThat(Resources.standard().processors()).isEmpty();
    assertThat(Resources.standard().cpuQuota()).isEmpty();
    assertThat(Resources.standard().processes()).isEmpty();
  }

  @Test
  void each_limit_is_given_apart() {
    Resources resources =
        Resources.standard()
            .withMemory(2L << 20)
            .withProcessors(2)
            .withCpuQuota(150)
            .withProcesses(1)
            .withOpenFiles(64)
            .withFileSize(10)
            .withOutput(11)
            .withTime(Duration.ofMillis(1500))
            .withCpuTime(Duration.ofSeconds(3));

    assertThat(resources.memory()).hasValue(2L << 20);
    assertThat(resources.processors()).hasValue(2);
    assertThat(resources.cpuQuota()).hasValue(150);
    assertThat(resources.processes()).hasValue(1);
    assertThat(resources.openFiles()).hasValue(64);
    assertThat(resources.fileSize()).hasValue(10);
    assertThat(resources.output()).hasValue(11);
    assertThat(resources.time()).contains(Duration.ofMillis(1500));
    assertThat(resources.cpuTime()).contains(Duration.ofSeconds(3));
    assertThat(resources.withProcessors(2)).isEqualTo(resources).hasSameHashCodeAs(resources);
    assertThat(resources.withProcessors(3)).isNotEqualTo(resources);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1, Integer.MIN_VALUE})
  void limits_are_positive(int number) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Resources.standard().withProcessors(number))
        .withMessage("number of processors %d; write 1 or more", number);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Resources.standard().withCpuQuota(number))
        .withMessage("CPU quota %d; write 1 or more", number);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Resources.standard().withProcesses(number))
        .withMessage("number of processes %d; write 1 or more", number);
  }

  @Test
  void processors_are_as_many_as_libvirt_can_count() {
    assertThat(Resources.standard().withProcessors(65_535).processors()).hasValue(65_535);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Resources.standard().withProcessors(65_536))
        .withMessage("number of processors 65536; write at most 65535");
  }

  @Test
  void memory_is_what_a_container_starts_with_at_least() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Resources.standard().withMemory((2L << 20) - 1))
        .withMessage("memory of 2097151 bytes; write 2097152 (2 MiB) or more");
  }

  @Test
  void memory_is_what_libvirt_can_count_at_most() {
    long most = 9_223_372_036_854_774_784L;

    assertThat(Resources.standard().withMemory(most).memory()).hasValue(most);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Resources.standard().withMemory(most + 1))
        .withMessage(
            "memory of %d bytes is more than libvirt can count; write at most %d", most + 1, most);
  }

  @ParameterizedTest
  @ValueSource(ints = {15, 1_048_577, 0, -1})
  void open_files_are_enough_to_start_with_and_as_many_as_linux_has(int count) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Resources.standard().withOpenFiles(count))
        .withMessage("number of open files %d; write 16 to 1048576", count);
  }

  @Test
  void sizes_and_times_are_more_than_nothing() {
    Resources resources = Resources.standard();

    assertThatIllegalArgumentException()
        .isThrownBy(() -> resources.withFileSize(0))
        .withMessage("file size 0; write 1 or more");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> resources.withOutput(-1))
        .withMessage("output -1; write 1 or more");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> resources.withTime(Duration.ZERO))
        .withMessage("time limit PT0S is no time at all; leave it out for none");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> resources.withCpuTime(Duration.ofSeconds(1_000_000_000)))
        .withMessageContaining("write at most 999999999 seconds");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0.000000001", "0.5", "90", "999999999"})
  void seconds_are_written_as_they_are_read(String text) {
    assertThat(Seconds.format(Seconds.parse(text))).isEqualTo(text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "soon", "-1", "1e3", ".5", "1.", "1000000000", "0.0000000001", "٣"})
  void other_words_are_no_seconds(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Seconds.parse(text))
        .withMessage("'%s' is no number of seconds; write for example 90 or 0.5", text);
  }
}
