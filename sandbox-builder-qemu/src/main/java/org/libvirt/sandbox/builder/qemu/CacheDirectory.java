package org.libvirt.sandbox.builder.qemu;

import com.google.common.base.Splitter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.libvirt.sandbox.HostLacksException;
import org.libvirt.sandbox.builder.StateLock;

/**
 * A directory of {@linkplain CacheEntry entries}, each made once and then used by everybody. An
 * entry is made under another name and then renamed, so that none is ever there in part.
 *
 * <p>When one is made, those go that nobody can use any more, and of each kind all but those used
 * last; not one that was used just now, as whoever asked for it may not have opened its files yet.
 */
final class CacheDirectory {
  private static final String UNFINISHED = "new-";
  private static final int KEPT_OF_A_KIND = 6;
  private static final Duration IN_USE = Duration.ofMinutes(10);

  /** Unpacking a kernel takes seconds, on a busy machine several times that. */
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final Path path;
  private final StateLock lock;

  /**
   * A cache's directory.
   *
   * @param path where it is; made where it is missing
   */
  CacheDirectory(Path path) {
    this.path = path;
    this.lock = new StateLock(path.resolve("lock"), PATIENCE);
  }

  /** Makes an entry. */
  interface Maker {
    /**
     * Writes an entry's files.
     *
     * @param directory where to, and nothing is there
     * @return the files that they were made of
     */
    List<Path> make(Path directory) throws IOException;
  }

  Path path() {
    return path;
  }

  /**
   * The directory of an entry, which is made if it is not there.
   *
   * @param kind a word that begins the entry's name
   * @param key what differs between entries whose content may differ
   * @param maker makes it
   * @throws HostLacksException if others could have put something into this cache
   */
  Path get(String kind, String key, Maker maker) throws IOException {
    CacheEntry entry = new CacheEntry(path.resolve(kind + "-" + key));
    if (!Files.isDirectory(entry.directory()) || !isUsable(entry)) {
      lock.during(
          () -> {
            checkOwner();
            if (!isUsable(entry)) {
              makeAlone(entry, maker);
            }
            return entry;
          });
    }
    return entry.directory();
  }

  private boolean isUsable(CacheEntry entry) throws IOException {
    if (!entry.isFresh()) {
      return false;
    }
    checkOwner();
    entry.use();
    return true;
  }

  /** A kernel is run with all that its machine may do. */
  private void checkOwner() throws IOException {
    PosixFileAttributes found = Files.readAttributes(path, PosixFileAttributes.class);
    if (!found.owner().equals(userOf(Path.of("/proc/self")))
        || found.permissions().contains(PosixFilePermission.GROUP_WRITE)
        || found.permissions().contains(PosixFilePermission.OTHERS_WRITE)) {
      throw new HostLacksException(
          "others can write to %s, from where virtual machines take their kernels; remove it"
              .formatted(path));
    }
  }

  private static UserPrincipal userOf(Path file) throws IOException {
    return Files.getOwner(file);
  }

  private void makeAlone(CacheEntry entry, Maker maker) throws IOException {
    sweep();
    Path unfinished = Files.createTempDirectory(path, UNFINISHED);
    CacheEntry made = new CacheEntry(unfinished);
    try {
      List<Path> sources = maker.make(unfinished);
      Files.setPosixFilePermissions(unfinished, PosixFilePermissions.fromString("rwxr-xr-x"));
      made.seal(sources);
      entry.delete();
      Files.move(unfinished, entry.directory(), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException | RuntimeException e) {
      deleteAfter(made, e);
      throw e;
    }
  }

  private static void deleteAfter(CacheEntry made, Exception failure) {
    try {
      made.delete();
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
  }

  /** Under the lock nobody else makes anything: what is unfinished will never be finished. */
  private void sweep() throws IOException {
    List<CacheEntry> finished = new ArrayList<>();
    for (Path directory : directories()) {
      CacheEntry entry = new CacheEntry(directory);
      if (name(directory).startsWith(UNFINISHED)) {
        entry.delete();
      } else if (!entry.wasUsedWithin(IN_USE)) {
        finished.add(entry);
      }
    }
    for (List<CacheEntry> ofKind : byKind(finished)) {
      sweep(ofKind);
    }
  }

  private static void sweep(List<CacheEntry> ofKind) throws IOException {
    int kept = 0;
    for (CacheEntry entry : ofKind) {
      if (kept < KEPT_OF_A_KIND - 1 && entry.isFresh()) {
        kept++;
      } else {
        entry.delete();
      }
    }
  }

  /** The one used last first. */
  private static Collection<List<CacheEntry>> byKind(List<CacheEntry> entries) throws IOException {
    List<Dated> dated = new ArrayList<>();
    for (CacheEntry entry : entries) {
      dated.add(new Dated(entry, entry.lastUse().toMillis()));
    }
    return dated.stream()
        .sorted(Comparator.comparingLong(Dated::lastUse).reversed())
        .map(Dated::entry)
        .collect(
            Collectors.groupingBy(
                entry -> Splitter.on('-').split(name(entry.directory())).iterator().next()))
        .values();
  }

  private record Dated(CacheEntry entry, long lastUse) {}

  private List<Path> directories() throws IOException {
    try (Stream<Path> found = Files.list(path)) {
      return found.filter(Files::isDirectory).toList();
    }
  }

  private static String name(Path directory) {
    return String.valueOf(directory.getFileName());
  }
}
