package org.libvirt.sandbox.builder;

import static java.util.Objects.requireNonNull;

import com.google.common.base.Splitter;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.libvirt.sandbox.HostLacksException;

/**
 * The Unix sockets of this host that have a name in its file system.
 *
 * <p>{@code /proc/net/unix} lists those of one network namespace, with the name that was given to
 * {@code bind(2)}. So every network namespace of a process is asked; a relative name is completed
 * by the working directory of a process that holds the socket, one that leads nowhere by such a
 * process's root directory, and one that was given in another mount namespace by that one's mounts.
 * Where a name is no socket, but its directory is there, the socket may have been renamed: then all
 * of that directory count. For each socket the other mounts of its file system are searched for
 * further names.
 *
 * <p>What cannot be found this way: a relative name whose every holder has changed its directory
 * since; a socket that was moved to another directory; one that leads through a symbolic link in
 * another mount namespace; one of a network namespace that no process is in; one of another mount
 * namespace, all of whose holders there have gone to a network namespace without names.
 */
final class BoundSockets {
  private static final Path PROC = Path.of("/proc");
  private static final int INODE_FIELD = 6;

  /** The bytes of half a million sockets, and what this process's heap can stand. */
  private static final int MOST_TABLE = 32 << 20;

  private static final int FILE_TYPE = 0170000;
  private static final int SOCKET = 0140000;

  /** How a line of the table begins; a part of a name may look the same. */
  private static final Pattern TABLE_LINE = Pattern.compile("[0-9a-f]{8,16}: ");

  /** How many line feeds in a name are followed. */
  private static final int MOST_LINES = 8;

  private final List<HostMount> mounts;
  private final Path proc;
  private final SearchTime time;
  private final Optional<Path> ownNamespace;
  private final Set<Path> found = new LinkedHashSet<>();

  /** Where the directories of names lie, by their names; empty: they are not on this host. */
  private final Map<String, Optional<Path>> directories = new HashMap<>();

  /** Directories all of whose sockets have been added, with what {@link #addAllOf} says. */
  private final Map<Path, Set<String>> listed = new HashMap<>();

  /** All names by inode, one character a byte. */
  private final Map<String, String> names = new HashMap<>();

  /**
   * Sockets that were looked for in other mount namespaces, each with what its name depends on: a
   * sandbox can have thousands of processes that hold the same ones.
   */
  private final Set<String> asked = new HashSet<>();

  /** Network namespaces in which no socket has a name. */
  private final Set<Path> nameless = new HashSet<>();

  /** Those inodes whose names say nothing by themselves. */
  private final Set<String> unresolved = new HashSet<>();

  BoundSockets(List<HostMount> mounts) {
    this(mounts, PROC, SearchTime.begin());
  }

  /** With a {@code /proc} that lies elsewhere. */
  BoundSockets(List<HostMount> mounts, Path proc, SearchTime time) {
    this.mounts = mounts;
    this.proc = proc;
    this.time = time;
    ownNamespace = link(proc.resolve("self/ns/mnt"));
  }

  /**
   * Finds them.
   *
   * @throws HostLacksException if there are more than can be looked through in time
   */
  Set<Path> find() throws IOException {
    List<Path> processes = processes();
    readTables(processes);
    boolean someAreRelative =
        unresolved.stream().anyMatch(inode -> !requireNonNull(names.get(inode)).startsWith("/"));
    for (Path process : processes) {
      boolean apart = seesNames(process) && !link(process.resolve("ns/mnt")).equals(ownNamespace);
      if (apart || someAreRelative || (!unresolved.isEmpty() && hasOtherRoot(process))) {
        resolveByHolder(process);
      }
    }
    return found;
  }

  /** False in a network namespace without names, as most containers have it. */
  private boolean seesNames(Path process) {
    return !link(process.resolve("ns/net")).map(nameless::contains).orElse(false);
  }

  /**
   * Whether a process could mean by an absolute name another place than this one does. Most do not,
   * and to look through what all of a host's processes hold takes tens of milliseconds.
   */
  private static boolean hasOtherRoot(Path process) {
    return link(process.resolve("root")).filter(root -> root.getParent() != null).isPresent();
  }

  private List<Path> processes() throws IOException {
    List<Path> processes = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(proc, "[0-9]*")) {
      entries.forEach(processes::add);
    }
    return processes;
  }

  private void readTables(List<Path> processes) throws IOException {
    Set<Path> namespaces = new HashSet<>();
    for (Path process : processes) {
      Optional<Path> namespace = link(process.resolve("ns/net"));
      if (namespace.isEmpty() || namespaces.contains(namespace.get())) {
        continue;
      }
      int before = names.size();
      if (!readTable(process)) {
        continue; // the next one of its namespace is asked
      }
      namespaces.add(namespace.get());
      if (names.size() == before) {
        nameless.add(namespace.get());
      }
    }
    if (namespaces.isEmpty() && !readTable(proc.resolve("self"))) {
      throw new NoSuchFileException(proc.resolve("self/net/unix").toString());
    }
  }

  /** False if the process has ended meanwhile. */
  private boolean readTable(Path process) throws IOException {
    String text;
    try {
      text = tableOf(process);
    } catch (IOException e) {
      if (link(process.resolve("ns/net")).isPresent()) {
        throw e;
      }
      return false; // one that nobody has waited for yet still has its directory
    }
    List<String> lines = Splitter.on('\n').splitToList(text);
    for (int i = 0; i < lines.size(); i++) {
      time.check(process, "sockets of the network", i);
      readLine(lines, i);
    }
    return true;
  }

  private static String tableOf(Path process) throws IOException {
    try (InputStream table = Files.newInputStream(process.resolve("net/unix"))) {
      byte[] bytes = table.readNBytes(MOST_TABLE + 1);
      if (bytes.length > MOST_TABLE) {
        throw new HostLacksException(
            "the network of process %s has more Unix sockets than can be looked through; end what holds them"
                .formatted(process.getFileName()));
      }
      return new String(bytes, StandardCharsets.ISO_8859_1);
    }
  }

  /** Reads {@code NUM: REFCOUNT PROTOCOL FLAGS TYPE STATE INODE NAME}; NAME may hold blanks. */
  private void readLine(List<String> lines, int index) {
    List<String> fields =
        Splitter.on(' ').omitEmptyStrings().limit(INODE_FIELD + 2).splitToList(lines.get(index));
    if (fields.size() <= INODE_FIELD + 1) {
      return;
    }
    String name = fields.get(INODE_FIELD + 1);
    if (name.startsWith("@") || name.equals("Path")) {
      return; // an abstract name, which ends at the network namespace
    }
    String inode = "socket:[" + fields.get(INODE_FIELD) + "]";
    names.put(inode, name);
    if (!name.startsWith("/") || !addWhole(name, lines.subList(index + 1, lines.size()))) {
      unresolved.add(inode);
    }
  }

  /**
   * Adds the socket of this name, which may go on in the lines that follow; false if there is no
   * such directory. Names of other sandboxes are of that kind, and there may be tens of thousands:
   * one costs no more than a look at the directories that are known.
   */
  private boolean addWhole(String name, List<String> following) {
    Optional<Path> directory = directories.computeIfAbsent(directoryOf(name), BoundSockets::real);
    if (directory.isEmpty()) {
      return false;
    }
    boolean ends = following.isEmpty() || TABLE_LINE.matcher(following.get(0)).lookingAt();
    if (!listed.containsKey(directory.get()) && add(name) && ends) {
      return true;
    }
    if (addAllOf(directory.get()).contains(name.substring(name.lastIndexOf('/') + 1))) {
      addLonger(name, following);
    }
    return true;
  }

  private static String directoryOf(String name) {
    return name.substring(0, name.lastIndexOf('/') + 1);
  }

  private static Optional<Path> real(String directory) {
    try {
      return Optional.of(RawPath.of(directory).toRealPath());
    } catch (IOException e) {
      return Optional.empty(); // gone, or of another root or mount namespace
    }
  }

  private void addLonger(String name, List<String> following) {
    StringBuilder whole = new StringBuilder(name);
    for (String line : following.subList(0, Math.min(MOST_LINES, following.size()))) {
      if (add(whole.append('\n').append(line).toString())) {
        return;
      }
    }
  }

  private void resolveByHolder(Path process) {
    Set<String> held = new LinkedHashSet<>();
    try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(process.resolve("fd"))) {
      long count = 0;
      for (Path descriptor : descriptors) {
        time.check(process, "open files", ++count);
        link(descriptor).map(Path::toString).filter(names::containsKey).ifPresent(held::add);
      }
      if (!held.isEmpty() && !link(process.resolve("ns/mnt")).equals(ownNamespace)) {
        addForeign(process, held);
      }
    } catch (AccessDeniedException e) {
      return; // another user's, which is most of them where this process is not root's
    } catch (IOException | DirectoryIteratorException e) {
      System.getLogger("org.libvirt.sandbox")
          .log(System.Logger.Level.DEBUG, "{0} ended while its sockets were read", process);
    }
    held.retainAll(unresolved);
    if (!held.isEmpty()) {
      addBelow(link(process.resolve("root")), link(process.resolve("cwd")), held);
    }
  }

  private void addBelow(Optional<Path> root, Optional<Path> current, Set<String> inodes) {
    Optional<String> rootName = root.map(BoundSockets::asPrefix);
    Optional<String> currentName = current.map(BoundSockets::asPrefix);
    for (String inode : inodes) {
      String name = requireNonNull(names.get(inode));
      if (name.startsWith("/")) {
        rootName.ifPresent(prefix -> addWhole(prefix + name.substring(1), List.of()));
      } else {
        currentName.ifPresent(prefix -> addWhole(prefix + name, List.of()));
      }
    }
  }

  private static String asPrefix(Path directory) {
    String name = RawPath.toLatin1(directory);
    return name.endsWith("/") ? name : name + "/";
  }

  /** Adds what names of another mount namespace mean, as far as this one shows it. */
  private void addForeign(Path process, Set<String> inodes) throws IOException {
    List<HostMount> theirs = HostMount.readOf(process.resolve("mountinfo"));
    String directory = link(process.resolve("cwd")).map(RawPath::toLatin1).orElse("");
    String view = link(process.resolve("ns/mnt")) + " " + link(process.resolve("root")) + " ";
    for (String inode : inodes) {
      String name = requireNonNull(names.get(inode));
      if (!asked.add(view + (name.startsWith("/") ? "" : directory) + inode)) {
        continue;
      }
      Path path = RawPath.of(name.startsWith("/") ? name : directory + "/" + name).normalize();
      HostMount.holding(theirs, path).stream()
          .flatMap(mount -> mount.aliases(mounts, path).stream())
          .filter(BoundSockets::isSocket)
          .forEach(found::add);
    }
  }

  /** Adds a socket under all its names; false if the name leads to no socket. */
  private boolean add(String name) {
    try {
      Path path = RawPath.of(name).toRealPath();
      if (!isSocket(path)) {
        return false;
      }
      if (found.add(path)) {
        addAliases(path);
      }
      return true;
    } catch (IOException e) {
      return false; // bound once and unlinked since: nobody can reach it by this name
    }
  }

  /**
   * Adds all sockets of a directory.
   *
   * @return the first lines of those names in it that have more than one
   */
  private Set<String> addAllOf(Path directory) {
    Set<String> known = listed.get(directory);
    if (known != null) {
      return known;
    }
    Set<String> firstLines = new HashSet<>();
    listed.put(directory, firstLines);
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
      for (Path entry : entries) {
        if (isSocket(entry) && found.add(entry)) {
          addAliases(entry);
        }
        firstLineOf(entry).ifPresent(firstLines::add);
      }
    } catch (IOException | DirectoryIteratorException e) {
      System.getLogger("org.libvirt.sandbox")
          .log(System.Logger.Level.DEBUG, "{0} went away while its sockets were read", directory);
    }
    return firstLines;
  }

  private static Optional<String> firstLineOf(Path entry) {
    if (entry.toString().indexOf('\n') < 0) {
      return Optional.empty();
    }
    String path = RawPath.toLatin1(entry);
    String name = path.substring(path.lastIndexOf('/') + 1);
    int end = name.indexOf('\n');
    return end < 0 ? Optional.empty() : Optional.of(name.substring(0, end));
  }

  private void addAliases(Path path) {
    HostMount.holding(mounts, path).stream()
        .flatMap(mount -> mount.aliases(mounts, path).stream())
        .filter(BoundSockets::isSocket)
        .forEach(found::add);
  }

  private static boolean isSocket(Path path) {
    try {
      int mode = (int) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS);
      return (mode & FILE_TYPE) == SOCKET;
    } catch (IOException e) {
      return false; // hidden by another mount
    }
  }

  private static Optional<Path> link(Path path) {
    try {
      return Optional.of(Files.readSymbolicLink(path));
    } catch (IOException e) {
      return Optional.empty(); // the process has ended, or is a kernel thread
    }
  }
}
