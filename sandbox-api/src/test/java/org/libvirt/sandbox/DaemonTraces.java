package org.libvirt.sandbox;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * What one daemon has on the host: processes, cgroups, mounts, files. Others' are not looked at.
 */
final class DaemonTraces {
  private final Path directory;
  private final String id;

  DaemonTraces(Path directory) {
    this.directory = directory;
    this.id = directory.getFileName().toString().replaceFirst("^daemon-", "");
  }

  static DaemonTraces of(EmbeddedLibvirt libvirt) {
    return new DaemonTraces(libvirt.socket().getParent());
  }

  ProcessHandle outer() {
    return processes()
        .filter(p -> read(p, "cmdline").contains("\0run\0") && !isInCgroup(p))
        .findFirst()
        .orElseThrow();
  }

  ProcessHandle inner() {
    return outer().children().findFirst().orElseThrow();
  }

  ProcessHandle libvirtd() {
    return inner()
        .children()
        .filter(p -> read(p, "comm").strip().equals("libvirtd"))
        .findFirst()
        .orElseThrow();
  }

  /** The processes of its containers whose program has this name. */
  List<ProcessHandle> programs(String name) {
    return processes().filter(p -> read(p, "comm").strip().equals(name)).toList();
  }

  /** Everything, a line each; empty when nothing is left. */
  List<String> all() {
    var all = new ArrayList<String>();
    processes().forEach(p -> all.add("process " + p.pid() + " " + read(p, "cmdline")));
    cgroups().forEach(group -> all.add("cgroup " + group));
    if (readOwn("/proc/self/mounts").contains(id)) {
      all.add("mount");
    }
    if (Files.exists(directory)) {
      all.add("directory " + directory);
    }
    return all;
  }

  /** Its cgroups, with those of its containers. */
  List<Path> cgroups() {
    var groups = new ArrayList<Path>();
    collectGroups(Path.of("/sys/fs/cgroup"), groups);
    return groups;
  }

  private void collectGroups(Path group, List<Path> groups) {
    if (group.toString().contains("sandbox-" + id)) {
      groups.add(group);
    }
    // cgroups of others come and go while they are listed
    try (Stream<Path> below = Files.list(group)) {
      below.filter(Files::isDirectory).forEach(child -> collectGroups(child, groups));
    } catch (IOException | UncheckedIOException e) {
      if (Files.exists(group) && groups.contains(group)) {
        throw new IllegalStateException("cannot list " + group, e);
      }
    }
  }

  private Stream<ProcessHandle> processes() {
    return ProcessHandle.allProcesses()
        .filter(p -> !read(p, "stat").contains(") Z "))
        .filter(p -> read(p, "cmdline").contains(id) || isInCgroup(p))
        .filter(p -> p.pid() != ProcessHandle.current().pid());
  }

  private boolean isInCgroup(ProcessHandle process) {
    return read(process, "cgroup").contains("sandbox-" + id);
  }

  private static String read(ProcessHandle process, String file) {
    return readOwn("/proc/" + process.pid() + "/" + file);
  }

  private static String readOwn(String file) {
    try {
      return Files.readString(Path.of(file));
    } catch (IOException e) {
      // a process that has ended has none of it
      return "";
    }
  }
}
