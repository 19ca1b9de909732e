package org.libvirt.sandbox.examples.tutorial;

import java.io.IOException;
import java.time.Duration;
import org.libvirt.sandbox.EmbeddedLibvirt;
import org.libvirt.sandbox.SandboxConnection;
import org.libvirt.sandbox.config.Identity;
import org.libvirt.sandbox.config.InteractiveConfig;
import org.libvirt.sandbox.config.RamMount;
import org.libvirt.sandbox.config.Resources;
import org.libvirt.sandbox.context.ProgramResult;
import org.libvirt.sandbox.context.ProgramRun;

/**
 * Converts what nobody trusts: {@code Convert COMMAND ARGUMENT... <input >output}.
 *
 * <p>The command runs as nobody, has no network, changes no file, sees nothing of /home and /root,
 * and has 256 MiB of memory, one processor and ten seconds. Output appears only if all went well.
 */
public final class Convert {
  private static final Identity NOBODY = new Identity(65534, 65534, "nobody", "/");
  private static final Duration TIME_LIMIT = Duration.ofSeconds(10);
  private static final int LARGEST_OUTPUT = 16 << 20;

  private Convert() {}

  /**
   * Runs the command and exits with 0, or 1 and a line that says why.
   *
   * @param command the converter, which reads its input and writes its output
   * @throws Exception if there can be no sandbox
   */
  public static void main(String[] command) throws Exception {
    if (command.length == 0) {
      System.err.println("usage: Convert COMMAND ARGUMENT... <input >output");
      System.exit(2);
    }
    byte[] input = System.in.readAllBytes();

    ProgramResult result;
    try (var libvirt = EmbeddedLibvirt.start();
        var connection = SandboxConnection.open(libvirt.uri("lxc"))) {
      result =
          ProgramRun.of(connection, config(command))
              .withInput(input)
              .withTimeLimit(TIME_LIMIT)
              .withOutputLimit(LARGEST_OUTPUT)
              .run();
    }
    System.exit(report(result));
  }

  private static InteractiveConfig config(String... command) {
    return InteractiveConfig.builder()
        .command(command)
        .identity(NOBODY)
        .mount(RamMount.of("/home", 1 << 20))
        .mount(RamMount.of("/root", 1 << 20))
        .resources(Resources.standard().withMemory(256 << 20).withCpuQuota(100))
        .build();
  }

  private static int report(ProgramResult result) throws IOException {
    System.err.write(result.stderr());
    if (result.isSuccess()) {
      System.out.write(result.stdout());
      System.out.flush();
      return 0;
    }
    if (result.isTimedOut()) {
      System.err.println("not converted: it took more than " + TIME_LIMIT.toSeconds() + " s");
    } else if (result.isTruncated()) {
      System.err.println("not converted: it came to more than " + LARGEST_OUTPUT + " bytes");
    } else {
      System.err.println("not converted: " + result.status());
    }
    return 1;
  }
}
