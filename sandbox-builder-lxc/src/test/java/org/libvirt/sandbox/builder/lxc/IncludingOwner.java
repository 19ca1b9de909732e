package org.libvirt.sandbox.builder.lxc;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.libvirt.sandbox.EmbeddedLibvirt;
import org.libvirt.sandbox.SandboxConnection;
import org.libvirt.sandbox.config.InteractiveConfig;
import org.libvirt.sandbox.config.SandboxConfig;
import org.libvirt.sandbox.context.InteractiveContext;

/** Another process that owns a daemon and a sandbox on it. */
final class IncludingOwner implements AutoCloseable {
  private static final String READY = "ready";
  private static final long PATIENCE_SECONDS = 60;

  private final Process process;

  private IncludingOwner(Process process) {
    this.process = process;
  }

  /**
   * Starts it and waits for its sandbox's first line.
   *
   * @param config the sandbox, in a file
   * @param options for its JVM
   */
  static IncludingOwner start(Path config, String... options) throws IOException {
    var command = new java.util.ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx64m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
    command.addAll(List.of(options));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(IncludingOwner.class.getName(), config.toString()));
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    var owner = new IncludingOwner(process);
    BufferedReader output = process.inputReader();
    String line = output.readLine();
    if (!READY.equals(line)) {
      owner.close();
      throw new IOException("the owner said '" + line + "'");
    }
    return owner;
  }

  void kill() throws InterruptedException {
    process.destroyForcibly();
    if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      throw new IllegalStateException("the owner lives on after SIGKILL");
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }

  /** What runs in the other process: until it is killed. */
  public static void main(String[] arguments) throws IOException {
    var config = (InteractiveConfig) SandboxConfig.load(Path.of(arguments[0]));
    try (EmbeddedLibvirt libvirt = EmbeddedLibvirt.start();
        SandboxConnection connection = SandboxConnection.open(libvirt.uri("lxc"));
        InteractiveContext sandbox = InteractiveContext.start(connection, config)) {
      int first = sandbox.console().stdout().read();
      System.out.println(first < 0 ? "its program has ended" : READY);
      int end = System.in.read();
      System.out.println("no longer waiting: " + end);
    }
  }
}
