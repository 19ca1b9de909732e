package org.libvirt.sandbox.builder;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.attribute.BasicFileAttributeView;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * A directory that is to be removed with all below it, part of which a sandbox's program has made:
 * perhaps symbolic links, which are not followed, and directories in one another without an end.
 *
 * <p>Neither the stack nor the open files of this process grow with their depth, as nothing is gone
 * down into: the directories that a directory holds are moved up to the top, where their turn comes
 * later.
 */
final class DirectoryTree {
  private static final Logger LOG = System.getLogger("org.libvirt.sandbox");

  private final Path top;

  /** Begins no name that is there, also where a former removal was cut short. */
  private final String prefix = "removed-%016x-".formatted(ThreadLocalRandom.current().nextLong());

  private long moved;
  private @Nullable IOException failure;

  private DirectoryTree(Path top) {
    this.top = top;
  }

  /**
   * Removes a directory. Another process may do the same, or have done it: an embedded daemon's end
   * takes the state directories of its sandboxes.
   *
   * @throws IOException if something in it cannot be removed, the first such failure; all else is
   *     gone then
   */
  static void remove(Path directory) throws IOException {
    try {
      new DirectoryTree(directory).remove();
    } catch (NoSuchFileException e) {
      LOG.log(Level.DEBUG, "{0} has gone meanwhile", directory);
    }
  }

  private void remove() throws IOException {
    long before;
    do {
      before = moved;
      failure = null; // what could not be removed is tried again, and said only if it stays so
      removeEntries();
    } while (moved > before);
    if (failure != null) {
      throw failure;
    }
    Files.delete(top);
  }

  private void removeEntries() throws IOException {
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(top)) {
      SecureDirectoryStream<Path> entries = secure(stream);
      for (Path entry : entries) {
        attempt(entry.getFileName(), name -> removeEntry(entries, name));
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
  }

  private void removeEntry(SecureDirectoryStream<Path> entries, Path name) throws IOException {
    if (isDirectory(entries, name)) {
      empty(entries, name);
      entries.deleteDirectory(name);
    } else {
      entries.deleteFile(name);
    }
  }

  private void empty(SecureDirectoryStream<Path> entries, Path name) throws IOException {
    try (SecureDirectoryStream<Path> below =
        entries.newDirectoryStream(name, LinkOption.NOFOLLOW_LINKS)) {
      for (Path entry : below) {
        attempt(entry.getFileName(), inner -> takeOut(below, inner, entries));
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
  }

  private void takeOut(
      SecureDirectoryStream<Path> below, Path name, SecureDirectoryStream<Path> entries)
      throws IOException {
    if (isDirectory(below, name)) {
      below.move(name, entries, Path.of(prefix + moved));
      moved++;
    } else {
      below.deleteFile(name);
    }
  }

  private void attempt(Path name, Removal removal) {
    try {
      removal.of(name);
    } catch (NoSuchFileException e) {
      // what was to be achieved
    } catch (IOException e) {
      failure = failure == null ? e : failure;
    }
  }

  private static boolean isDirectory(SecureDirectoryStream<Path> directory, Path name)
      throws IOException {
    return directory
        .getFileAttributeView(name, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
        .readAttributes()
        .isDirectory();
  }

  /** Linux has no others: by these, nothing that is swapped for a link leads elsewhere. */
  private SecureDirectoryStream<Path> secure(DirectoryStream<Path> stream) throws IOException {
    if (stream instanceof SecureDirectoryStream<Path> secure) {
      return secure;
    }
    throw new FileSystemException(
        top.toString(), null, "cannot be removed without following links");
  }

  /** What is done with one name. */
  private interface Removal {
    void of(Path name) throws IOException;
  }
}
