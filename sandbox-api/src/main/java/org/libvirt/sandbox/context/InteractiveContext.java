package org.libvirt.sandbox.context;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.libvirt.sandbox.EmbeddedLibvirt;
import org.libvirt.sandbox.HostLacksException;
import org.libvirt.sandbox.InvalidSandboxException;
import org.libvirt.sandbox.LibvirtRefusedException;
import org.libvirt.sandbox.ProgramNotStartedException;
import org.libvirt.sandbox.SandboxConnection;
import org.libvirt.sandbox.SandboxDomain;
import org.libvirt.sandbox.SandboxException;
import org.libvirt.sandbox.SandboxLostException;
import org.libvirt.sandbox.TerminalSize;
import org.libvirt.sandbox.builder.BuildRequest;
import org.libvirt.sandbox.builder.CarrierAddress;
import org.libvirt.sandbox.builder.HostFacts;
import org.libvirt.sandbox.builder.LaunchRecord;
import org.libvirt.sandbox.builder.SandboxBuilder;
import org.libvirt.sandbox.builder.SandboxPlan;
import org.libvirt.sandbox.builder.StateDirectory;
import org.libvirt.sandbox.config.InteractiveConfig;
import org.libvirt.sandbox.console.RpcConsole;
import org.libvirt.sandbox.console.SandboxChannel;
import org.libvirt.sandbox.domain.HostCapabilities;

/**
 * A sandbox that runs one program for its caller and ends with it.
 *
 * <pre>{@code
 * var config = InteractiveConfig.builder().command("/bin/sh", "-c", "id -u").build();
 * try (var sandbox = InteractiveContext.start(connection, config)) {
 *   sandbox.console().stdout().transferTo(System.out);
 *   ExitStatus status = sandbox.console().exited().join();
 * }
 * }</pre>
 *
 * <p>The sandbox ends when it is closed, when its connection is closed, and when this process dies,
 * however it dies.
 */
public final class InteractiveContext implements SandboxContext {
  /** How long the start of a container may take where the caller does not say. */
  public static final Duration START_LIMIT = Duration.ofSeconds(30);

  /** How long a supervisor is given to end by itself, if it does not answer: then it is killed. */
  private static final Duration END_LIMIT = Duration.ofSeconds(2);

  /** For a machine, which may have much to bring to its disks. */
  private static final Duration MACHINE_END_LIMIT = Duration.ofSeconds(10);

  private final String name;
  private final UUID uuid;
  private final RpcConsole console;
  private final Resources resources;

  private InteractiveContext(String name, UUID uuid, RpcConsole console, Resources resources) {
    this.name = name;
    this.uuid = uuid;
    this.console = console;
    this.resources = resources;
  }

  /**
   * Starts a sandbox and its program within {@link #startLimit}. A terminal, if the config asks for
   * one, has the size {@link TerminalSize#STANDARD}.
   *
   * @param connection where; it must stay open as long as the sandbox
   * @param config what
   * @return the sandbox, its program running or already ended
   * @throws InvalidSandboxException if the config cannot be had on this host
   * @throws HostLacksException if this host lacks what a sandbox needs
   * @throws LibvirtRefusedException if libvirt refuses
   * @throws ProgramNotStartedException if the program cannot be executed in the sandbox
   * @throws SandboxLostException if the sandbox ends before its program runs
   */
  public static InteractiveContext start(SandboxConnection connection, InteractiveConfig config) {
    return start(connection, config, startLimit(connection, config));
  }

  /**
   * How long a start may take where the caller does not say.
   *
   * @param connection where
   * @param config what
   * @return {@link #START_LIMIT}, but two minutes for machines whose processor is emulated
   * @throws HostLacksException if there is no builder for the connection's driver
   * @throws LibvirtRefusedException if libvirt refuses
   */
  public static Duration startLimit(SandboxConnection connection, InteractiveConfig config) {
    return SandboxBuilder.forDriver(connection.driver())
        .startLimit(config, connection.capabilities());
  }

  /**
   * Starts a sandbox and its program. A terminal, if the config asks for one, has the size {@link
   * TerminalSize#STANDARD}.
   *
   * @param connection where; it must stay open as long as the sandbox
   * @param config what
   * @param limit how long the start may take altogether
   * @return the sandbox, its program running or already ended
   * @throws InvalidSandboxException if the config cannot be had on this host
   * @throws HostLacksException if this host lacks what a sandbox needs
   * @throws LibvirtRefusedException if libvirt refuses
   * @throws ProgramNotStartedException if the program cannot be executed in the sandbox
   * @throws SandboxLostException if the sandbox ends, or the limit passes, before its program runs
   */
  public static InteractiveContext start(
      SandboxConnection connection, InteractiveConfig config, Duration limit) {
    return start(connection, config, limit, TerminalSize.STANDARD);
  }

  /**
   * Starts a sandbox and its program, whose terminal has a certain size from the start.
   *
   * @param connection where; it must stay open as long as the sandbox
   * @param config what
   * @param limit how long the start may take altogether
   * @param size the terminal's first size, if the config asks for a terminal; {@link
   *     RpcConsole#resize(TerminalSize)} changes it later
   * @return the sandbox, its program running or already ended
   * @throws InvalidSandboxException if the config cannot be had on this host
   * @throws HostLacksException if this host lacks what a sandbox needs
   * @throws LibvirtRefusedException if libvirt refuses
   * @throws ProgramNotStartedException if the program cannot be executed in the sandbox
   * @throws SandboxLostException if the sandbox ends, or the limit passes, before its program runs
   */
  public static InteractiveContext start(
      SandboxConnection connection, InteractiveConfig config, Duration limit, TerminalSize size) {
    Instant beginning = Instant.now();
    Deadline deadline = Deadline.in(limit);
    Resources resources = new Resources();
    EndOfProcess.closes(resources);
    try {
      return start(connection, config, deadline, size, resources);
    } catch (RuntimeException | Error e) {
      if (e instanceof SandboxLostException || e instanceof LibvirtRefusedException) {
        // before the log goes with its daemon
        connection.explain((SandboxException) e, config.name(), beginning);
      }
      try {
        resources.close();
      } catch (RuntimeException left) {
        e.addSuppressed(left);
      }
      EndOfProcess.forgets(resources);
      throw e;
    } finally {
      resources.filled();
    }
  }

  private static InteractiveContext start(
      SandboxConnection connection,
      InteractiveConfig config,
      Deadline deadline,
      TerminalSize size,
      Resources resources) {
    refuseWhatCannotBeHad(config);
    SandboxBuilder builder = SandboxBuilder.forDriver(connection.driver());
    if (config.networks().stream().anyMatch(builder::needsLibvirt)) {
      connection.requireNetworks();
    }
    UUID uuid = config.uuid().orElseGet(UUID::randomUUID);
    // neither this nor the state directory needs the other, and both take their milliseconds
    CompletableFuture<HostFacts> facts = CompletableFuture.supplyAsync(HostFacts::read);
    CompletableFuture<HostCapabilities> capabilities =
        CompletableFuture.supplyAsync(connection::capabilities);

    // told before there is anything to remove, so that no moment is left uncovered
    connection.embedded().ifPresent(libvirt -> mark(libvirt, uuid, resources));
    StateDirectory state =
        StateDirectory.create(uuid, connection.uri(), connection.driver(), config);
    resources.add(state::close);
    Stage.STATE_MADE.reachedBy(uuid);
    deadline.check("making its state directory");

    HostFacts host = join(facts);
    deadline.check("reading this host's mounts and sockets");
    SandboxPlan plan =
        builder.build(
            new BuildRequest(
                config,
                uuid,
                state,
                host,
                join(capabilities),
                connection::libvirtPath,
                deadline.remaining()));
    plan.cleanUps().forEach(resources::add);
    try {
      return start(connection, config, deadline, size, resources, uuid, plan);
    } catch (SandboxException e) {
      plan.guestLog().ifPresent(log -> connection.explainByGuest(e, log));
      throw e;
    }
  }

  private static InteractiveContext start(
      SandboxConnection connection,
      InteractiveConfig config,
      Deadline deadline,
      TerminalSize size,
      Resources resources,
      UUID uuid,
      SandboxPlan plan) {
    Meeting meeting = Meeting.at(plan);
    resources.add(meeting::close);
    Stage.PLANNED.reachedBy(uuid);
    deadline.check("planning the sandbox");

    SandboxDomain domain = connection.createDomain(plan.xml(), uuid);
    resources.add(
        () -> {
          domain.destroy();
          Stage.DOMAIN_DESTROYED.reachedBy(uuid);
        });
    SandboxChannel channel = meeting.channel();
    domain
        .stopped()
        .thenRun(
            () ->
                channel.fail(
                    new SandboxLostException(
                        "sandbox '" + config.name() + "' has stopped by itself")));
    Stage.DOMAIN_CREATED.reachedBy(uuid);
    deadline.check("creating the domain");

    channel.awaitSupervisor(deadline.remaining());
    resources.add(
        () -> {
          domain.awaitDaemon();
          channel.shutdown();
          Stage.SHUTDOWN_SENT.reachedBy(uuid);
          awaitEnd(channel, plan.carrier());
        });
    Stage.SUPERVISOR_CONNECTED.reachedBy(uuid);

    LaunchRecord launch = config.isTty() ? plan.launch().withTerminal(size) : plan.launch();
    RpcConsole console = channel.start(launch.toByteArray(), deadline.remaining());
    Stage.PROGRAM_STARTED.reachedBy(uuid);
    return new InteractiveContext(config.name(), uuid, console, resources);
  }

  private static void refuseWhatCannotBeHad(InteractiveConfig config) {
    if (config.resources().processes().isPresent()) {
      throw new InvalidSandboxException(
          "the config of '"
              + config.name()
              + "' limits processes, which cannot be had yet; leave the limit out");
    }
    if (config.isShell()) {
      throw new InvalidSandboxException(
          "the config of '"
              + config.name()
              + "' asks for a shell console, which cannot be had yet; set shell to false");
    }
  }

  /** A mark that was there is another sandbox's, which this start is about to be refused for. */
  private static void mark(EmbeddedLibvirt libvirt, UUID uuid, Resources resources) {
    Path directory = StateDirectory.pathOf(uuid);
    if (libvirt.removeWhenOrphaned(directory)) {
      resources.add(() -> libvirt.keep(directory));
    }
  }

  private static <T> T join(CompletableFuture<T> asked) {
    try {
      return asked.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      throw e;
    }
  }

  /**
   * The supervisor removes the placeholders of includes from the host before its channel ends;
   * libvirt, asked to destroy the domain, kills it a tenth of a second later. A machine's brings to
   * its disks what was written.
   */
  private static void awaitEnd(SandboxChannel channel, CarrierAddress carrier) {
    Duration limit = carrier instanceof CarrierAddress.VirtioPort ? MACHINE_END_LIMIT : END_LIMIT;
    channel.ended().completeOnTimeout(Optional.empty(), limit.toMillis(), MILLISECONDS).join();
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public UUID uuid() {
    return uuid;
  }

  /**
   * The program's streams and end. They are closed with this context, not by it alone: what the
   * program wrote before its end can still be read afterwards.
   *
   * @return always the same console
   */
  public RpcConsole console() {
    return console;
  }

  @Override
  public void close() {
    try {
      resources.close();
      Stage.CLOSED.reachedBy(uuid);
    } finally {
      EndOfProcess.forgets(resources);
    }
  }
}
