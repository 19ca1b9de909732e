package org.libvirt.sandbox.builder.qemu;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.libvirt.sandbox.HostDirectories;
import org.libvirt.sandbox.SandboxConnection;

/** What one machine has on this host, found by its UUID. */
record MachineTraces(UUID uuid) {
  /** Its processes and files, a line each; empty when nothing is left. */
  List<String> onHost() {
    List<String> all = new ArrayList<>();
    processes().forEach(process -> all.add("process " + process.pid()));
    Path state = HostDirectories.state().resolve(uuid.toString());
    if (Files.exists(state)) {
      all.add("directory " + state);
    }
    if (read(Path.of("/proc/self/mounts")).contains(uuid.toString())) {
      all.add("mount of " + uuid);
    }
    return all;
  }

  /** The same, and what libvirt knows of it. */
  List<String> all(SandboxConnection connection) {
    List<String> all = onHost();
    connection.findDomain(uuid).ifPresent(domain -> all.add("domain " + uuid));
    return all;
  }

  /** Its QEMU, which must run. */
  ProcessHandle qemu() {
    return process("qemu-system");
  }

  /** One of its processes that run a program of this name, or one that begins so. */
  ProcessHandle process(String program) {
    return processes()
        .filter(process -> read(process, "comm").startsWith(program))
        .findFirst()
        .orElseThrow();
  }

  private Stream<ProcessHandle> processes() {
    return ProcessHandle.allProcesses()
        .filter(process -> read(process, "cmdline").contains(uuid.toString()))
        .filter(process -> process.pid() != ProcessHandle.current().pid())
        .filter(process -> !read(process, "stat").contains(") Z "));
  }

  /** Stops a process as Ctrl-Z does, or has it go on. */
  static void signal(ProcessHandle process, String signal) {
    try {
      int status =
          new ProcessBuilder("kill", "-s", signal, Long.toString(process.pid()))
              .inheritIO()
              .start()
              .waitFor();
      if (status != 0) {
        throw new IllegalStateException("kill -s " + signal + " ended with " + status);
      }
    } catch (IOException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  static String read(ProcessHandle process, String file) {
    return read(Path.of("/proc", Long.toString(process.pid()), file));
  }

  private static String read(Path file) {
    try {
      return Files.readString(file, StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      return ""; // gone meanwhile: nothing is left of it
    }
  }
}
