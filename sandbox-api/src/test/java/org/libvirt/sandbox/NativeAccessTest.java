package org.libvirt.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class NativeAccessTest {
  @Test
  void a_host_without_a_directory_to_unpack_into_is_told_so_and_the_status_stays()
      throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Djna.tmpdir=/proc",
                "-cp",
                System.getProperty("java.class.path"),
                WithoutAccess.class.getName())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    process.getOutputStream().close();

    assertThat(process.inputReader().lines())
        .hasSize(2)
        .allSatisfy(
            line ->
                assertThat(line)
                    .startsWith("no native library can be called, as JNA cannot load its own: ")
                    .containsOnlyOnce("; have the system property jna.tmpdir"));
    assertThat(process.waitFor()).isEqualTo(125);
  }

  /** A process in which JNA finds no place for its files. */
  static final class WithoutAccess {
    private WithoutAccess() {}

    public static void main(String[] arguments) {
      for (int i = 0; i < 2; i++) {
        try {
          ClientLibrary.require(LibC::getpgrp);
        } catch (HostLacksException e) {
          System.out.println(e.getMessage());
        }
      }
      ProcessEnd.exit(125);
    }
  }
}
