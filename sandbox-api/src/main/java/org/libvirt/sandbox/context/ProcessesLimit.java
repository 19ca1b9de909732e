package org.libvirt.sandbox.context;

import static java.util.Objects.requireNonNull;

import com.google.common.util.concurrent.Uninterruptibles;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.libvirt.sandbox.HostLacksException;
import org.libvirt.sandbox.SandboxDomain;
import org.libvirt.sandbox.SandboxLostException;
import org.libvirt.sandbox.builder.IoProblem;
import org.libvirt.sandbox.builder.StateDirectory;
import org.libvirt.sandbox.config.Network;
import org.libvirt.sandbox.config.Resources;
import org.libvirt.sandbox.config.SandboxConfig;

/**
 * The limit of a container's processes, from its domain's creation to that one's end. One that was
 * asked for is kept or refused; the standard one is kept where this host can.
 */
final class ProcessesLimit implements AutoCloseable {
  private static final Logger LOG = System.getLogger("org.libvirt.sandbox");

  /** How long the end waits for a beginning that has not ended. */
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private final SandboxConfig config;
  private final StateDirectory state;
  private volatile @Nullable CompletableFuture<ProcessGroup> making;

  ProcessesLimit(SandboxConfig config, StateDirectory state) {
    this.config = config;
    this.state = state;
  }

  /** Begins to make it for a new domain, while the supervisor is on its way. */
  void begin(SandboxDomain domain) {
    making =
        Background.supply(
            () -> {
              try {
                return groupOf(domain);
              } catch (IOException e) {
                throw new CompletionException(e);
              }
            });
  }

  /**
   * Makes sure of it, before the supervisor has any child.
   *
   * @throws HostLacksException if a limit was asked for that cannot be kept
   * @throws SandboxLostException if that takes longer than the start may
   */
  void enforce(Deadline deadline) {
    CompletableFuture<ProcessGroup> group = making;
    if (group == null) {
      return;
    }
    try {
      Uninterruptibles.getUninterruptibly(group, deadline.remaining());
    } catch (TimeoutException e) {
      deadline.check("limiting its processes");
    } catch (ExecutionException e) {
      Throwable cause = requireNonNull(e.getCause());
      String why = cause instanceof IOException problem ? IoProblem.words(problem) : "" + cause;
      if (config.resources().processes().isPresent()) {
        throw new HostLacksException(
            "cannot limit the processes of '%s': %s; leave the limit out"
                .formatted(config.name(), why),
            cause);
      }
      LOG.log(Level.WARNING, "processes of ''{0}'' are not limited: {1}", config.name(), why);
    }
  }

  private ProcessGroup groupOf(SandboxDomain domain) throws IOException {
    PidsHierarchy hierarchy =
        PidsHierarchy.ofHost()
            .orElseThrow(() -> new IOException("this host has no cgroups that count processes"));
    long supervisor =
        domain
            .firstProcess()
            .orElseThrow(() -> new IOException("libvirt does not tell the container's process"));
    Path born =
        hierarchy
            .groupOf(supervisor)
            .orElseThrow(() -> new IOException("the container's cgroup is not seen here"));
    int processes = config.resources().processes().orElse(Resources.STANDARD_PROCESSES);
    Path group = hierarchy.isUnified() ? born : state.noteGroup(born);
    // each interface's DHCP client is the sandbox's own
    long clients = config.networks().stream().filter(Network::isDhcp).count();
    return ProcessGroup.of(hierarchy, group, supervisor, processes + clients);
  }

  /** Takes note that the program runs. */
  void programRuns() {
    group(Duration.ZERO).ifPresent(ProcessGroup::programRuns);
  }

  /** Whether a process was refused, as far as is known. */
  boolean wasReached() {
    return group(Duration.ZERO).filter(ProcessGroup::wasFull).isPresent();
  }

  /** Ends with the domain, once it is gone; whether it was reached is known afterwards, too. */
  @Override
  public void close() {
    CompletableFuture<ProcessGroup> group = making;
    if (group == null) {
      return;
    }
    Optional<ProcessGroup> made = group(PATIENCE);
    made.ifPresent(ProcessGroup::close);
    if (made.isEmpty()) {
      group.thenAccept(ProcessGroup::close); // should it still come
    }
  }

  /** Empty where there is none, none that could be had, or none so far. */
  private Optional<ProcessGroup> group(Duration patience) {
    CompletableFuture<ProcessGroup> group = making;
    if (group == null) {
      return Optional.empty();
    }
    try {
      return Optional.ofNullable(Uninterruptibles.getUninterruptibly(group, patience));
    } catch (ExecutionException | TimeoutException e) {
      return Optional.empty();
    }
  }
}
