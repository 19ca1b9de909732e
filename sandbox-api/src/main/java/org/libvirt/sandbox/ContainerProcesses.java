package org.libvirt.sandbox;

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

/**
 * Processes of this host among which a container's first one is: that has the id 1 in the innermost
 * of its PID namespaces.
 */
record ContainerProcesses(List<Long> ids) {
  private static final Logger LOG = System.getLogger("org.libvirt.sandbox");
  private static final Path PROC = Path.of("/proc");

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

  /** The first process of the container. */
  OptionalLong first() {
    return ids.stream().filter(ContainerProcesses::isFirst).mapToLong(Long::longValue).findFirst();
  }

  private static boolean isFirst(long pid) {
    try {
      Path status = PROC.resolve(Path.of(Long.toString(pid), "status"));
      // its name is any bytes
      return Files.readAllLines(status, StandardCharsets.ISO_8859_1).stream()
          .anyMatch(line -> line.startsWith("NSpid:") && line.endsWith("\t1"));
    } catch (IOException e) {
      return false; // it has ended
    }
  }
}
