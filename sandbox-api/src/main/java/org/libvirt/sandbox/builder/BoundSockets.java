package org.libvirt.sandbox.builder;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.libvirt.sandbox.HostLacksException;

/**
 * The Unix sockets of this host that have a name in its file system.
 *
 * <p>{@code /proc/net/unix} lists those of one network namespace, with the name that was given to
 * {@code bind(2)}. So every network namespace of a process is asked; a relative name is completed
 * by the working directories of its processes, one that leads nowhere by their root directories,
 * and one of another mount namespace by that one's mounts, as far as they are writable there. For
 * the names of this process's own network namespace those of its mount namespace count in any
 * network. Where a name is no socket, but its directory is there, the socket may have been renamed:
 * then all of that directory count. For each socket the other mounts of its file system are
 * searched for further names.
 *
 * <p>So more may be found than was bound by these names, but nothing that is no socket. What the
 * processes hold is not read: it can be any number.
 *
 * <p>What cannot be found this way: a relative name that was given in a directory in which no
 * process of the network namespace is any more; a socket that was moved to another directory; one
 * whose name leads through a symbolic link in another mount namespace; one of a network namespace
 * that no process is in; one of another root or mount namespace, all of whose processes have gone
 * to another network namespace.
 */
final class BoundSockets {
  private static final Path PROC = Path.of("/proc");

  private final MountPoints mounts;
  private final Path proc;
  private final SearchTime time;
  private final ProcessView own;
  private final FoundSockets found;

  BoundSockets(List<HostMount> mounts) {
    this(mounts, PROC, SearchTime.begin());
  }

  /** With a {@code /proc} that lies elsewhere. */
  BoundSockets(List<HostMount> mounts, Path proc, SearchTime time) {
    this.mounts = new MountPoints(mounts);
    this.proc = proc;
    this.time = time;
    own = new ProcessView(proc.resolve("self"));
    found = new FoundSockets(mounts, time);
  }

  /**
   * Finds them.
   *
   * @throws HostLacksException if there are more than can be looked through in time
   */
  Set<Path> find() throws IOException {
    Map<Path, List<ProcessView>> networks = networks();
    Optional<Path> ownNetwork = own.network();
    boolean isAnyRead = false;
    for (Map.Entry<Path, List<ProcessView>> network : networks.entrySet()) {
      Optional<SocketNames> names = namesOf(network.getValue());
      isAnyRead |= names.isPresent();
      if (names.isPresent() && !names.get().areNone()) {
        SocketSearch search = searchFor(names.get());
        network.getValue().forEach(search::add);
        if (names.get().someAreUnresolved() && ownNetwork.equals(Optional.of(network.getKey()))) {
          neighbours(networks).forEach(search::add);
        }
      }
    }
    if (!isAnyRead && readNames(own).isEmpty()) {
      throw new NoSuchFileException(proc.resolve("self/net/unix").toString());
    }
    return found.all();
  }

  /** The processes by their network namespaces. */
  private Map<Path, List<ProcessView>> networks() throws IOException {
    Map<Path, List<ProcessView>> networks = new LinkedHashMap<>();
    long count = 0;
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(proc, "[0-9]*")) {
      for (Path entry : entries) {
        time.check(++count, "processes in", proc);
        ProcessView process = new ProcessView(entry);
        process
            .network()
            .ifPresent(name -> networks.computeIfAbsent(name, n -> new ArrayList<>()).add(process));
      }
    }
    return networks;
  }

  /** Asks one of the processes; empty if all have ended. */
  private Optional<SocketNames> namesOf(List<ProcessView> processes) throws IOException {
    for (ProcessView process : processes) {
      Optional<SocketNames> names = readNames(process);
      if (names.isPresent()) {
        return names;
      }
    }
    return Optional.empty();
  }

  /** Adds what the names mean to this process, and tells them; empty if the other has ended. */
  private Optional<SocketNames> readNames(ProcessView process) throws IOException {
    SocketTable table;
    try {
      table = SocketTable.read(process.process());
    } catch (IOException e) {
      if (process.network().isPresent()) {
        throw e;
      }
      return Optional.empty(); // one that nobody has waited for yet still has its directory
    }
    SocketNames names = new SocketNames();
    table.forEachName(
        time,
        name -> {
          if (name.isAbsolute() && found.add(name)) {
            names.add(name);
          } else {
            names.addUnresolved(name);
          }
        });
    return Optional.of(names);
  }

  private SocketSearch searchFor(SocketNames names) {
    return new SocketSearch(names, found, mounts, own.mountNamespace(), time);
  }

  /** Those of this process's mount namespace, whatever network they have gone to. */
  private List<ProcessView> neighbours(Map<Path, List<ProcessView>> networks) {
    return networks.values().stream()
        .flatMap(List::stream)
        .filter(process -> process.mountNamespace().equals(own.mountNamespace()))
        .toList();
  }
}
