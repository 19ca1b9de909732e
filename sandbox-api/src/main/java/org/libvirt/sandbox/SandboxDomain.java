package org.libvirt.sandbox;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/**
 * A running libvirt domain that holds one sandbox. It ends with its connection, or earlier by
 * {@link #destroy()}.
 */
public final class SandboxDomain {
  private final SandboxConnection connection;
  private final UUID uuid;
  private final CompletableFuture<Void> stopped = new CompletableFuture<>();

  SandboxDomain(SandboxConnection connection, UUID uuid) {
    this.connection = connection;
    this.uuid = uuid;
  }

  /**
   * The domain's UUID.
   *
   * @return the same as in the domain's XML
   */
  public UUID uuid() {
    return uuid;
  }

  /**
   * Completes when libvirt says that the domain has stopped, for whatever reason. It may never
   * complete: a daemon that was killed in between does not tell. What depends on it runs on
   * libvirt's event thread and must not block.
   *
   * @return a future of its own for each caller
   */
  public CompletableFuture<Void> stopped() {
    return stopped.copy();
  }

  /**
   * The terminals of this host at the other ends of the domain's consoles.
   *
   * @return one for each console, in the order of the domain's XML; empty where libvirt does not
   *     tell it
   * @throws LibvirtRefusedException if libvirt cannot be asked, or the domain has ended
   */
  public List<Optional<Path>> consoleTerminals() {
    return connection.definition(uuid).consoles().stream()
        .map(console -> console.tty().map(Path::of))
        .toList();
  }

  /**
   * Ends the domain, and all that runs in it, by force. It is not an error if there is no such
   * domain any more.
   *
   * @throws LibvirtRefusedException if libvirt cannot be asked, or refuses
   */
  public void destroy() {
    connection.destroy(uuid);
  }

  /**
   * Waits for a daemon that is being started again after its death, until it knows the domain
   * again; returns at once where no daemon comes back. To be called before the domain is made to
   * end by itself: libvirt leaves the cgroups of one that ends while no libvirtd watches it.
   */
  public void awaitDaemon() {
    connection.awaitDaemon(uuid);
  }

  void hasStopped() {
    stopped.complete(null);
  }
}
