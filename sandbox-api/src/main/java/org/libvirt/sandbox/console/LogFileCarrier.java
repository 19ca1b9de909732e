package org.libvirt.sandbox.console;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.FileChannel;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;

/** A file that grows, from its beginning; it ends when it is removed. */
final class LogFileCarrier implements Carrier {
  private static final int WINDOW = 64 * 1024;

  private final Path file;
  private final FileChannel content;
  private final WatchService changes;

  private LogFileCarrier(Path file, FileChannel content, WatchService changes) {
    this.file = file;
    this.content = content;
    this.changes = changes;
  }

  static LogFileCarrier open(Path file) throws IOException {
    FileChannel content = FileChannel.open(file);
    try {
      WatchService changes = file.getFileSystem().newWatchService();
      try {
        Path directory = file.toAbsolutePath().resolveSibling(".").normalize();
        directory.register(
            changes, StandardWatchEventKinds.ENTRY_MODIFY, StandardWatchEventKinds.ENTRY_DELETE);
        return new LogFileCarrier(file, content, changes);
      } catch (IOException | RuntimeException e) {
        changes.close();
        throw e;
      }
    } catch (IOException | RuntimeException e) {
      content.close();
      throw e;
    }
  }

  /** What is written between a look at the file and the wait is a change that is waited for. */
  @Override
  public int read(ByteBuffer into) throws IOException {
    try {
      while (true) {
        boolean gone = Files.notExists(file);
        int count = content.read(into);
        if (count > 0 || gone) {
          return count;
        }
        awaitChange();
      }
    } catch (ClosedWatchServiceException e) {
      AsynchronousCloseException closed = new AsynchronousCloseException();
      closed.initCause(e);
      throw closed;
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
    try {
      changes.close();
    } finally {
      content.close();
    }
  }
}
