package org.libvirt.sandbox.context;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;
import org.libvirt.sandbox.HostLacksException;
import org.libvirt.sandbox.InvalidSandboxException;
import org.libvirt.sandbox.SandboxDomain;
import org.libvirt.sandbox.SandboxLostException;
import org.libvirt.sandbox.builder.StateDirectory;
import org.libvirt.sandbox.console.RawConsole;

/** The consoles of a sandbox that people use, and those of them that are open here. */
final class Consoles implements AutoCloseable {
  private static final int LOG = 0;
  private static final int SHELL = 1;

  private final String sandbox;
  private final UUID uuid;
  private final SandboxDomain domain;
  private final Set<RawConsole> open = ConcurrentHashMap.newKeySet();

  Consoles(String sandbox, UUID uuid, SandboxDomain domain) {
    this.sandbox = sandbox;
    this.uuid = uuid;
    this.domain = domain;
  }

  /** From when the domain is there. */
  void offerLog() {
    ConsoleLock.offer(StateDirectory.pathOf(uuid), "log");
  }

  /** From when the guest has opened it. */
  void offerShell() {
    ConsoleLock.offer(StateDirectory.pathOf(uuid), "shell");
  }

  RawConsole log() {
    return open("log", LOG, RawConsole::log);
  }

  RawConsole shell() {
    return open("shell", SHELL, RawConsole::shell);
  }

  private RawConsole open(String name, int number, BiFunction<Path, Runnable, RawConsole> opening) {
    Path end = end(name, number);
    ConsoleLock lock = ConsoleLock.take(StateDirectory.pathOf(uuid), name, sandbox);
    try {
      RawConsole console = opening.apply(end, lock::close);
      open.add(console);
      console.closed().thenRun(() -> open.remove(console));
      return console;
    } catch (RuntimeException | Error e) {
      lock.close();
      throw e;
    }
  }

  private Path end(String name, int number) {
    List<Optional<Path>> all = domain.consoleEnds();
    if (number >= all.size()) {
      throw new InvalidSandboxException(
          "sandbox '%s' has no %s console; start it with one (shell=true, --shell)"
              .formatted(sandbox, name));
    }
    Path end =
        all.get(number)
            .orElseThrow(
                () ->
                    new SandboxLostException(
                        "libvirt does not tell the host's end of the %s console of sandbox '%s'"
                            .formatted(name, sandbox)));
    if (!Files.exists(end)) {
      throw new HostLacksException(
          "the %s console of sandbox '%s' is at %s, which is not to be found here"
              .formatted(name, sandbox, end));
    }
    return end;
  }

  /** Leaves those that are open. */
  @Override
  public void close() {
    open.forEach(RawConsole::close);
  }
}
