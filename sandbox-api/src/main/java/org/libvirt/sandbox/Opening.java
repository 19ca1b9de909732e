package org.libvirt.sandbox;

import static java.util.Objects.requireNonNull;

import com.google.common.util.concurrent.Uninterruptibles;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.libvirt.Connect;
import org.libvirt.LibvirtException;
import org.libvirt.jna.Libvirt;

/**
 * A libvirt connection that is being opened, in a thread of its own: a daemon that hangs takes
 * connections and never answers on them, and libvirt waits for that without limit.
 */
final class Opening {
  private static final Logger LOG = System.getLogger("org.libvirt.sandbox");

  // libvirt keeps only a pointer to it: it must never be collected
  private static final Libvirt.VirErrorCallback SILENCE = (userData, error) -> {};

  /** How long a daemon may take to answer a new connection, one that is starting too. */
  private static final Duration LIMIT = Duration.ofSeconds(20);

  private static final int KEEP_ALIVE_SECONDS = 5;
  private static final int KEEP_ALIVE_COUNT = 3;

  private final String uri;
  private final CompletableFuture<LibvirtConnection> opened = new CompletableFuture<>();

  Opening(String uri) {
    this.uri = uri;
    Thread thread = new Thread(this::open, "libvirt-connect");
    thread.setDaemon(true);
    thread.start();
  }

  /**
   * Connects to a daemon that runs, on a libvirt that is set up for this library. Calls that the
   * daemon does not answer end 20 s after its last sign of life.
   *
   * @throws LibvirtException if the daemon refuses
   * @throws LibvirtRefusedException if it does not answer in time
   * @throws HostLacksException if libvirt's client library is not installed
   */
  static LibvirtConnection connect(String uri) throws LibvirtException {
    ClientLibrary.require(Opening::setUpLibvirt);
    LibvirtConnection opened = new Opening(uri).await(LIMIT);
    try {
      opened.setKeepAlive(KEEP_ALIVE_SECONDS, KEEP_ALIVE_COUNT);
    } catch (LibvirtException e) {
      LOG.log(Level.DEBUG, "{0} has no daemon that could hang: {1}", uri, Refusals.words(e));
    }
    return opened;
  }

  private static void setUpLibvirt() {
    EventLoop.setUp();
    if (!Boolean.getBoolean("org.libvirt.sandbox.libvirtStderr")) {
      try {
        Connect.setErrorCallback(SILENCE);
      } catch (LibvirtException e) {
        throw Refusals.of("libvirt cannot be kept from standard error", e);
      }
    }
  }

  private void open() {
    EventLoop.enter();
    boolean connected = false;
    try {
      LibvirtConnection connect = new LibvirtConnection(uri);
      connected = true;
      if (!opened.complete(connect)) {
        connect.close(); // nobody waits for it any more
      }
    } catch (LibvirtException e) {
      if (!opened.completeExceptionally(e)) {
        LOG.log(Level.DEBUG, "the late connection to {0}: {1}", uri, Refusals.words(e));
      }
    } catch (Throwable e) { // one that nobody sees would be reported as a daemon that hangs
      opened.completeExceptionally(e);
    } finally {
      if (!connected) {
        EventLoop.leave();
      }
    }
  }

  /**
   * The connection, once it is there.
   *
   * @throws LibvirtException if the daemon refuses
   * @throws LibvirtRefusedException if it does not answer in time
   */
  LibvirtConnection await(Duration limit) throws LibvirtException {
    try {
      return requireNonNull(Uninterruptibles.getUninterruptibly(opened, limit));
    } catch (TimeoutException e) {
      if (opened.completeExceptionally(e)) {
        throw new LibvirtRefusedException(
            "cannot connect to libvirt at %s: its daemon does not answer within %d s"
                .formatted(uri, limit.toSeconds()),
            0,
            e);
      }
      return await(Duration.ZERO); // it has just come
    } catch (ExecutionException e) {
      if (e.getCause() instanceof LibvirtException refusal) {
        throw refusal;
      }
      throw new IllegalStateException("connecting to " + uri, e.getCause());
    }
  }
}
