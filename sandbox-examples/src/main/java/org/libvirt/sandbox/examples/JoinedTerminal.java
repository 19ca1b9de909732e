package org.libvirt.sandbox.examples;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.libvirt.sandbox.LocalTerminal;
import org.libvirt.sandbox.SandboxException;
import org.libvirt.sandbox.TerminalSize;
import org.libvirt.sandbox.console.RawConsole;
import org.libvirt.sandbox.console.RpcConsole;

/**
 * The user's terminal while it is the program's: raw, so that each key is the program's, and its
 * size passed on. While this process is stopped, the terminal is as it was before.
 */
final class JoinedTerminal implements AutoCloseable {
  private static final Logger LOG = System.getLogger("org.libvirt.sandbox");

  private final LocalTerminal terminal;
  private final Consumer<TerminalSize> size;
  private final @Nullable LocalLibvirt libvirt;
  private final ReentrantLock lock = new ReentrantLock();
  private boolean closed;

  private JoinedTerminal(
      LocalTerminal terminal, Consumer<TerminalSize> size, @Nullable LocalLibvirt libvirt) {
    this.terminal = terminal;
    this.size = size;
    this.libvirt = libvirt;
  }

  /**
   * Joins the terminal at standard input.
   *
   * @param console the program's
   * @param libvirt restores the terminal if this process is killed
   * @return null if there is none
   * @throws SandboxException if the terminal is gone
   */
  static @Nullable JoinedTerminal ofCaller(RpcConsole console, LocalLibvirt libvirt) {
    return ofCaller(console::resize, libvirt);
  }

  /**
   * Joins the terminal at standard input to the shell of a sandbox that is another process's. If
   * this process is killed, nobody but the user's shell restores it.
   *
   * @param shell told of the terminal's size
   * @return null if there is none
   * @throws SandboxException if the terminal is gone
   */
  static @Nullable JoinedTerminal ofCaller(RawConsole shell) {
    return ofCaller(shell::resize, null);
  }

  private static @Nullable JoinedTerminal ofCaller(
      Consumer<TerminalSize> size, @Nullable LocalLibvirt libvirt) {
    Optional<LocalTerminal> terminal = LocalTerminal.at(0);
    if (terminal.isEmpty()) {
      return null;
    }
    JoinedTerminal joined = new JoinedTerminal(terminal.get(), size, libvirt);
    try {
      joined.join();
      return joined;
    } catch (RuntimeException | Error e) {
      joined.close();
      throw e;
    }
  }

  /** The size that a program's terminal gets: that of the user's, if there is one. */
  static TerminalSize sizeForProgram() {
    return Stream.of(0, 1)
        .flatMap(descriptor -> LocalTerminal.at(descriptor).stream())
        .flatMap(
            terminal -> {
              try (terminal) {
                return terminal.size().stream();
              }
            })
        .findFirst()
        .orElse(TerminalSize.STANDARD);
  }

  private void join() {
    CaughtSignals.handOver("WINCH", number -> passSize());
    CaughtSignals.handOver("CONT", number -> resume());
    CaughtSignals.handOver("TSTP", number -> suspend());
    take();
  }

  private void take() {
    lock.lock();
    try {
      if (!closed) {
        // first, so that no moment is left uncovered
        if (libvirt != null) {
          libvirt.watch(terminal);
        }
        if (LocalTerminal.isAt(2)) {
          Progress.endLinesWith("\r\n");
        }
        terminal.raw();
        passSize();
      }
    } finally {
      lock.unlock();
    }
  }

  private void giveBack() {
    lock.lock();
    try {
      terminal.restore();
      Progress.endLinesWith("\n");
      if (libvirt != null) {
        libvirt.unwatch();
      }
    } catch (SandboxException e) {
      LOG.log(Level.DEBUG, "nobody has to restore the terminal: {0}", e.getMessage());
    } finally {
      lock.unlock();
    }
  }

  /** It may have changed while nobody looked, before the program's start for one. */
  private void passSize() {
    terminal.size().ifPresent(size);
  }

  private void resume() {
    try {
      take();
    } catch (SandboxException e) {
      LOG.log(Level.DEBUG, "the terminal cannot be taken again: {0}", e.getMessage());
    }
  }

  private void suspend() {
    giveBack();
    CaughtSignals.letGo("TSTP");
    terminal.suspend();
    // this process goes on; or it has not stopped, as the kernel sees nobody who could continue it
    CaughtSignals.handOver("TSTP", number -> suspend());
    resume();
  }

  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      terminal.close();
      giveBack();
    } finally {
      lock.unlock();
    }
  }
}
