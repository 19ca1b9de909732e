package org.libvirt.sandbox.contract;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.libvirt.sandbox.EmbeddedLibvirt;
import org.libvirt.sandbox.HostDirectories;

/** What the sandboxes of one embedded daemon have on the host. Others' are not looked at. */
public final class Traces {
  private static final Pattern OF_ANY = Pattern.compile("");

  /** How libvirt calls the cgroup of a container or machine. */
  private static final Pattern OF_A_SANDBOX = Pattern.compile("/(lxc|qemu)-\\d+-");

  private final String daemon;

  private Traces(String daemon) {
    this.daemon = daemon;
  }

  public static Traces of(EmbeddedLibvirt libvirt) {
    String directory = libvirt.socket().getParent().getFileName().toString();
    return new Traces("sandbox-" + directory.replaceFirst("^daemon-", ""));
  }

  /** All that there is of a sandbox, a line each; empty when nothing is left. */
  public List<String> of(String name, UUID uuid) {
    var all = new ArrayList<String>();
    processes(OF_A_SANDBOX).forEach(process -> all.add("process " + process));
    cgroups(name).forEach(group -> all.add("cgroup " + group));
    if (read(Path.of("/proc/self/mounts")).contains(uuid.toString())) {
      all.add("mount of " + uuid);
    }
    Path state = HostDirectories.state().resolve(uuid.toString());
    if (Files.exists(state)) {
      all.add("directory " + state);
    }
    return all;
  }

  /** The command lines of the processes in the daemon's containers, or of its machines. */
  public List<String> sandboxProcesses() {
    return processes(OF_A_SANDBOX);
  }

  /** The command lines of the processes of the daemon and all its containers. */
  public List<String> processes() {
    return processes(OF_ANY);
  }

  /** The daemon's own libvirtd; its launcher, whose end is that of all, names the program, too. */
  public ProcessHandle libvirtd() {
    return process("/libvirtd\0--");
  }

  /** The process of the daemon or its sandboxes that has this in its command line. */
  public ProcessHandle process(String part) {
    return directories(OF_ANY)
        .filter(process -> read(process.resolve("cmdline")).contains(part))
        .flatMap(process -> ProcessHandle.of(Long.parseLong("" + process.getFileName())).stream())
        .findFirst()
        .orElseThrow();
  }

  /** The cgroups of the daemon's sandbox of this name. */
  public List<Path> cgroups(String name) {
    var groups = new ArrayList<Path>();
    collectGroups(Path.of("/sys/fs/cgroup"), groups);
    groups.removeIf(
        group ->
            !group.toString().contains("-" + name + ".libvirt-")
                || !group.toString().contains(daemon));
    return groups;
  }

  /** The network namespaces of the daemon and its containers; this test is in none of them. */
  public Set<String> networkNamespaces() {
    Set<String> namespaces =
        directories(OF_ANY).map(HostNetworks::namespace).collect(Collectors.toSet());
    namespaces.removeAll(Set.of(HostNetworks.namespace(Path.of("/proc/self")), ""));
    return namespaces;
  }

  private List<String> processes(Pattern below) {
    return directories(below)
        .map(process -> read(process.resolve("cmdline")).replace('\0', ' '))
        .toList();
  }

  private Stream<Path> directories(Pattern below) {
    return ProcessHandle.allProcesses()
        .map(process -> Path.of("/proc", Long.toString(process.pid())))
        .filter(process -> !read(process.resolve("stat")).contains(") Z "))
        .filter(
            process ->
                read(process.resolve("cgroup"))
                    .lines()
                    .anyMatch(line -> line.contains(daemon) && below.matcher(line).find()));
  }

  private static void collectGroups(Path group, List<Path> groups) {
    groups.add(group);
    // cgroups of others come and go while they are listed
    try (Stream<Path> below = Files.list(group)) {
      below.filter(Files::isDirectory).forEach(child -> collectGroups(child, groups));
    } catch (IOException | UncheckedIOException e) {
      if (Files.exists(group)) {
        throw new IllegalStateException("cannot list " + group, e);
      }
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return ""; // of a process that has ended
    }
  }
}
