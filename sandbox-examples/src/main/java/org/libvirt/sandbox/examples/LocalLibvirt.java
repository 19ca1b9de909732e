package org.libvirt.sandbox.examples;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.libvirt.sandbox.ContainerObstacle;
import org.libvirt.sandbox.EmbeddedLibvirt;
import org.libvirt.sandbox.HostLacksException;
import org.libvirt.sandbox.LocalTerminal;
import org.libvirt.sandbox.SandboxConnection;
import org.libvirt.sandbox.SandboxException;
import org.libvirt.sandbox.builder.SandboxBuilder;
import org.libvirt.sandbox.config.HostImageMount;
import org.libvirt.sandbox.config.Identity;
import org.libvirt.sandbox.config.SandboxConfig;
import org.libvirt.sandbox.domain.DomainDefinition;

/**
 * The libvirt of a command line: the daemon that the user named, the host's own, or a private one
 * where the host has none.
 */
final class LocalLibvirt implements AutoCloseable {
  private static final Logger LOG = System.getLogger("org.libvirt.sandbox");

  /** Those of root that an embedded daemon serves as well as the host's would. */
  private static final Set<String> SYSTEM = Set.of("lxc:///", "lxc:///system", "qemu:///system");

  private static final String SESSION = "qemu:///session";

  private final @Nullable EmbeddedLibvirt daemon;
  private final SandboxConnection connection;

  private LocalLibvirt(@Nullable EmbeddedLibvirt daemon, SandboxConnection connection) {
    this.daemon = daemon;
    this.connection = connection;
  }

  /**
   * Gets ready, in other threads, what takes its time and does not depend on the command line:
   * JAXB, and libvirt's own half in this process. Who needs one that fails meets the failure again.
   */
  static void warmUp() {
    CompletableFuture.runAsync(SandboxConnection::warmUp);
    CompletableFuture.runAsync(DomainDefinition::warmUp);
  }

  /**
   * Opens a connection, and starts a daemon for it where the host has none.
   *
   * @param given which; where nobody has chosen it and it is one of containers that cannot be had
   *     here, one of virtual machines is opened in its place
   * @param notice is told of that, in a line
   */
  static LocalLibvirt open(ConnectionUri given, Consumer<String> notice) {
    if (!given.isUsual() || (isRoot() && HostDaemons.usual().serve(driver(given.text())))) {
      return open(given);
    }
    ConnectionUri machines =
        new ConnectionUri(
            isRoot() ? "qemu:///system" : SESSION, "the default URI without containers");
    Optional<String> obstacle = ContainerObstacle.ofThisProcess();
    if (obstacle.isPresent()) {
      tell(notice, obstacle.get(), machines);
      return open(machines);
    }
    try {
      return open(given);
    } catch (HostLacksException e) {
      LocalLibvirt found = openInstead(machines, e);
      tell(notice, String.valueOf(e.getMessage()), machines);
      return found;
    }
  }

  /** Where both are refused it was not for containers, and there is nothing to tell of machines. */
  private static LocalLibvirt openInstead(ConnectionUri machines, HostLacksException refused) {
    try {
      return open(machines);
    } catch (HostLacksException again) {
      if (!Objects.equals(again.getMessage(), refused.getMessage())) {
        refused.addSuppressed(again);
      }
      throw refused;
    }
  }

  private static void tell(Consumer<String> notice, String reason, ConnectionUri machines) {
    notice.accept(
        "no containers here: %s; taking a virtual machine, as with '-c %s'"
            .formatted(reason, machines.text()));
  }

  private static boolean isRoot() {
    return Identity.caller().uid() == 0;
  }

  private static LocalLibvirt open(ConnectionUri given) {
    String uri = given.text();
    if (!isServed(uri)) {
      return new LocalLibvirt(null, connect(given));
    }
    LOG.log(Level.DEBUG, "command line read");
    EmbeddedLibvirt daemon = EmbeddedLibvirt.startFor(driver(uri));
    LOG.log(Level.DEBUG, "private daemon started");
    try {
      SandboxConnection connection = SandboxConnection.open(daemon.uri(driver(uri)));
      LOG.log(Level.DEBUG, "connected");
      return new LocalLibvirt(daemon, connection);
    } catch (RuntimeException | LinkageError e) {
      daemon.close();
      throw e;
    }
  }

  /** Whether a daemon of this process is to serve a URI, as nobody else's does. */
  private static boolean isServed(String uri) {
    if (uri.equals(SESSION)) {
      if (isRoot()) {
        throw new IllegalArgumentException(
            "root has no '%s' of its own; write 'qemu:///system'".formatted(SESSION));
      }
      return !HostDaemons.ofSession(System::getenv).serve(driver(uri));
    }
    return SYSTEM.contains(uri) && !HostDaemons.usual().serve(driver(uri));
  }

  /** A connection to a daemon that somebody else runs, of a driver that sandboxes can be had of. */
  private static SandboxConnection connect(ConnectionUri given) {
    try {
      SandboxConnection opened = SandboxConnection.open(given.text());
      try {
        SandboxBuilder.forDriver(opened.driver());
        return opened;
      } catch (RuntimeException e) {
        opened.close();
        throw e;
      }
    } catch (SandboxException | IllegalArgumentException e) {
      throw given.refused(e);
    }
  }

  private static String driver(String uri) {
    return uri.substring(0, uri.indexOf(':'));
  }

  SandboxConnection connection() {
    return connection;
  }

  /**
   * Has a terminal restored if this process is killed, which only a private daemon's launcher can
   * do.
   */
  void watch(LocalTerminal terminal) {
    if (daemon != null) {
      terminal.path().ifPresent(path -> daemon.restoreWhenOrphaned(path, terminal.attributes()));
    }
  }

  /** Takes back {@link #watch}. */
  void unwatch() {
    if (daemon != null) {
      daemon.terminalRestored();
    }
  }

  /**
   * Lets a sandbox of a private daemon go with it. To end one by itself libvirt takes a fifth of a
   * second; the daemon's end is its own at once. With any other daemon nothing happens yet, nor
   * with a machine that has disks: its kernel must bring there what was written.
   */
  void leave(SandboxConfig config) {
    boolean holdsWrites =
        !connection.driver().equals("lxc")
            && !(config.disks().isEmpty() && config.mounts(HostImageMount.class).isEmpty());
    if (daemon != null && !holdsWrites) {
      connection.close();
    }
  }

  @Override
  public void close() {
    try {
      connection.close();
    } finally {
      if (daemon != null) {
        daemon.close();
      }
    }
  }
}
