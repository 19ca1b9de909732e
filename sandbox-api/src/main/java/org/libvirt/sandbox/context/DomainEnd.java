package org.libvirt.sandbox.context;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.libvirt.sandbox.LibvirtRefusedException;
import org.libvirt.sandbox.SandboxDomain;
import org.libvirt.sandbox.SandboxException;
import org.libvirt.sandbox.builder.CarrierAddress;
import org.libvirt.sandbox.builder.SandboxPlan;
import org.libvirt.sandbox.console.SandboxChannel;

/** How a domain ends: its supervisor is asked first, then libvirt. */
final class DomainEnd {
  private static final Logger LOG = System.getLogger("org.libvirt.sandbox");

  /** How long a supervisor is given to end by itself, if it does not answer: then it is killed. */
  private static final Duration END_LIMIT = Duration.ofSeconds(2);

  /** For a machine, which may have much to bring to its disks. */
  private static final Duration MACHINE_END_LIMIT = Duration.ofSeconds(10);

  private final SandboxDomain domain;
  private final SandboxChannel channel;
  private final SandboxPlan plan;
  private final String name;

  DomainEnd(SandboxDomain domain, SandboxChannel channel, SandboxPlan plan, String name) {
    this.domain = domain;
    this.channel = channel;
    this.plan = plan;
    this.name = name;
  }

  /** Ends the domain as soon as its channel is lost, where it would run on. */
  void followChannel() {
    channel
        .ended()
        .thenAccept(end -> end.filter(lost -> runsOn()).ifPresent(lost -> destroyLost()));
  }

  /**
   * Whether a domain does not end with its channel: a supervisor on a console does not see that it
   * is lost, and a machine whose server has failed may not be one that listens.
   */
  private boolean runsOn() {
    return plan.carrier() instanceof CarrierAddress.DomainConsole
        || plan.servers().stream().anyMatch(server -> server.failed().isDone());
  }

  private void destroyLost() {
    try {
      domain.awaitDaemon();
      domain.destroy();
    } catch (RuntimeException e) {
      LOG.log(Level.DEBUG, "a lost sandbox is left to its context's close", e);
    }
  }

  /** Asks the supervisor to end. */
  void askSupervisor() {
    domain.awaitDaemon();
    if (!channel.ended().isDone()) { // else its name may be another's already
      domain.removeLeftovers();
    }
    channel.shutdown();
  }

  /**
   * The supervisor removes the placeholders of includes from the host before its channel ends;
   * libvirt, asked to destroy the domain, kills it a tenth of a second later. A machine's brings to
   * its disks what was written.
   */
  void awaitSupervisor() {
    boolean isMachine = plan.carrier() instanceof CarrierAddress.VirtioPort;
    Duration limit = isMachine ? MACHINE_END_LIMIT : END_LIMIT;
    channel.ended().completeOnTimeout(Optional.empty(), limit.toMillis(), MILLISECONDS).join();
  }

  /**
   * Nothing of a container runs once its supervisor has ended in order: where libvirt cannot be
   * asked then, it has only to forget the domain, which it does when it is back.
   */
  void destroy() {
    try {
      domain.destroy();
    } catch (LibvirtRefusedException e) {
      if (!(plan.carrier() instanceof CarrierAddress.UnixSocket) || !hasEndedInOrder()) {
        throw e;
      }
      LOG.log(
          Level.WARNING,
          "sandbox ''{0}'' has ended, but libvirt cannot be told: {1}",
          name,
          e.getMessage());
    }
  }

  private boolean hasEndedInOrder() {
    CompletableFuture<Optional<SandboxException>> ended = channel.ended();
    return ended.isDone() && ended.join().isEmpty();
  }
}
