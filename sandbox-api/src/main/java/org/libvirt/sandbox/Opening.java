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

/**
 * A libvirt connection that is being opened, in a thread of its own: a daemon that hangs takes
 * connections and never answers on them, and libvirt waits for that without limit.
 */
final class Opening {
  private static final Logger LOG = System.getLogger("org.libvirt.sandbox");

  private final String uri;
  private final CompletableFuture<Connect> opened = new CompletableFuture<>();

  Opening(String uri) {
    this.uri = uri;
    Thread thread = new Thread(this::open, "libvirt-connect");
    thread.setDaemon(true);
    thread.start();
  }

  private void open() {
    try {
      Connect connect = new Connect(uri);
      if (!opened.complete(connect)) {
        connect.close(); // nobody waits for it any more
      }
    } catch (LibvirtException e) {
      if (!opened.completeExceptionally(e)) {
        LOG.log(Level.DEBUG, "the late connection to {0}: {1}", uri, Refusals.words(e));
      }
    } catch (Throwable e) { // one that nobody sees would be reported as a daemon that hangs
      opened.completeExceptionally(e);
    }
  }

  /**
   * The connection, once it is there.
   *
   * @throws LibvirtException if the daemon refuses
   * @throws LibvirtRefusedException if it does not answer in time
   */
  Connect await(Duration limit) throws LibvirtException {
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
