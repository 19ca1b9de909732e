package org.libvirt.sandbox.builder.qemu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.libvirt.sandbox.HostLacksException;

final class KernelImageTest {
  @TempDir Path temporary;

  @ParameterizedTest
  @ValueSource(strings = {"gz", "xz", "zst", "lz4"})
  void a_kernel_that_machines_can_enter_is_unpacked(String suffix) throws IOException {
    byte[] kernel = BigImage.machineKernel();

    assertThat(written(BigImage.of("6.1.0", suffix, kernel))).isEqualTo(kernel);
  }

  @Test
  void one_that_they_cannot_enter_stays_packed() throws IOException {
    byte[] image = BigImage.of("6.1.0", "xz", BigImage.otherKernel());

    assertThat(written(image)).isEqualTo(image);
  }

  @Test
  void one_that_is_packed_in_another_way_stays_so() throws IOException {
    byte[] image = BigImage.of("6.1.0", "LZOP and more", BigImage.machineKernel());

    assertThat(written(image)).isEqualTo(image);
  }

  @Test
  void one_of_an_old_boot_protocol_stays_packed() throws IOException {
    byte[] image = BigImage.of("2.6.20", "gz", BigImage.machineKernel());
    image[0x206] = 5;

    assertThat(written(image)).isEqualTo(image);
  }

  @Test
  void one_for_aarch64_stays_as_it_is() throws IOException {
    byte[] image = new byte[100];
    ByteBuffer.wrap(image).order(ByteOrder.LITTLE_ENDIAN).putInt(56, 0x644d5241);

    assertThat(written(image)).isEqualTo(image);
  }

  @Test
  void its_first_bytes_tell_its_release() throws IOException {
    Path file = write(BigImage.of("6.1.0-56-amd64", "gz", BigImage.machineKernel()));

    assertThat(KernelImage.read(file).release()).contains("6.1.0-56-amd64");
  }

  @Test
  void an_unpacked_kernel_does_not_tell_its_release() throws IOException {
    Path file = write(BigImage.machineKernel());

    assertThat(KernelImage.read(file).release()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"gz", "xz", "zst", "lz4"})
  void one_whose_packed_bytes_are_damaged_is_named(String suffix) throws IOException {
    byte[] payload = BigImage.payload(suffix, BigImage.machineKernel());
    Arrays.fill(payload, 8, payload.length - 4, (byte) 0xee);
    Path file = write(BigImage.of("6.1.0", payload));

    assertThatThrownBy(() -> KernelImage.read(file).writeTo(temporary.resolve("out")))
        .isInstanceOf(HostLacksException.class)
        .hasMessageStartingWith("the kernel " + file + " is damaged: ")
        .hasMessageEndingWith("; install its package again");
  }

  @ParameterizedTest
  @ValueSource(strings = {"gz", "xz", "zst", "lz4"})
  void one_that_unpacks_to_another_size_is_damaged(String suffix) throws IOException {
    byte[] payload = BigImage.payload(suffix, BigImage.machineKernel());
    payload[payload.length - 4]++;
    Path file = write(BigImage.of("6.1.0", payload));

    assertThatThrownBy(() -> KernelImage.read(file).writeTo(temporary.resolve("out")))
        .isInstanceOf(HostLacksException.class)
        .hasMessageContaining("is damaged");
  }

  @Test
  void one_that_is_truncated_is_named() throws IOException {
    byte[] image = BigImage.of("6.1.0", BigImage.payload("none", new byte[0]));
    ByteBuffer.wrap(image).order(ByteOrder.LITTLE_ENDIAN).putInt(0x24c, 1 << 20);
    Path file = write(image);

    assertThatThrownBy(() -> KernelImage.read(file).writeTo(temporary.resolve("out")))
        .isInstanceOf(HostLacksException.class)
        .hasMessageContaining("it ends before the kernel packed in it does");
  }

  @Test
  void one_that_holds_no_kernel_is_damaged() throws IOException {
    Path file = write(BigImage.of("6.1.0", "gz", new byte[1000]));

    assertThatThrownBy(() -> KernelImage.read(file).writeTo(temporary.resolve("out")))
        .isInstanceOf(HostLacksException.class)
        .hasMessageContaining("what is packed in it is no whole kernel");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 5, 600, 5000})
  void what_is_no_kernel_is_refused(int size) throws IOException {
    Path file = write(new byte[size]);

    assertThatThrownBy(() -> KernelImage.read(file))
        .isInstanceOf(HostLacksException.class)
        .hasMessage(file + " is no Linux kernel; name the file that a boot loader would load");
  }

  @Test
  void a_program_is_no_kernel() throws IOException {
    Path file = write(BigImage.otherKernel());

    assertThatThrownBy(() -> KernelImage.read(file))
        .isInstanceOf(HostLacksException.class)
        .hasMessageStartingWith(file + " is no Linux kernel: it is an ELF file without an entry");
  }

  @Test
  void an_unpacked_kernel_that_is_cut_off_is_damaged() throws IOException {
    Path file = write(Arrays.copyOf(BigImage.machineKernel(), 100));

    assertThatThrownBy(() -> KernelImage.read(file))
        .isInstanceOf(HostLacksException.class)
        .hasMessageStartingWith("the kernel " + file + " is damaged: ");
  }

  @Test
  @Timeout(30)
  void a_fifo_is_refused_and_not_waited_for() throws Exception {
    Path fifo = temporary.resolve("fifo");
    assertThat(new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor()).isZero();

    assertThatThrownBy(() -> KernelImage.read(fifo))
        .isInstanceOf(HostLacksException.class)
        .hasMessageStartingWith(fifo + " is no Linux kernel: it is no regular file");
  }

  @Test
  void one_that_cannot_be_read_is_named_with_the_cure() {
    Path file = temporary.resolve("vmlinuz");

    assertThatThrownBy(() -> KernelImage.read(file))
        .isInstanceOf(HostLacksException.class)
        .hasMessage(
            "cannot read the kernel "
                + file
                + ": does not exist; --kernpath takes the file that a boot loader would load");
  }

  private byte[] written(byte[] image) throws IOException {
    Path target = temporary.resolve("kernel");
    KernelImage.read(write(image)).writeTo(target);
    return Files.readAllBytes(target);
  }

  private Path write(byte[] image) {
    return BigImage.write(temporary.resolve("vmlinuz"), image);
  }
}
