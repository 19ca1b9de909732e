package org.libvirt.sandbox;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.libvirt.sandbox.domain.Channel;
import org.libvirt.sandbox.domain.Console;
import org.libvirt.sandbox.domain.DomainDefinition;

/**
 * A running libvirt domain that holds one sandbox. It ends with its connection, or earlier by
 * {@link #destroy()}.
 */
public final class SandboxDomain {
  /** The name of the port in a machine that is its shell's console. */
  public static final String SHELL_PORT = "org.libvirt.sandbox.shell";

  private final SandboxConnection connection;
  private final UUID uuid;
  private final CompletableFuture<Void> stopped = new CompletableFuture<>();
  private volatile int id = -1;
  private volatile String name = "";

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
   * What the domain's consoles have on this host: terminals; of a machine the file that keeps what
   * its serial line says, and the socket of its {@linkplain #SHELL_PORT shell}.
   *
   * @return one for each console, in the order of the domain's XML, the shell of a machine last;
   *     empty where libvirt does not tell it
   * @throws LibvirtRefusedException if libvirt cannot be asked, or the domain has ended
   */
  public List<Optional<Path>> consoleEnds() {
    DomainDefinition definition = connection.definition(uuid);
    return Stream.concat(
            definition.consoles().stream().map(Console::tty),
            definition.channels().stream()
                .filter(channel -> channel.name().equals(Optional.of(SHELL_PORT)))
                .map(Channel::socket))
        .map(end -> end.map(Path::of))
        .toList();
  }

  /**
   * The first process of a container.
   *
   * @return its id on this host; empty for a machine, and where the daemon is on another host
   */
  public OptionalLong firstProcess() {
    return id < 0 ? OptionalLong.empty() : connection.firstProcess(id);
  }

  /**
   * The processor time that the domain has used.
   *
   * @return of a container the time of all its processes, of a machine that of its hypervisor
   * @throws LibvirtRefusedException if libvirt cannot be asked, or the domain has ended
   */
  public Duration processorTime() {
    return connection.processorTime(uuid);
  }

  /**
   * Removes what the libvirt of an embedded daemon would leave of a container until the daemon
   * ends, its log too. To be called just before the end: then its name is another's, who needs the
   * same files. Does nothing on other daemons, where they are their owner's.
   */
  public void removeLeftovers() {
    connection.removeLeftovers(name);
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

  /**
   * Takes what libvirt calls a running domain.
   *
   * @param id its number, which of a container is its controller's
   */
  void is(int id, String name) {
    this.id = id;
    this.name = name;
  }

  void hasStopped() {
    stopped.complete(null);
  }
}
