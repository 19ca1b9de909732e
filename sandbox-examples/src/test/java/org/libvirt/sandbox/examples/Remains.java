package org.libvirt.sandbox.examples;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.libvirt.sandbox.HostDirectories;

/**
 * What of a sandbox, and of its embedded daemon if it had one, is on this host. Others' are not
 * looked at.
 */
final class Remains {
  private static final Path CGROUPS = Path.of("/sys/fs/cgroup");
  private static final Set<String> INTERFACES = virtualInterfaces();

  private final List<String> traits = new ArrayList<>();
  private final List<Path> directories = new ArrayList<>();

  /** Of a sandbox; libvirt shortens a longer name than 20 bytes in cgroups. */
  Remains(String name, UUID uuid) {
    traits.add(name);
    traits.add(uuid.toString());
    directories.add(HostDirectories.state().resolve(uuid.toString()));
  }

  /** Of an embedded daemon too, whose directory has this name. */
  void alsoOf(String daemon) {
    traits.add(daemon);
    traits.add(daemon.replaceFirst("^daemon-", "sandbox-"));
    directories.add(HostDirectories.state().resolve(daemon));
  }

  /** Everything, a line each; empty when nothing is left. */
  List<String> all() {
    return Stream.of(running(), directories()).flatMap(List::stream).toList();
  }

  /** What a dead process may not leave until the next start. */
  List<String> running() {
    List<String> found = new ArrayList<>();
    Set<Path> namespaces = new HashSet<>();
    ProcessHandle.allProcesses()
        .filter(process -> process.pid() != ProcessHandle.current().pid())
        .map(process -> Path.of("/proc", Long.toString(process.pid())))
        .forEach(
            process -> {
              if (isMine(read(process.resolve("cmdline")) + read(process.resolve("cgroup")))) {
                found.add("process " + process + " " + read(process.resolve("cmdline")));
              }
              if (namespaces.add(namespace(process))
                  && isMine(read(process.resolve("mountinfo")))) {
                found.add("mount seen by process " + process);
              }
            });
    collectGroups(CGROUPS, found);
    virtualInterfaces().stream()
        .filter(name -> !INTERFACES.contains(name))
        .forEach(name -> found.add("interface " + name));
    return found;
  }

  /** The directories below the one for states. */
  List<String> directories() {
    return directories.stream().filter(Files::exists).map(path -> "directory " + path).toList();
  }

  private void collectGroups(Path group, List<String> found) {
    // cgroups of others come and go while they are listed
    try (Stream<Path> below = Files.list(group)) {
      below
          .filter(child -> Files.isDirectory(child) && !Files.isSymbolicLink(child))
          .forEach(
              child -> {
                if (isMine(child.getFileName().toString())) {
                  found.add("cgroup " + child);
                }
                collectGroups(child, found);
              });
    } catch (IOException | UncheckedIOException e) {
      if (group.equals(CGROUPS)) {
        throw new IllegalStateException("cannot list " + group, e);
      }
    }
  }

  private boolean isMine(String text) {
    return traits.stream().anyMatch(text::contains);
  }

  private static Path namespace(Path process) {
    try {
      return Files.readSymbolicLink(process.resolve("ns/mnt"));
    } catch (IOException e) {
      return process; // it has ended
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file, StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      return ""; // a process that has ended has none of it
    }
  }

  private static Set<String> virtualInterfaces() {
    try {
      Set<String> names = new HashSet<>();
      NetworkInterface.networkInterfaces()
          .map(NetworkInterface::getName)
          .filter(name -> name.startsWith("veth") || name.startsWith("vnet"))
          .forEach(names::add);
      return names;
    } catch (SocketException e) {
      throw new UncheckedIOException(e);
    }
  }
}
