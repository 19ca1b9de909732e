package org.libvirt.sandbox.builder;

import com.google.common.base.Splitter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
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
 * process's root directory; and for each socket the other mounts of its file system are searched
 * for further names. What cannot be found this way is a relative name whose every holder has
 * changed its directory since.
 */
final class BoundSockets {
  private static final Path PROC = Path.of("/proc");
  private static final int INODE_FIELD = 6;
  private static final int FILE_TYPE = 0170000;
  private static final int SOCKET = 0140000;

  private final List<HostMount> mounts;
  private final Set<Path> found = new LinkedHashSet<>();

  /** Names by inode that say nothing by themselves. */
  private final Map<String, String> unresolved = new HashMap<>();

  BoundSockets(List<HostMount> mounts) {
    this.mounts = mounts;
  }

  Set<Path> find() throws IOException {
    List<Path> processes = processes();
    readTables(processes);
    if (!unresolved.isEmpty()) {
      processes.forEach(this::resolveByHolder);
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
      // bytes that are no UTF-8 are replaced, and then name no file: nothing better is to be had
      text = new String(Files.readAllBytes(process.resolve("net/unix")), StandardCharsets.UTF_8);
    } catch (IOException e) {
      if (Files.exists(process)) {
        throw e;
      }
      return; // the process has ended meanwhile
    }
    Splitter.on('\n').split(text).forEach(this::readLine);
  }

  /** Reads {@code NUM: REFCOUNT PROTOCOL FLAGS TYPE STATE INODE NAME}; NAME may hold blanks. */
  private void readLine(String line) {
    List<String> fields =
        Splitter.on(' ').omitEmptyStrings().limit(INODE_FIELD + 2).splitToList(line);
    if (fields.size() <= INODE_FIELD + 1) {
      return;
    }
    String name = fields.get(INODE_FIELD + 1);
    if (name.startsWith("@") || name.equals("Path")) {
      return; // an abstract name, which ends at the network namespace
    }
    if (!name.startsWith("/") || !add(name)) {
      unresolved.put("socket:[" + fields.get(INODE_FIELD) + "]", name);
    }
  }

  private void resolveByHolder(Path process) {
    try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(process.resolve("fd"))) {
      for (Path descriptor : descriptors) {
        String name =
            link(descriptor).map(target -> unresolved.get(target.toString())).orElse(null);
        if (name != null) {
          Optional<Path> start = link(process.resolve(name.startsWith("/") ? "root" : "cwd"));
          start.ifPresent(directory -> add(directory + "/" + name));
        }
      }
    } catch (IOException | DirectoryIteratorException e) {
      System.getLogger("org.libvirt.sandbox")
          .log(System.Logger.Level.DEBUG, "{0} ended while its sockets were read", process);
    }
  }

  /** Adds a socket under all its names; false if the name leads to no socket. */
  private boolean add(String name) {
    try {
      Path path = Path.of(name).toRealPath();
      if (!isSocket(path)) {
        return false;
      }
      if (found.add(path)) {
        addAliases(path);
      }
      return true;
    } catch (IOException | InvalidPathException e) {
      return false; // bound once and unlinked since: nobody can reach it by this name
    }
  }

  private void addAliases(Path path) {
    HostMount home = HostMount.holding(mounts, path).orElseThrow();
    Path inFileSystem = home.root().resolve(home.point().relativize(path));
    for (HostMount mount : mounts) {
      if (mount.device().equals(home.device()) && inFileSystem.startsWith(mount.root())) {
        Path alias = mount.point().resolve(mount.root().relativize(inFileSystem));
        if (isSocket(alias)) {
          found.add(alias);
        }
      }
    }
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
