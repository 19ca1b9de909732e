package org.libvirt.sandbox.context;

import java.util.UUID;
import org.libvirt.sandbox.HostLacksException;
import org.libvirt.sandbox.LibvirtRefusedException;
import org.libvirt.sandbox.SandboxConnection;
import org.libvirt.sandbox.SandboxDomain;
import org.libvirt.sandbox.SandboxException;
import org.libvirt.sandbox.SandboxLostException;
import org.libvirt.sandbox.builder.RunningSandbox;
import org.libvirt.sandbox.console.RawConsole;

/**
 * A sandbox that another context, in most cases another process, has started: its log and its shell
 * can be used from here, and it can be ended. Its program's streams are its owner's alone.
 *
 * <pre>{@code
 * try (var sandbox = AttachedContext.attach("web");
 *     var shell = sandbox.shellConsole()) {
 *   shell.attachStdio().written().join();
 *   ExitStatus status = shell.exited().join();
 * }
 * }</pre>
 */
public final class AttachedContext implements SandboxContext {
  private final RunningSandbox sandbox;
  private final SandboxConnection connection;
  private final SandboxDomain domain;
  private final Consoles consoles;

  private AttachedContext(
      RunningSandbox sandbox, SandboxConnection connection, SandboxDomain domain) {
    this.sandbox = sandbox;
    this.connection = connection;
    this.domain = domain;
    consoles = new Consoles(sandbox.name(), sandbox.uuid(), domain);
  }

  /**
   * Attaches to a sandbox of this user's on this host.
   *
   * @param name what it is called, or its UUID as text
   * @return the sandbox, which goes on when this is closed
   * @throws SandboxException if no sandbox has this name, or several have
   * @throws HostLacksException if the state directories cannot be read
   * @throws LibvirtRefusedException if its libvirt does not answer
   */
  public static AttachedContext attach(String name) {
    return attach(
        RunningSandbox.find(name)
            .orElseThrow(() -> new SandboxException("no sandbox is called '" + name + "'")));
  }

  /**
   * Attaches to a sandbox that was found before.
   *
   * @param sandbox which
   * @return the sandbox, which goes on when this is closed
   * @throws SandboxLostException if it has ended meanwhile, or does not run yet
   * @throws LibvirtRefusedException if its libvirt does not answer
   */
  public static AttachedContext attach(RunningSandbox sandbox) {
    SandboxConnection connection = SandboxConnection.open(sandbox.uri());
    try {
      return new AttachedContext(
          sandbox,
          connection,
          connection
              .findDomain(sandbox.uuid())
              .orElseThrow(
                  () ->
                      new SandboxLostException(
                          "sandbox '" + sandbox.name() + "' does not run: it starts or ends")));
    } catch (RuntimeException | Error e) {
      connection.close();
      throw e;
    }
  }

  @Override
  public String name() {
    return sandbox.name();
  }

  @Override
  public UUID uuid() {
    return sandbox.uuid();
  }

  @Override
  public RawConsole logConsole() {
    return consoles.log();
  }

  @Override
  public RawConsole shellConsole() {
    return consoles.shell();
  }

  /** Ends the sandbox; its owner finds it lost. This context still has to be closed. */
  @Override
  public void stop() {
    domain.destroy();
  }

  /** Leaves the sandbox, which goes on; consoles that are open here are closed. */
  @Override
  public void close() {
    consoles.close();
    connection.close();
  }
}
