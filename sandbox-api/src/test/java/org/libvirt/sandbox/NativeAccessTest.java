package org.libvirt.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class NativeAccessTest {
  @Test
  void a_host_without_a_directory_to_unpack_into_is_told_so_and_the_status_stays()
      throws Exception {
    Process process = java("-Djna.tmpdir=/proc", WithoutAccess.class);

    assertThat(process.inputReader().lines())
        .hasSize(2)
        .allSatisfy(
            line ->
                assertThat(line)
                    .startsWith("no native library can be called, as JNA cannot load its own: ")
                    .containsOnlyOnce("; have the system property jna.tmpdir"));
    assertThat(process.waitFor()).isEqualTo(125);
  }

  /** Such as that of {@code nobody}. */
  @Test
  void a_home_directory_that_is_not_there_is_not_made(@TempDir Path directory) throws Exception {
    Path home = directory.resolve("missing");

    Process process = java("-Duser.home=" + home, WithAccess.class);

    assertThat(process.inputReader().lines()).containsExactly("called");
    assertThat(process.waitFor()).isZero();
    assertThat(home).doesNotExist();
  }

  private static Process java(String property, Class<?> program) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                property,
                "-cp",
                System.getProperty("java.class.path"),
                program.getName())
            .redirectError(ProcessBuilder.Redirect.DISCARD);
    builder.environment().remove("XDG_CACHE_HOME");
    Process process = builder.start();
    process.getOutputStream().close();
    return process;
  }

  /** A process that calls a library. */
  static final class WithAccess {
    private WithAccess() {}

    public static void main(String[] arguments) {
      ClientLibrary.require(LibC::getpgrp);
      System.out.println("called");
    }
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
