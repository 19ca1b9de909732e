package org.libvirt.sandbox.context;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.libvirt.sandbox.SandboxException;

@Timeout(120)
final class EndOfProcessTest {
  @Test
  void what_cannot_be_closed_does_not_keep_the_process_from_ending() throws Exception {
    Process process = java(Hanging.class);
    try {
      assertThat(process.inputReader().readLine()).isEqualTo("open");

      process.toHandle().destroy(); // which leaves its stdin open

      assertThat(process.waitFor(90, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).isEqualTo(128 + 15);
    } finally {
      process.destroyForcibly();
    }
  }

  @Test
  void a_start_while_the_process_ends_is_refused_in_one_line() throws Exception {
    Process process = java(Late.class);
    try {
      assertThat(process.inputReader().lines())
          .containsExactly("no sandbox can be started any more: this process is ending");
    } finally {
      process.destroyForcibly();
    }
  }

  private static Process java(Class<?> main) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            main.getName())
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  /** A process that holds what can never be closed. */
  static final class Hanging {
    private Hanging() {}

    public static void main(String[] arguments) throws IOException {
      Resources resources = new Resources();
      EndOfProcess.closes(resources);
      resources.add(Hanging::parkForEver);
      System.out.println("open");
      System.in.read();
      Runtime.getRuntime().halt(3);
    }

    private static void parkForEver() {
      while (true) {
        LockSupport.park();
      }
    }
  }

  /** A process that thinks of a sandbox when it is ending. */
  static final class Late {
    private Late() {}

    public static void main(String[] arguments) {
      Runtime.getRuntime().addShutdownHook(new Thread(Late::start, "late"));
    }

    private static void start() {
      try {
        EndOfProcess.closes(new Resources());
      } catch (SandboxException e) {
        System.out.println(e.getMessage());
      }
    }
  }
}
