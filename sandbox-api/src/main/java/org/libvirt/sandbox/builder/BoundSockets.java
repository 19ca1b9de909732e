package org.libvirt.sandbox.builder;

import com.google.common.base.Splitter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

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
 * another mount namespace; one of a network namespace that no process is in.
 */
final class BoundSockets {
  private static final Path PROC = Path.of("/proc");
  private static final int INODE_FIELD = 6;
  private static final int FILE_TYPE = 0170000;
  private static final int SOCKET = 0140000;

  /** How many line feeds in a name are followed. */
  private static final int MOST_LINES = 8;

  private final List<HostMount> mounts;
  private final Optional<Path> ownNamespace = link(PROC.resolve("self/ns/mnt"));
  private final Set<Path> found = new LinkedHashSet<>();
  private final Set<Path> listed = new HashSet<>();

  /** All names by inode, one character a byte. */
  private final Map<String, String> names = new HashMap<>();

  /** Those inodes whose names say nothing by themselves. */
  private final Set<String> unresolved = new HashSet<>();

  BoundSockets(List<HostMount> mounts) {
    this.mounts = mounts;
  }

  Set<Path> find() throws IOException {
    List<Path> processes = processes();
    readTables(processes);
    for (Path process : processes) {
      boolean apart = !link(process.resolve("ns/mnt")).equals(ownNamespace);
      if (apart || !unresolved.isEmpty()) {
        resolveByHolder(process);
      }
    }
    return found;
  }

  private static List<Path> processes() throws IOException {
    List<Path> processes = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(PROC, "[0-9]*")) {
      entries.forEach(processes::add);
    }
    return processes;
  }

  private void readTables(List<Path> processes) throws IOException {
    Set<Path> namespaces = new HashSet<>();
    for (Path process : processes) {
      Optional<Path> namespace = link(process.resolve("ns/net"));
      if (namespace.isPresent() && namespaces.add(namespace.get())) {
        readTable(process);
      }
    }
    if (namespaces.isEmpty()) {
      readTable(PROC.resolve("self"));
    }
  }

  private void readTable(Path process) throws IOException {
    String text;
    try {
      text =
          new String(Files.readAllBytes(process.resolve("net/unix")), StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      if (Files.exists(process)) {
        throw e;
      }
      return; // the process has ended meanwhile
    }
    List<String> lines = Splitter.on('\n').splitToList(text);
    for (int i = 0; i < lines.size(); i++) {
      readLine(lines, i);
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

  /** Adds the socket of this name, which may go on in the lines that follow. */
  private boolean addWhole(String name, List<String> following) {
    StringBuilder whole = new StringBuilder(name);
    boolean added = add(name);
    for (String line : following.subList(0, Math.min(MOST_LINES, following.size()))) {
      if (added) {
        return true;
      }
      added = add(whole.append('\n').append(line).toString());
    }
    return added || addDirectoryOf(name);
  }

  private void resolveByHolder(Path process) {
    boolean apart = !link(process.resolve("ns/mnt")).equals(ownNamespace);
    try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(process.resolve("fd"))) {
      for (Path descriptor : descriptors) {
        String inode = link(descriptor).map(Path::toString).orElse("");
        String name = names.get(inode);
        if (name == null) {
          continue;
        }
        if (apart) {
          addForeign(process, name);
        }
        if (unresolved.contains(inode)) {
          Optional<Path> start = link(process.resolve(name.startsWith("/") ? "root" : "cwd"));
          start.ifPresent(directory -> addBelow(directory, name));
        }
      }
    } catch (IOException | DirectoryIteratorException e) {
      System.getLogger("org.libvirt.sandbox")
          .log(System.Logger.Level.DEBUG, "{0} ended while its sockets were read", process);
    }
  }

  private void addBelow(Path directory, String name) {
    String path = RawPath.toLatin1(directory) + "/" + name;
    if (!add(path)) {
      addDirectoryOf(path);
    }
  }

  /** Adds what a name of another mount namespace means, as far as this one shows it. */
  private void addForeign(Path process, String name) throws IOException {
    List<HostMount> theirs = HostMount.readOf(process.resolve("mountinfo"));
    Optional<Path> directory =
        name.startsWith("/") ? Optional.of(Path.of("/")) : link(process.resolve("cwd"));
    if (directory.isPresent()) {
      Path path = RawPath.of(RawPath.toLatin1(directory.get()) + "/" + name).normalize();
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

  /** Adds all sockets of a name's directory; false if there is no such directory. */
  private boolean addDirectoryOf(String name) {
    try {
      Path directory = RawPath.of(name.substring(0, name.lastIndexOf('/') + 1)).toRealPath();
      if (!listed.add(directory)) {
        return true;
      }
      try (DirectoryStream<Path> entries =
          Files.newDirectoryStream(directory, BoundSockets::isSocket)) {
        for (Path socket : entries) {
          found.add(socket);
          addAliases(socket);
        }
      }
      return true;
    } catch (IOException | DirectoryIteratorException e) {
      return false; // gone, or of another root or mount namespace
    }
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
