package org.libvirt.sandbox.context;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.libvirt.sandbox.EmbeddedLibvirt;
import org.libvirt.sandbox.GuestLog;
import org.libvirt.sandbox.HostLacksException;
import org.libvirt.sandbox.InvalidSandboxException;
import org.libvirt.sandbox.LibvirtRefusedException;
import org.libvirt.sandbox.ProgramNotStartedException;
import org.libvirt.sandbox.SandboxConnection;
import org.libvirt.sandbox.SandboxDomain;
import org.libvirt.sandbox.SandboxException;
import org.libvirt.sandbox.SandboxLimit;
import org.libvirt.sandbox.SandboxLostException;
import org.libvirt.sandbox.TerminalSize;
import org.libvirt.sandbox.builder.BuildRequest;
import org.libvirt.sandbox.builder.CarrierAddress;
import org.libvirt.sandbox.builder.HostFacts;
import org.libvirt.sandbox.builder.HostServer;
import org.libvirt.sandbox.builder.LaunchRecord;
import org.libvirt.sandbox.builder.SandboxBuilder;
import org.libvirt.sandbox.builder.SandboxPlan;
import org.libvirt.sandbox.builder.StateDirectory;
import org.libvirt.sandbox.config.InteractiveConfig;
import org.libvirt.sandbox.console.RawConsole;
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
  private static final Logger LOG = System.getLogger("org.libvirt.sandbox");

  /** How long the start of a container may take where the caller does not say. */
  public static final Duration START_LIMIT = Duration.ofSeconds(30);

  /** Linux's number for "no such process", which the supervisor says of one that has ended. */
  private static final int ESRCH = 3;

  /** With less a launch record of some megabytes, which is the largest, does not fit. */
  private static final long SCARCE_MEMORY = 16 << 20;

  private final String name;
  private final UUID uuid;
  private final RpcConsole console;
  private final Consoles consoles;
  private final Resources resources;
  private final ProcessesLimit processes;

  private InteractiveContext(
      String name,
      UUID uuid,
      RpcConsole console,
      Consoles consoles,
      Resources resources,
      ProcessesLimit processes) {
    this.name = name;
    this.uuid = uuid;
    this.console = console;
    this.consoles = consoles;
    this.resources = resources;
    this.processes = processes;
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
    return start(connection, config, StartOptions.DEFAULT);
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
    return start(connection, config, StartOptions.builder().limit(limit).build());
  }

  /**
   * Starts a sandbox and its program.
   *
   * @param connection where; it must stay open as long as the sandbox
   * @param config what
   * @param options how
   * @return the sandbox, its program running or already ended
   * @throws InvalidSandboxException if the config cannot be had on this host
   * @throws HostLacksException if this host lacks what a sandbox needs
   * @throws LibvirtRefusedException if libvirt refuses
   * @throws ProgramNotStartedException if the program cannot be executed in the sandbox
   * @throws SandboxLostException if the sandbox ends, or the limit passes, before its program runs
   */
  public static InteractiveContext start(
      SandboxConnection connection, InteractiveConfig config, StartOptions options) {
    Instant beginning = Instant.now();
    Deadline deadline = Deadline.in(options.limitOr(() -> startLimit(connection, config)));
    Resources resources = new Resources();
    EndOfProcess.closes(resources);
    try {
      return start(connection, config, options, deadline, resources);
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
      StartOptions options,
      Deadline deadline,
      Resources resources) {
    SandboxBuilder builder = SandboxBuilder.forDriver(connection.driver());
    if (config.networks().stream().anyMatch(builder::needsLibvirt)) {
      connection.requireNetworks();
    }
    UUID uuid = config.uuid().orElseGet(UUID::randomUUID);
    CgroupMoves.expect();
    // neither this nor the state directory needs the other, and both take their milliseconds
    CompletableFuture<HostFacts> facts = Background.supply(() -> factsFor(builder));
    CompletableFuture<HostCapabilities> capabilities = Background.supply(connection::capabilities);

    // told before there is anything to remove, so that no moment is left uncovered
    connection.embedded().ifPresent(libvirt -> mark(libvirt, uuid, resources));
    StateDirectory state =
        StateDirectory.create(uuid, connection.uri(), connection.driver(), config);
    resources.add(state::close);
    Stage.STATE_MADE.reachedBy(uuid);
    deadline.check("making its state directory");

    HostFacts host = deadline.await(facts, "reading this host's mounts");
    HostCapabilities can = deadline.await(capabilities, "asking libvirt what it can run");
    SandboxPlan plan =
        builder.build(
            new BuildRequest(
                config,
                uuid,
                state,
                host,
                can,
                connection::libvirtPath,
                options.channel(),
                deadline.remaining()));
    plan.cleanUps().forEach(resources::add);
    ProcessesLimit processes = new ProcessesLimit(config, state);
    resources.add(processes::close);
    try {
      return start(connection, config, options, deadline, resources, uuid, plan, processes);
    } catch (SandboxException e) {
      SandboxException told = withMemoryInMind(e, config);
      plan.guestLog().ifPresent(log -> connection.explainByGuest(told, log));
      throw told;
    }
  }

  private static HostFacts factsFor(SandboxBuilder builder) {
    return builder.hidesSockets() ? HostFacts.readAhead(Background::execute) : HostFacts.read();
  }

  /**
   * Whoever is killed for lack of memory cannot say so: the supervisor, or libvirt's controller,
   * for which libvirt refuses.
   */
  private static SandboxException withMemoryInMind(SandboxException e, InteractiveConfig config) {
    long memory = config.resources().memory().orElse(Long.MAX_VALUE);
    boolean killed = e instanceof SandboxLostException || e instanceof LibvirtRefusedException;
    if (!killed || memory >= SCARCE_MEMORY) {
      return e;
    }
    return new SandboxLostException(
        "%s; its memory limit of %d KiB may be too little to start with: give it more"
            .formatted(e.getMessage(), memory >> 10),
        e);
  }

  private static InteractiveContext start(
      SandboxConnection connection,
      InteractiveConfig config,
      StartOptions options,
      Deadline deadline,
      Resources resources,
      UUID uuid,
      SandboxPlan plan,
      ProcessesLimit processes) {
    SandboxChannel channel = channel(plan, connection, uuid);
    resources.add(channel::close);
    Stage.PLANNED.reachedBy(uuid);
    deadline.check("planning the sandbox");

    plan.servers().forEach(server -> start(server, channel, resources, config.name(), deadline));
    CompletableFuture<LaunchRecord> record = Background.supply(plan.launch());
    CgroupMoves.expect();
    SandboxDomain domain = createDomain(plan, connection, uuid);
    DomainEnd end = new DomainEnd(domain, channel, plan, config.name());
    resources.add(
        () -> {
          end.destroy();
          Stage.DOMAIN_DESTROYED.reachedBy(uuid);
        });
    if (!(plan.carrier() instanceof CarrierAddress.VirtioPort)) { // a machine limits its own
      processes.begin(domain);
    }
    domain
        .stopped()
        .thenRun(
            () ->
                channel.fail(
                    new SandboxLostException(
                        "sandbox '%s' has stopped by itself%s"
                            .formatted(
                                config.name(), machineEnd(plan).map(": "::concat).orElse("")))));
    end.followChannel();
    Stage.DOMAIN_CREATED.reachedBy(uuid);
    Consoles consoles = new Consoles(config.name(), uuid, domain);
    consoles.offerLog();
    deadline.check("creating the domain");

    channel.awaitSupervisor(deadline.remaining());
    resources.add(
        () -> {
          end.askSupervisor();
          Stage.SHUTDOWN_SENT.reachedBy(uuid);
          end.awaitSupervisor();
        });
    Stage.SUPERVISOR_CONNECTED.reachedBy(uuid);
    processes.enforce(deadline);

    LaunchRecord launch = deadline.await(record, "reading this host's sockets");
    if (config.isTty()) {
      launch = launch.withTerminal(options.terminalSize());
    }
    RpcConsole console =
        channel.start(
            launch.toByteArray(), config.resources(), domain::processorTime, deadline.remaining());
    Stage.PROGRAM_STARTED.reachedBy(uuid);
    processes.programRuns();
    plan.shell().ifPresent(shell -> openShell(channel, consoles, shell, deadline.remaining()));
    resources.add(consoles::close);
    return new InteractiveContext(config.name(), uuid, console, consoles, resources, processes);
  }

  private static void start(
      HostServer server,
      SandboxChannel channel,
      Resources resources,
      String name,
      Deadline deadline) {
    resources.add(server::close);
    server.start(deadline.remaining());
    server
        .failed()
        .thenAccept(
            why ->
                channel.fail(new SandboxLostException("sandbox '" + name + "' is lost: " + why)));
  }

  /** What libvirt says of a domain whose server has ended tells of sockets. */
  private static SandboxDomain createDomain(
      SandboxPlan plan, SandboxConnection connection, UUID uuid) {
    try {
      return connection.createDomain(plan.xml(), uuid);
    } catch (LibvirtRefusedException e) {
      for (HostServer server : plan.servers()) {
        if (server.failed().isDone()) {
          throw new HostLacksException("the sandbox cannot start: " + server.failed().join(), e);
        }
      }
      throw e;
    }
  }

  /** A program may be over before its shell can be had: then nobody needs one. */
  private static void openShell(
      SandboxChannel channel, Consoles consoles, LaunchRecord shell, Duration limit) {
    try {
      channel.openConsole(shell.toByteArray(), limit);
      consoles.offerShell();
    } catch (ProgramNotStartedException e) {
      if (e.errno() != ESRCH) {
        throw e;
      }
      LOG.log(Level.DEBUG, "no shell: {0}", e.getMessage());
    }
  }

  /** A mark that was there is another sandbox's, which this start is about to be refused for. */
  private static void mark(EmbeddedLibvirt libvirt, UUID uuid, Resources resources) {
    Path directory = StateDirectory.pathOf(uuid);
    if (libvirt.removeWhenOrphaned(directory)) {
      resources.add(
          () -> {
            // what could not be removed now goes with the daemon
            if (!Files.exists(directory)) {
              libvirt.keep(directory);
            }
          });
    }
  }

  private static SandboxChannel channel(SandboxPlan plan, SandboxConnection connection, UUID uuid) {
    CarrierAddress carrier = plan.carrier();
    if (carrier instanceof CarrierAddress.UnixSocket unix) {
      return SandboxChannel.listen(unix.socket());
    }
    if (carrier instanceof CarrierAddress.DomainConsole console) {
      return SandboxChannel.onConsole(connection.uri(), uuid, console.alias());
    }
    if (carrier instanceof CarrierAddress.VirtioPort port) {
      return SandboxChannel.onPort(port.socket(), () -> machineEnd(plan));
    }
    throw new AssertionError("a carrier without a channel: " + carrier);
  }

  /** The hypervisor has ended; the machine's kernel or init may have told why. */
  private static Optional<String> machineEnd(SandboxPlan plan) {
    return plan.guestLog()
        .map(
            log ->
                "the virtual machine ended"
                    + GuestLog.of(log).cause().map(": "::concat).orElse(""));
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

  /**
   * The limits that the sandbox has run into, whether or not they ended its program; the status of
   * a program that one ended {@linkplain org.libvirt.sandbox.ExitStatus.Signaled#limit() names it}.
   *
   * @return what is known so far: all of it once the program has ended, also after {@link #close}
   */
  public Set<SandboxLimit> limitsReached() {
    Set<SandboxLimit> reached = EnumSet.noneOf(SandboxLimit.class);
    reached.addAll(console.limitsReached());
    if (processes.wasReached()) {
      reached.add(SandboxLimit.PROCESSES);
    }
    return reached;
  }

  @Override
  public RawConsole logConsole() {
    return consoles.log();
  }

  @Override
  public RawConsole shellConsole() {
    return consoles.shell();
  }

  /** The same as {@link #close()}. */
  @Override
  public void stop() {
    close();
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
