package org.libvirt.sandbox.examples.tutorial;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.libvirt.sandbox.EmbeddedLibvirt;
import org.libvirt.sandbox.LocalTerminal;
import org.libvirt.sandbox.SandboxConnection;
import org.libvirt.sandbox.config.HostBindMount;
import org.libvirt.sandbox.config.InteractiveConfig;
import org.libvirt.sandbox.config.RamMount;
import org.libvirt.sandbox.context.SandboxProcess;

/**
 * A shell in which a project can be looked at and tried, but not changed: {@code ProjectShell
 * DIRECTORY}. Nothing else of /home, and no network, is there.
 */
public final class ProjectShell {
  private ProjectShell() {}

  /**
   * Joins a shell to this process's streams, by a terminal if they are one, and exits as it does.
   *
   * @param arguments the project's directory
   * @throws Exception if there can be no sandbox
   */
  public static void main(String[] arguments) throws Exception {
    if (arguments.length != 1) {
      System.err.println("usage: ProjectShell DIRECTORY");
      System.exit(2);
    }
    int status;
    try (var libvirt = EmbeddedLibvirt.start();
        var connection = SandboxConnection.open(libvirt.uri("lxc"));
        var shell = SandboxProcess.start(connection, config(Path.of(arguments[0])))) {
      status = LocalTerminal.isAt(0) ? joinTerminal(shell) : join(shell);
    }
    System.exit(status);
  }

  /** The project lies at its own path, over an empty /home. */
  private static InteractiveConfig config(Path project) throws IOException {
    String directory = project.toRealPath().toString();
    return InteractiveConfig.builder()
        .command("/bin/sh")
        .tty(LocalTerminal.isAt(0))
        .mount(RamMount.of("/home", 1 << 20))
        .mount(HostBindMount.of(directory, directory).asReadOnly())
        .directory(directory)
        .build();
  }

  private static int joinTerminal(SandboxProcess shell) throws InterruptedException {
    try (var terminal = LocalTerminal.at(0).orElseThrow()) {
      terminal.raw();
      terminal.size().ifPresent(shell.sandbox().console()::resize);
      return join(shell);
    }
  }

  private static int join(SandboxProcess shell) throws InterruptedException {
    var input = new Thread(() -> copyInput(shell.getOutputStream()), "input");
    input.setDaemon(true); // nobody can tell when the user types no more
    input.start();
    CompletableFuture<Void> errors =
        CompletableFuture.runAsync(() -> copy(shell.getErrorStream(), System.err));
    copy(shell.getInputStream(), System.out);
    errors.join();
    return shell.waitFor();
  }

  private static void copyInput(OutputStream to) {
    try (to) {
      System.in.transferTo(to);
    } catch (IOException e) {
      // the shell has ended
    }
  }

  private static void copy(InputStream from, PrintStream to) {
    try {
      byte[] chunk = new byte[8192];
      for (int count = from.read(chunk); count >= 0; count = from.read(chunk)) {
        to.write(chunk, 0, count);
        to.flush(); // a prompt has no end of line
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
