package org.libvirt.sandbox.builder.lxc;

import static java.nio.file.attribute.PosixFilePermissions.asFileAttribute;
import static java.nio.file.attribute.PosixFilePermissions.fromString;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.libvirt.sandbox.HostLacksException;
import org.libvirt.sandbox.config.ImageFormat;

final class NetworkBlockDeviceTest {
  @TempDir Path directory;

  @Test
  void a_host_without_the_module_is_told_to_load_it() {
    assertThatExceptionOfType(HostLacksException.class)
        .isThrownBy(
            () ->
                NetworkBlockDevice.require(
                    ImageFormat.QCOW2, directory.resolve("nbd"), directory.toString()))
        .withMessage(
            "an image of format qcow2 needs the kernel's nbd; run 'modprobe nbd', or use a raw"
                + " image");
  }

  @Test
  void a_host_without_the_program_is_told_its_package() throws IOException {
    Files.createFile(directory.resolve("qemu-nbd")); // not executable

    assertThatExceptionOfType(HostLacksException.class)
        .isThrownBy(
            () -> NetworkBlockDevice.require(ImageFormat.QCOW2, directory, "." + directory + "::"))
        .withMessage(
            "an image of format qcow2 needs qemu-nbd; install qemu-utils, or use a raw image");
  }

  @Test
  void a_host_with_both_will_do() throws IOException {
    Files.createFile(directory.resolve("qemu-nbd"), asFileAttribute(fromString("rwxr-xr-x")));

    assertThatCode(
            () -> NetworkBlockDevice.require(ImageFormat.QCOW2, directory, "/none:" + directory))
        .doesNotThrowAnyException();
  }
}
