package org.libvirt.sandbox.builder.qemu;

import com.google.common.base.Splitter;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A directory of files that were made of other files. It says of what, so that it can be told
 * whether they would be the same today; when it was used last is its modification time.
 */
final class CacheEntry {
  private static final String CONTENTS = "contents";
  private static final String SOURCE = "source";
  private static final String FILE = "file";

  /** Of a file from its first moment on: with a umask of 0 everybody could write to it. */
  static final FileAttribute<Set<PosixFilePermission>> READABLE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-r--r--"));

  private final Path directory;

  /**
   * An entry, which may not exist.
   *
   * @param directory where its files are
   */
  CacheEntry(Path directory) {
    this.directory = directory;
  }

  Path directory() {
    return directory;
  }

  /**
   * Writes down what the files in the directory were made of, and has all of it on the disk when it
   * returns.
   *
   * @param sources the files that they were made of
   */
  void seal(List<Path> sources) throws IOException {
    List<String> lines = new ArrayList<>();
    for (Path source : sources) {
      lines.add(SOURCE + " " + FileStamp.of(source).text());
    }
    for (Path file : files()) {
      lines.add(FILE + " " + mark(file) + " " + file.getFileName());
    }
    Files.write(Files.createFile(directory.resolve(CONTENTS), READABLE), lines);
    for (Path file : files()) {
      try (FileChannel channel = FileChannel.open(file)) {
        channel.force(true);
      }
    }
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.sorted().toList();
    }
  }

  /**
   * What differs once a file's content was changed, if not by its owner. Not the time at which its
   * attributes were: libvirt notes in those of a machine's files whom they belong to, also where
   * QEMU's user is the owner. Another user of QEMU's never gets these files, but copies.
   */
  private static String mark(Path file) throws IOException {
    return Files.size(file) + " " + Files.getLastModifiedTime(file).to(TimeUnit.NANOSECONDS);
  }

  /** Whether all of it is there, unchanged, and made of what is still the same. */
  boolean isFresh() throws IOException {
    Path contents = directory.resolve(CONTENTS);
    return Files.exists(contents)
        && isProtected()
        && Files.readAllLines(contents).stream().allMatch(this::holds);
  }

  /** Whether nobody else can write to it. Whose its files are says nothing, see {@link #mark}. */
  private boolean isProtected() throws IOException {
    if (isWritableByOthers(directory)) {
      return false;
    }
    for (Path file : files()) {
      if (isWritableByOthers(file)) {
        return false;
      }
    }
    return true;
  }

  private static boolean isWritableByOthers(Path path) throws IOException {
    Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(path);
    return permissions.contains(PosixFilePermission.GROUP_WRITE)
        || permissions.contains(PosixFilePermission.OTHERS_WRITE);
  }

  private boolean holds(String line) {
    List<String> words = Splitter.on(' ').limit(2).splitToList(line);
    if (words.size() < 2) {
      return false;
    }
    return switch (words.get(0)) {
      case SOURCE -> new FileStamp(words.get(1)).holds();
      case FILE -> hasFile(words.get(1));
      default -> false;
    };
  }

  private boolean hasFile(String markAndName) {
    int end = markAndName.lastIndexOf(' ');
    Path file = directory.resolve(markAndName.substring(end + 1));
    try {
      return Files.isRegularFile(file) && markAndName.startsWith(mark(file) + " ");
    } catch (IOException e) {
      return false; // which is an answer
    }
  }

  /** Notes that it is used now. */
  void use() throws IOException {
    Files.setLastModifiedTime(directory, FileTime.from(Instant.now()));
  }

  FileTime lastUse() throws IOException {
    return Files.getLastModifiedTime(directory);
  }

  boolean wasUsedWithin(Duration time) throws IOException {
    return lastUse().toInstant().isAfter(Instant.now().minus(time));
  }

  /** Removes what is there of it. Its list goes first: what is left is not taken for whole. */
  void delete() throws IOException {
    Files.deleteIfExists(directory.resolve(CONTENTS));
    if (Files.isDirectory(directory)) {
      for (Path file : files()) {
        Files.delete(file);
      }
    }
    Files.deleteIfExists(directory);
  }
}
