package org.libvirt.sandbox.contract;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A process of the host that holds sockets and what else no sandbox may reach. */
public final class HostedThings implements AutoCloseable {
  private final Process process;

  private HostedThings(Process process) {
    this.process = process;
  }

  /**
   * Compiles and starts it.
   *
   * @param things as the head of {@code hosted.c} describes them
   */
  public static HostedThings start(Path directory, List<String> things)
      throws IOException, InterruptedException {
    Path program = NativeSources.OF_CONTAINERS.compile(directory.resolve("hosted"), "hosted.c");
    List<String> command = new ArrayList<>(List.of(program.toString()));
    command.addAll(things);
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    var hosted = new HostedThings(process);
    var said =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    if (!"ready".equals(said.readLine())) {
      hosted.close();
      throw new IOException("the host's things could not be made");
    }
    return hosted;
  }

  public boolean isHeld() {
    return process.isAlive();
  }

  @Override
  public void close() throws IOException {
    process.getOutputStream().close();
    process.onExit().join();
  }
}
