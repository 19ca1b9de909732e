package org.libvirt.sandbox;

import com.google.common.base.Splitter;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.LongFunction;

/**
 * Processes of this host among which a container's first one is: that has the id 1 in the innermost
 * of its PID namespaces, and is in fewer of them than any other that has.
 */
record ContainerProcesses(List<Long> ids) {
  private static final Logger LOG = System.getLogger("org.libvirt.sandbox");
  private static final Path PROC = Path.of("/proc");
  private static final String NAMESPACE_IDS = "NSpid:\t";

  /**
   * Those of a domain of an embedded daemon, whose process ids are not this host's: the kernel
   * translates what is read from a cgroup.
   *
   * @param list the file that names the daemon's cgroups
   */
  static ContainerProcesses inGroups(Path list, int domainId) {
    try {
      for (String group : Files.readAllLines(list)) {
        List<Long> ids = inGroup(Path.of(group, "machine"), domainId);
        if (!ids.isEmpty()) {
          return new ContainerProcesses(ids);
        }
      }
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "the cgroups of domain {0}: {1}", domainId, e.getMessage());
    }
    return new ContainerProcesses(List.of());
  }

  private static List<Long> inGroup(Path machine, int domainId) throws IOException {
    List<Long> ids = new ArrayList<>();
    if (Files.isDirectory(machine)) {
      try (DirectoryStream<Path> groups =
          Files.newDirectoryStream(machine, "lxc-" + domainId + "-*")) {
        for (Path group : groups) {
          Files.readAllLines(group.resolve("cgroup.procs")).stream()
              .map(Long::valueOf)
              .forEach(ids::add);
        }
      }
    }
    return ids;
  }

  /** Those of a domain of this host's own daemon, whose number is its controller's process id. */
  static ContainerProcesses childrenOf(int controller) {
    String id = Integer.toString(controller);
    try {
      String children = Files.readString(PROC.resolve(Path.of(id, "task", id, "children")));
      return new ContainerProcesses(
          Arrays.stream(children.split(" "))
              .filter(pid -> !pid.isBlank())
              .map(Long::valueOf)
              .toList());
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "the processes of domain {0}: {1}", controller, e.getMessage());
      return new ContainerProcesses(List.of());
    }
  }

  /**
   * The first process of the container: in a PID namespace inside of that the first one is another.
   */
  OptionalLong first() {
    return first(ContainerProcesses::namespaceIds);
  }

  /** By the ids that each process has in its namespaces, from the outermost to its own. */
  OptionalLong first(LongFunction<List<String>> namespaceIds) {
    long first = 0;
    int depth = Integer.MAX_VALUE;
    for (long id : ids) {
      List<String> own = namespaceIds.apply(id);
      if (own.size() < depth && !own.isEmpty() && own.get(own.size() - 1).equals("1")) {
        first = id;
        depth = own.size();
      }
    }
    return first == 0 ? OptionalLong.empty() : OptionalLong.of(first);
  }

  private static List<String> namespaceIds(long pid) {
    try {
      Path status = PROC.resolve(Path.of(Long.toString(pid), "status"));
      // its name is any bytes
      return Files.readAllLines(status, StandardCharsets.ISO_8859_1).stream()
          .filter(line -> line.startsWith(NAMESPACE_IDS))
          .findFirst()
          .map(line -> Splitter.on('\t').splitToList(line.substring(NAMESPACE_IDS.length())))
          .orElse(List.of());
    } catch (IOException e) {
      return List.of(); // it has ended
    }
  }
}
