package org.libvirt.sandbox;

import static java.util.Objects.requireNonNull;

import com.google.common.util.concurrent.Uninterruptibles;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.libvirt.Connect;
import org.libvirt.Domain;
import org.libvirt.LibvirtException;
import org.libvirt.sandbox.domain.DomainDefinition;
import org.libvirt.sandbox.domain.HostCapabilities;

/**
 * A connection to a libvirt daemon, on which sandboxes are made. The sandboxes of a connection end
 * when it is closed, or when its process dies.
 *
 * <p>A connection may be used by any number of threads. If its daemon was killed and is back, the
 * next call connects anew, and so does one in which it died, but for those that make a sandbox or a
 * network, which are refused; the sandboxes have gone on meanwhile, but no longer end by themselves
 * with the connection. No call waits for a daemon that hangs: it ends within a minute, with a
 * {@link LibvirtRefusedException}.
 *
 * <p>Libvirt prints each error on the process's standard error. The first connection silences that
 * for the whole process, as all errors come as exceptions here; a program that wants the lines sets
 * the system property {@code org.libvirt.sandbox.libvirtStderr} to {@code true}.
 */
public final class SandboxConnection implements AutoCloseable {
  private static final Logger LOG = System.getLogger("org.libvirt.sandbox");

  /** {@code VIR_DOMAIN_START_AUTODESTROY} of libvirt-domain.h. */
  private static final int AUTODESTROY = 2;

  private static final Path SYSTEM_LOGS = Path.of("/var/log/libvirt");

  /** How long a daemon of this process that takes no connections may take to clean up. */
  private static final Duration END_LIMIT = Duration.ofSeconds(20);

  private final String uri;
  private final Optional<EmbeddedLibvirt> daemon;
  private final DomainRegistry domains = new DomainRegistry();
  private volatile @Nullable HostCapabilities capabilities;
  private final Lock lock = new ReentrantLock();

  @GuardedBy("lock")
  private @Nullable SharedConnect connect;

  @GuardedBy("lock")
  private boolean closed;

  @GuardedBy("lock")
  private @Nullable CompletableFuture<Void> watched;

  private SandboxConnection(String uri) {
    this.uri = uri;
    this.daemon = EmbeddedLibvirt.serving(uri);
  }

  /**
   * Loads libvirt into this process, which the first connection has to wait for otherwise. It may
   * run in another thread while this one starts a daemon; calling it is never needed.
   *
   * @throws HostLacksException if libvirt's client library is not installed
   * @throws LibvirtRefusedException if libvirt cannot set itself up
   */
  public static void warmUp() {
    ClientLibrary.require(EventLoop::setUp);
  }

  /**
   * Connects to a daemon that runs already; none is ever started.
   *
   * @param uri a libvirt connection URI such as {@code lxc:///}, or that of an {@link
   *     EmbeddedLibvirt}
   * @return the open connection
   * @throws IllegalArgumentException if the URI has no scheme
   * @throws HostLacksException if libvirt's client library is not installed
   * @throws LibvirtRefusedException if the daemon does not answer, or refuses
   */
  public static SandboxConnection open(String uri) {
    if (requireNonNull(uri, "uri").indexOf(':') < 1) {
      throw new IllegalArgumentException(
          "'" + uri + "' is no libvirt connection URI; write for example 'lxc:///'");
    }
    SandboxConnection connection = new SandboxConnection(uri);
    connection.connected().release();
    // nobody is left who would send events
    connection.daemon.ifPresent(connection::watch);
    return connection;
  }

  /**
   * The URI it was opened with.
   *
   * @return the URI, unchanged
   */
  public String uri() {
    return uri;
  }

  /**
   * The name of libvirt's driver behind it, which tells builders apart.
   *
   * @return {@code lxc}, {@code qemu}, …
   */
  public String driver() {
    String scheme = uri.substring(0, uri.indexOf(':'));
    int transport = scheme.indexOf('+');
    return transport < 0 ? scheme : scheme.substring(0, transport);
  }

  /**
   * Whether the daemon is on this host, so that its guests can be reached by sockets in this host's
   * file system.
   *
   * @return true if the URI names no host
   */
  public boolean isLocal() {
    String host = URI.create(uri).getHost();
    return host == null || host.isEmpty();
  }

  /**
   * The embedded daemon behind this connection.
   *
   * @return empty for any other daemon
   */
  public Optional<EmbeddedLibvirt> embedded() {
    return EmbeddedLibvirt.serving(uri);
  }

  /**
   * Where libvirt finds a file or directory of this host. An embedded daemon has directories of its
   * own in the places of some.
   *
   * @param path an absolute path on this host, without symbolic links
   * @return the path that the domain's XML must name
   */
  public Path libvirtPath(Path path) {
    return daemon.map(libvirt -> libvirt.libvirtPath(path)).orElse(path);
  }

  /**
   * What libvirt can do at the other end. It is asked once a connection.
   *
   * @return the host's capabilities
   * @throws LibvirtRefusedException if libvirt refuses
   * @throws IllegalStateException if the connection is closed
   */
  public HostCapabilities capabilities() {
    HostCapabilities known = capabilities;
    if (known == null) {
      try {
        known = HostCapabilities.parse(ask(Connect::getCapabilities));
        capabilities = known;
      } catch (LibvirtException e) {
        throw Refusals.of("libvirt does not tell its capabilities", e);
      }
    }
    return known;
  }

  /**
   * Makes and starts a domain that ends with this connection.
   *
   * @param xml the domain's XML
   * @param uuid the UUID that stands in it
   * @return the running domain
   * @throws LibvirtRefusedException if libvirt refuses
   * @throws IllegalStateException if the connection is closed
   */
  public SandboxDomain createDomain(String xml, UUID uuid) {
    SharedConnect shared = connected();
    SandboxDomain domain = new SandboxDomain(this, uuid);
    // known before it exists, so that the event of a domain that stops at once finds it
    domains.add(domain);
    boolean created = false;
    try {
      Domain made = shared.connect().domainCreateXML(xml, AUTODESTROY);
      try {
        domain.is(made.getID(), made.getName());
      } finally {
        DomainRegistry.release(made);
      }
      created = true;
      return domain;
    } catch (LibvirtException e) {
      LibvirtRefusedException refusal = Refusals.of("libvirt cannot start the sandbox", e);
      if (!answers(shared.connect())) {
        endIfCreated(uuid, refusal);
      }
      throw refusal;
    } finally {
      shared.release();
      if (!created) {
        domains.remove(domain);
      }
    }
  }

  /**
   * A daemon that died before it answered may have made the domain, and has forgotten its owner.
   */
  private void endIfCreated(UUID uuid, LibvirtRefusedException refusal) {
    try {
      destroy(uuid);
    } catch (LibvirtRefusedException e) {
      refusal.addSuppressed(e);
    }
  }

  /**
   * Finds a domain that another process may have made. It does not end with this connection.
   *
   * @param uuid the domain's UUID
   * @return empty if no such domain runs
   * @throws LibvirtRefusedException if libvirt cannot be asked
   * @throws IllegalStateException if the connection is closed
   */
  public Optional<SandboxDomain> findDomain(UUID uuid) {
    SandboxDomain domain = new SandboxDomain(this, uuid);
    domains.add(domain); // before the question, so that no end of it is missed
    boolean found = false;
    try {
      askOf(
          uuid,
          running -> {
            domain.is(running.getID(), running.getName());
            return uuid;
          });
      found = true;
      return Optional.of(domain);
    } catch (LibvirtException e) {
      if (Refusals.code(e) == Refusals.NO_DOMAIN) {
        return Optional.empty();
      }
      throw Refusals.of("libvirt cannot find sandbox " + uuid, e);
    } finally {
      if (!found) {
        domains.remove(domain);
      }
    }
  }

  DomainDefinition definition(UUID uuid) {
    try {
      return DomainDefinition.parse(askOf(uuid, domain -> domain.getXMLDesc(0)));
    } catch (LibvirtException e) {
      throw Refusals.of("libvirt does not describe sandbox " + uuid, e);
    }
  }

  /**
   * Makes and starts a network that lasts until it is closed, or its daemon ends. Nothing of it is
   * kept by libvirt then.
   *
   * <pre>{@code
   * connection.createNetwork(
   *     "<network><name>inside</name><bridge stp='off'/>"
   *         + "<ip address='192.168.150.1' prefix='24'/></network>");
   * }</pre>
   *
   * <p>With libvirt's default, a bridge that looks for loops ({@code stp='on'}), nothing reaches a
   * sandbox in its first four seconds.
   *
   * @param xml the network's XML, as libvirt's documentation describes it
   * @return the running network
   * @throws HostLacksException if the daemon is an embedded one without a network of its own
   * @throws LibvirtRefusedException if libvirt refuses
   * @throws IllegalStateException if the connection is closed
   */
  public SandboxNetwork createNetwork(String xml) {
    requireNetworks();
    try {
      return new SandboxNetwork(this, askOnce(connect -> SandboxNetwork.create(connect, xml)));
    } catch (LibvirtException e) {
      throw Refusals.of("libvirt cannot start the network", e);
    }
  }

  /**
   * Refuses sandboxes with networks on a daemon that cannot have any.
   *
   * @throws HostLacksException if the daemon is an embedded one without a network of its own
   */
  public void requireNetworks() {
    daemon.ifPresent(EmbeddedLibvirt::requirePrivateNetwork);
  }

  /** Ends a network; one that has ended is none of libvirt's any more. */
  void destroyNetwork(UUID uuid) {
    if (isClosed()) {
      throw new IllegalStateException("the connection to " + uri + " is closed");
    }
    try {
      ask(connect -> SandboxNetwork.destroy(connect, uuid));
    } catch (LibvirtException e) {
      if (Refusals.code(e) != Refusals.NO_NETWORK) {
        throw Refusals.of("libvirt cannot end network " + uuid, e);
      }
    } catch (LibvirtRefusedException e) {
      if (!daemonHasEnded()) {
        throw e;
      }
    }
  }

  /**
   * Attaches what libvirt wrote about a domain to the exception of its failed start.
   *
   * @param failure why the start failed
   * @param name the domain's name
   * @param since when the start began
   */
  public void explain(SandboxException failure, String name, Instant since) {
    if (isLocal()) {
      Path log =
          daemon
              .map(libvirt -> libvirt.log(driver(), name))
              .orElseGet(() -> hostLogs().resolve(name + ".log"));
      DomainLog.tail(log, since).ifPresent(failure::attach);
    }
  }

  private Path hostLogs() {
    return "/session".equals(URI.create(uri).getPath())
        ? HostDirectories.libvirtCache().resolve(driver()).resolve("log")
        : SYSTEM_LOGS.resolve(driver());
  }

  /**
   * Attaches what a machine's kernel and init said to the exception of its failed start.
   *
   * @param failure why the start failed
   * @param log the file of this host to which they wrote
   */
  public void explainByGuest(SandboxException failure, Path log) {
    GuestLog.of(log).tail().ifPresent(failure::attachGuest);
  }

  void destroy(UUID uuid) {
    domains.forget(uuid);
    if (isClosed()) {
      return; // the domain went with the connection
    }
    try {
      askOf(
          uuid,
          domain -> {
            domain.destroy();
            return uuid;
          });
    } catch (LibvirtException e) {
      if (Refusals.code(e) != Refusals.NO_DOMAIN && !isGone(uuid)) {
        throw Refusals.of("libvirt cannot end sandbox " + uuid, e);
      }
    } catch (LibvirtRefusedException e) {
      if (!daemonHasEnded()) {
        throw e;
      }
    }
  }

  void removeLeftovers(String domain) {
    if (driver().equals("lxc")) {
      daemon.ifPresent(libvirt -> libvirt.removeLeftovers(domain));
    }
  }

  /** That of a container, by libvirt's number of its domain. */
  OptionalLong firstProcess(int domainId) {
    if (!driver().equals("lxc") || !isLocal()) {
      return OptionalLong.empty();
    }
    return daemon
        .map(libvirt -> ContainerProcesses.inGroups(libvirt.cgroups(), domainId))
        .orElseGet(() -> ContainerProcesses.childrenOf(domainId))
        .first();
  }

  Duration processorTime(UUID uuid) {
    try {
      return Duration.ofNanos(askOf(uuid, domain -> domain.getInfo().cpuTime));
    } catch (LibvirtException e) {
      throw Refusals.of("libvirt does not tell the processor time of sandbox " + uuid, e);
    }
  }

  void awaitDaemon(UUID uuid) {
    if (isClosed()) {
      return;
    }
    try {
      askOf(uuid, Domain::getID);
    } catch (LibvirtException e) {
      LOG.log(Level.DEBUG, "libvirt does not know sandbox {0}: {1}", uuid, Refusals.words(e));
    } catch (LibvirtRefusedException e) {
      LOG.log(Level.DEBUG, "{0}", e.getMessage());
    }
  }

  /** An embedded daemon that takes no connections ends, and all its domains end with it. */
  private boolean daemonHasEnded() {
    if (daemon.isEmpty()) {
      return false;
    }
    try {
      Uninterruptibles.getUninterruptibly(daemon.get().ended(), END_LIMIT);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      throw new IllegalStateException("the end of a daemon cannot fail", e);
    }
  }

  /** What waits for the daemon's end holds this connection: it is taken back at the close. */
  private void watch(EmbeddedLibvirt libvirt) {
    CompletableFuture<Void> ended = libvirt.ended();
    ended.thenRun(domains::allHaveStopped);
    lock.lock();
    try {
      watched = ended;
    } finally {
      lock.unlock();
    }
  }

  /** A domain may end by itself between look-up and destroy; libvirt has several words for that. */
  private boolean isGone(UUID uuid) {
    try {
      DomainRegistry.release(ask(connect -> connect.domainLookupByUUIDString(uuid.toString())));
      return false;
    } catch (LibvirtException e) {
      return Refusals.code(e) == Refusals.NO_DOMAIN;
    }
  }

  /**
   * Ends the connection, and with it its sandboxes; where other threads are in the middle of a
   * call, once these have returned. Closing twice is harmless.
   */
  @Override
  public void close() {
    SharedConnect present;
    CompletableFuture<Void> end;
    lock.lock();
    try {
      closed = true;
      present = connect;
      connect = null;
      end = watched;
      watched = null;
    } finally {
      lock.unlock();
    }
    if (end != null) {
      end.cancel(false);
    }
    if (present != null) {
      present.release();
    }
  }

  /** How many domains would be told of their end. */
  int domains() {
    return domains.size();
  }

  private boolean isClosed() {
    lock.lock();
    try {
      return closed;
    } finally {
      lock.unlock();
    }
  }

  /** A call of libvirt's. */
  private interface Call<T> {
    T on(Connect connect) throws LibvirtException;
  }

  /** A call about a domain. */
  private interface DomainCall<T> {
    T on(Domain domain) throws LibvirtException;
  }

  /** Asks of a domain what may be asked twice. */
  private <T> T askOf(UUID uuid, DomainCall<T> call) throws LibvirtException {
    return ask(
        connect -> {
          Domain domain = connect.domainLookupByUUIDString(uuid.toString());
          try {
            return call.on(domain);
          } finally {
            DomainRegistry.release(domain);
          }
        });
  }

  /** Asks what may be asked twice: once more if the daemon died while it was asked. */
  private <T> T ask(Call<T> call) throws LibvirtException {
    SharedConnect shared = connected();
    try {
      return call.on(shared.connect());
    } catch (LibvirtException e) {
      if (answers(shared.connect())) {
        throw e;
      }
    } finally {
      shared.release();
    }
    return askOnce(call);
  }

  private <T> T askOnce(Call<T> call) throws LibvirtException {
    SharedConnect shared = connected();
    try {
      return call.on(shared.connect());
    } finally {
      shared.release();
    }
  }

  /**
   * A connection that answers, used by the caller too. The daemon is asked, and connected to,
   * outside the lock: one that hangs would hold up those who only want to close.
   */
  private SharedConnect connected() {
    Optional<SharedConnect> present = present();
    if (present.isPresent()) {
      if (answers(present.get().connect())) {
        return present.get();
      }
      present.get().release();
    }
    try {
      return replace(present, connectAnew());
    } catch (LibvirtException e) {
      throw Refusals.ofConnecting(uri, e);
    }
  }

  private Optional<SharedConnect> present() {
    lock.lock();
    try {
      requireOpen();
      Optional<SharedConnect> present = Optional.ofNullable(connect);
      present.ifPresent(SharedConnect::use);
      return present;
    } finally {
      lock.unlock();
    }
  }

  /** Puts a new connection in the place of a lost one, unless another thread has been faster. */
  private SharedConnect replace(Optional<SharedConnect> lost, SharedConnect opened) {
    SharedConnect unwanted = opened;
    lock.lock();
    try {
      requireOpen();
      SharedConnect now = connect;
      if (now == null || now == lost.orElse(null)) {
        connect = opened;
        unwanted = now;
      }
      SharedConnect kept = requireNonNull(connect);
      kept.use();
      return kept;
    } finally {
      lock.unlock();
      if (unwanted != null) {
        unwanted.release();
      }
    }
  }

  @GuardedBy("lock")
  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("the connection to " + uri + " is closed");
    }
  }

  /** Asks the daemon: that it is dead, the connection itself may not have seen yet. */
  private boolean answers(Connect present) {
    try {
      present.numOfDomains();
      return true;
    } catch (LibvirtException e) {
      LOG.log(Level.DEBUG, "the connection to {0} is lost: {1}", uri, Refusals.words(e));
      return false;
    }
  }

  private SharedConnect connectAnew() throws LibvirtException {
    Connect opened = Opening.connect(uri);
    opened.addLifecycleListener(domains.listener());
    return new SharedConnect(opened, this::close);
  }

  private void close(Connect unused) {
    try {
      try {
        // a listener left holds a reference, and the socket stays open
        unused.removeLifecycleListener(domains.listener());
      } finally {
        unused.close();
      }
    } catch (LibvirtException e) {
      LOG.log(Level.DEBUG, "closing the connection to {0}: {1}", uri, Refusals.words(e));
    }
  }
}
