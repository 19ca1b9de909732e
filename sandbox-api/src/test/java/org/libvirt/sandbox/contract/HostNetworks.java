package org.libvirt.sandbox.contract;

import java.io.IOException;
import java.net.NetworkInterface;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What of networks is on this host itself.
 *
 * @param interfaces the names of its interfaces
 * @param rules what it filters and translates, without counts
 */
public record HostNetworks(Set<String> interfaces, List<String> rules) {
  private static final List<List<String>> RULES =
      List.of(List.of("iptables-save"), List.of("ip6tables-save"), List.of("ebtables-save"));

  public static HostNetworks now() throws IOException, InterruptedException {
    Set<String> interfaces =
        NetworkInterface.networkInterfaces()
            .map(NetworkInterface::getName)
            .collect(Collectors.toSet());
    var rules = new StringBuilder();
    for (List<String> command : RULES) {
      rules.append(HostTree.command(command));
    }
    return new HostNetworks(
        interfaces,
        rules
            .toString()
            .lines()
            .filter(line -> !line.startsWith("#"))
            .map(line -> line.replaceAll("\\[\\d+:\\d+]", ""))
            .toList());
  }

  /**
   * The network namespaces that some process is in, but those of embedded daemons and of what
   * serves machines: another test's may be given the number of one that has just ended.
   */
  public static Set<String> namespaces() {
    return ProcessHandle.allProcesses()
        .map(process -> Path.of("/proc", Long.toString(process.pid())))
        .filter(process -> !isOfDaemon(process))
        .map(HostNetworks::namespace)
        .collect(Collectors.toSet());
  }

  private static boolean isOfDaemon(Path process) {
    try {
      return Files.readString(process.resolve("cgroup")).contains(":/sandbox-")
          || Files.readString(process.resolve("comm")).startsWith("virtiofsd");
    } catch (IOException e) {
      return true; // it has ended
    }
  }

  /**
   * The network namespace of a process; an empty text if it has ended.
   *
   * @param process its directory in /proc
   */
  public static String namespace(Path process) {
    try {
      return Files.readSymbolicLink(process.resolve("ns/net")).toString();
    } catch (IOException e) {
      return "";
    }
  }
}
