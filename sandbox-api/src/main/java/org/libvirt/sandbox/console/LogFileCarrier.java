package org.libvirt.sandbox.console;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.FileChannel;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A file that grows, from its beginning; it ends when it is removed. Where virtlogd writes it, it
 * is renamed at some size, to one with {@value #ROTATED} at the end of its name, and another one of
 * its name follows.
 */
final class LogFileCarrier implements Carrier {
  private static final int WINDOW = 64 * 1024;

  private static final String ROTATED = ".0";

  private final Path file;
  private final WatchService changes;
  private final Lock lock = new ReentrantLock();
  private boolean closed;
  private Opened opened;

  private LogFileCarrier(Path file, Opened opened, WatchService changes) {
    this.file = file;
    this.opened = opened;
    this.changes = changes;
  }

  /**
   * One file of the name.
   *
   * @param key tells it from the others
   */
  private record Opened(FileChannel content, Object key) {
    /** Java tells the key by the name alone, which may be another file's by the time. */
    static Opened of(Path file) throws IOException {
      while (true) {
        Object key = keyOf(file);
        FileChannel content = FileChannel.open(file);
        if (isStill(file, key)) {
          return new Opened(content, key);
        }
        content.close();
      }
    }

    static boolean isStill(Path file, Object key) throws IOException {
      try {
        return keyOf(file).equals(key);
      } catch (NoSuchFileException e) {
        return false;
      }
    }

    private static Object keyOf(Path file) throws IOException {
      return Files.readAttributes(file, BasicFileAttributes.class).fileKey();
    }
  }

  static LogFileCarrier open(Path file) throws IOException {
    Opened opened = Opened.of(file);
    try {
      WatchService changes = file.getFileSystem().newWatchService();
      try {
        Path directory = file.toAbsolutePath().resolveSibling(".").normalize();
        directory.register(
            changes,
            StandardWatchEventKinds.ENTRY_CREATE,
            StandardWatchEventKinds.ENTRY_MODIFY,
            StandardWatchEventKinds.ENTRY_DELETE);
        return new LogFileCarrier(file, opened, changes);
      } catch (IOException | RuntimeException e) {
        changes.close();
        throw e;
      }
    } catch (IOException | RuntimeException e) {
      opened.content().close();
      throw e;
    }
  }

  /**
   * What is written between a look at the file and the wait is a change that is waited for. A file
   * that has lost its name is written no more: what it has then is all.
   */
  @Override
  public int read(ByteBuffer into) throws IOException {
    try {
      while (true) {
        Standing standing = standing();
        int count = current().content().read(into);
        if (count > 0 || standing == Standing.GONE) {
          return count;
        }
        if (standing == Standing.FOLLOWED) {
          follow();
        } else {
          awaitChange();
        }
      }
    } catch (ClosedWatchServiceException e) {
      AsynchronousCloseException closed = new AsynchronousCloseException();
      closed.initCause(e);
      throw closed;
    }
  }

  /** What has become of the file that is open. */
  private enum Standing {
    WRITTEN,
    FOLLOWED,
    GONE
  }

  private Standing standing() throws IOException {
    Object key = current().key();
    if (Opened.isStill(file, key)) {
      return Standing.WRITTEN;
    }
    if (!Files.notExists(file)) {
      return Standing.FOLLOWED;
    }
    // the next one comes at once: a change to wait for
    boolean isRotated = Opened.isStill(file.resolveSibling(file.getFileName() + ROTATED), key);
    return isRotated ? Standing.WRITTEN : Standing.GONE;
  }

  private Opened current() {
    lock.lock();
    try {
      return opened;
    } finally {
      lock.unlock();
    }
  }

  private void follow() throws IOException {
    Opened next;
    try {
      next = Opened.of(file);
    } catch (NoSuchFileException e) {
      return; // that one has gone, too, which the next look tells
    }
    lock.lock();
    try {
      (closed ? next : opened).content().close();
      opened = next;
    } finally {
      lock.unlock();
    }
  }

  private void awaitChange() throws IOException {
    try {
      WatchKey changed = changes.take();
      changed.pollEvents();
      changed.reset();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      AsynchronousCloseException interrupted = new AsynchronousCloseException();
      interrupted.initCause(e);
      throw interrupted;
    }
  }

  @Override
  public void write(ByteBuffer bytes) throws IOException {
    throw new IOException("a log takes no input");
  }

  /** Nothing is written. */
  @Override
  public void shutdownOutput() {}

  @Override
  public int window() {
    return WINDOW;
  }

  @Override
  public void close() throws IOException {
    lock.lock();
    try {
      closed = true;
      changes.close();
    } finally {
      lock.unlock();
      current().content().close();
    }
  }
}
