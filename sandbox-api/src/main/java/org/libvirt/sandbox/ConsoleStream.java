package org.libvirt.sandbox;

import static java.util.Objects.requireNonNull;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import com.sun.jna.NativeLong;
import com.sun.jna.Pointer;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.channels.ClosedChannelException;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.libvirt.LibvirtException;
import org.libvirt.event.ConnectionCloseReason;

/**
 * The host's end of one of a domain's consoles, as a stream through libvirt's daemon. One thread
 * may read while another writes; any may close. Buffers are direct ones.
 *
 * <p>Each stream has a libvirt connection of its own: what a guest does not read ends up holding
 * its whole connection, so that no other call comes through. On the way to this process there is no
 * such bound: what nobody reads here, libvirt's client keeps in memory, without limit. So whoever
 * has a stream reads it on, and bounds what comes by other means.
 *
 * <p>Libvirt lets several open a container's console, who then take bytes from each other.
 */
public final class ConsoleStream implements ByteChannel {
  private static final Logger LOG = System.getLogger("org.libvirt.sandbox");

  /**
   * Those that libvirt may tell of, by their pointers. Its event loop may have begun to call back
   * when a stream is freed, so what it calls is never collected, and looks here for who is meant.
   */
  private static final ConcurrentMap<Pointer, ConsoleStream> LISTENING = new ConcurrentHashMap<>();

  private static final LibvirtCalls.StreamCallback CALLBACK =
      (stream, events, unused) -> becameReadable(stream);

  /** What libvirt puts into one message at least. */
  private static final int LARGEST_WRITE = 256 * 1024;

  private final String name;
  private final LibvirtConnection connection;
  private final Pointer stream;
  private final Lock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  @GuardedBy("lock")
  private boolean readable;

  /** Why the connection ended, where it did. */
  @GuardedBy("lock")
  private @Nullable String lost;

  /** Those who use the stream and its connection, its owner among them. */
  @GuardedBy("lock")
  private int users = 1;

  @GuardedBy("lock")
  private boolean closed;

  private ConsoleStream(String name, LibvirtConnection connection, Pointer stream) {
    this.name = name;
    this.connection = connection;
    this.stream = stream;
  }

  /**
   * Opens a console of a running domain; waits for the daemon, though not without limit.
   *
   * @param connectionUri a libvirt connection URI
   * @param domain the domain's UUID
   * @param alias the console's alias in the domain's XML, such as {@code console0}
   * @return the open stream
   * @throws HostLacksException if libvirt's client library is not installed
   * @throws LibvirtRefusedException if the daemon does not answer, or there is no such console
   */
  public static ConsoleStream open(String connectionUri, UUID domain, String alias) {
    String name = requireNonNull(alias, "alias") + " of sandbox " + domain;
    LibvirtConnection connection = connect(requireNonNull(connectionUri, "connectionUri"));
    boolean opened = false;
    try {
      Pointer stream = open(connection, domain, alias, "cannot open " + name);
      ConsoleStream console = new ConsoleStream(name, connection, stream);
      opened = true;
      console.listen();
      return console;
    } finally {
      if (!opened) {
        close(connection);
      }
    }
  }

  private static LibvirtConnection connect(String uri) {
    try {
      return Opening.connect(uri);
    } catch (LibvirtException e) {
      throw Refusals.ofConnecting(uri, e);
    }
  }

  private static Pointer open(
      LibvirtConnection connection, UUID domain, String alias, String failure) {
    Pointer found =
        LibvirtCalls.virDomainLookupByUUIDString(connection.pointer(), domain.toString());
    if (found == null) {
      throw refusal(failure);
    }
    try {
      Pointer stream = LibvirtCalls.virStreamNew(connection.pointer(), LibvirtCalls.NONBLOCK);
      if (stream == null) {
        throw refusal(failure);
      }
      if (LibvirtCalls.virDomainOpenConsole(found, alias, stream, 0) < 0) {
        LibvirtRefusedException refusal = refusal(failure);
        LibvirtCalls.virStreamFree(stream);
        throw refusal;
      }
      return stream;
    } finally {
      LibvirtCalls.virDomainFree(found);
    }
  }

  /**
   * Libvirt's own waiting for a stream's bytes misses those that another thread receives just
   * before it begins, and goes on until more come. So the event loop, which looks at what is there,
   * wakes the reader.
   */
  private void listen() {
    boolean listening = false;
    try {
      connection.registerCloseListener((unused, reason) -> connectionEnded(reason));
      LISTENING.put(stream, this);
      if (LibvirtCalls.virStreamEventAddCallback(stream, 0, CALLBACK, null, null) < 0) {
        throw refusal("cannot listen to " + name);
      }
      listening = true;
    } catch (LibvirtException e) {
      throw Refusals.of("cannot listen to " + name, e);
    } finally {
      if (!listening) {
        close();
      }
    }
  }

  private static void becameReadable(Pointer stream) {
    ConsoleStream console = LISTENING.get(stream);
    if (console != null) {
      console.becameReadable();
    }
  }

  private void becameReadable() {
    if (!enter()) {
      return;
    }
    try {
      // before the reader is woken, who asks to be told anew when it has read all there is
      listenFor(0);
      lock.lock();
      try {
        readable = true;
        changed.signalAll();
      } finally {
        lock.unlock();
      }
    } finally {
      leave();
    }
  }

  private void listenFor(int events) {
    if (LibvirtCalls.virStreamEventUpdateCallback(stream, events) < 0) {
      LOG.log(Level.DEBUG, "{0} has ended: {1}", name, LibvirtCalls.lastError());
    }
  }

  private void connectionEnded(ConnectionCloseReason reason) {
    lock.lock();
    try {
      lost = "the connection to its daemon ended (" + reason + ")";
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private static LibvirtRefusedException refusal(String failure) {
    int code = LibvirtCalls.virGetLastErrorCode();
    return new LibvirtRefusedException(failure + ": " + LibvirtCalls.lastError(), code, null);
  }

  /**
   * Reads what is there, at least one byte; waits for it, and cannot be interrupted.
   *
   * @param into a direct buffer with room for a byte
   * @return the number of bytes read; -1 at the end of the console, and once this is closed
   * @throws IOException if the stream broke
   * @throws IllegalArgumentException if the buffer is not a direct one
   */
  @Override
  public int read(ByteBuffer into) throws IOException {
    requireDirect(into);
    if (!enter()) {
      return -1;
    }
    try {
      int got = receive(into);
      while (got == LibvirtCalls.NOTHING_YET && awaitReadable()) {
        got = receive(into);
      }
      if (got > 0) {
        into.position(into.position() + got);
      }
      return got > 0 ? got : -1;
    } finally {
      leave();
    }
  }

  private int receive(ByteBuffer into) throws IOException {
    NativeLong room = new NativeLong(into.remaining());
    int got = LibvirtCalls.virStreamRecv(stream, into.slice(), room);
    if (got < 0 && got != LibvirtCalls.NOTHING_YET && isOpen()) {
      throw new IOException(name + " broke: " + LibvirtCalls.lastError());
    }
    return got;
  }

  /** False: this is closed. */
  private boolean awaitReadable() throws IOException {
    listenFor(LibvirtCalls.READABLE);
    lock.lock();
    try {
      while (!readable && !closed && lost == null) {
        changed.awaitUninterruptibly();
      }
      if (!readable && !closed) {
        throw new IOException(name + " broke: " + lost);
      }
      readable = false;
      return !closed;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Writes some of what remains in the buffer; waits until some is taken, and cannot be
   * interrupted.
   *
   * @param bytes a direct buffer
   * @return the number of bytes written
   * @throws ClosedChannelException if this is closed
   * @throws IOException if the stream broke
   * @throws IllegalArgumentException if the buffer is not a direct one
   */
  @Override
  public int write(ByteBuffer bytes) throws IOException {
    requireDirect(bytes);
    if (!enter()) {
      throw new ClosedChannelException();
    }
    try {
      int size = Math.min(bytes.remaining(), LARGEST_WRITE);
      int sent = LibvirtCalls.virStreamSend(stream, bytes.slice(), new NativeLong(size));
      if (sent < 0) {
        throw new IOException(name + " broke: " + LibvirtCalls.lastError());
      }
      bytes.position(bytes.position() + sent);
      return sent;
    } finally {
      leave();
    }
  }

  @Override
  public boolean isOpen() {
    lock.lock();
    try {
      return !closed;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Ends the stream and wakes who waits in it. Does not wait itself: the end needs the daemon. A
   * writer who waits for a guest that does not read is woken when the guest, or the daemon, ends.
   */
  @Override
  public void close() {
    lock.lock();
    try {
      if (closed) {
        return;
      }
      closed = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    Thread thread = new Thread(this::abort, "libvirt-stream-end");
    thread.setDaemon(true);
    thread.start();
  }

  private void abort() {
    LibvirtCalls.virStreamEventRemoveCallback(stream);
    if (LibvirtCalls.virStreamAbort(stream) < 0) {
      LOG.log(Level.DEBUG, "{0} had ended: {1}", name, LibvirtCalls.lastError());
    }
    leave();
  }

  private boolean enter() {
    lock.lock();
    try {
      if (closed) {
        return false;
      }
      users++;
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** Libvirt would leave a call that is under way with freed memory: the last one frees. */
  private void leave() {
    lock.lock();
    try {
      if (--users > 0) {
        return;
      }
    } finally {
      lock.unlock();
    }
    LISTENING.remove(stream); // before another one can have this pointer
    LibvirtCalls.virStreamFree(stream);
    close(connection);
  }

  private static void close(LibvirtConnection connection) {
    try {
      connection.unregisterCloseListener();
    } catch (LibvirtException e) {
      LOG.log(Level.DEBUG, "a console''s connection had no listener: {0}", Refusals.words(e));
    }
    try {
      connection.close();
    } catch (LibvirtException e) {
      LOG.log(Level.DEBUG, "closing a console''s connection: {0}", Refusals.words(e));
    }
  }

  private static void requireDirect(ByteBuffer buffer) {
    if (!buffer.isDirect()) {
      throw new IllegalArgumentException(
          "a buffer in the heap; libvirt reads and writes direct ones");
    }
  }
}
