package org.libvirt.sandbox.examples;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.libvirt.sandbox.HostDirectories;

/** What one sandbox has on this host, found by a name that no other has. */
final class Traces {
  private static final AtomicInteger COUNT = new AtomicInteger();

  private final String name = "it-" + ProcessHandle.current().pid() + "-" + COUNT.incrementAndGet();

  /** The name to be given to the sandbox. */
  String name() {
    return name;
  }

  /** All of it, a line each; empty when nothing is left. */
  List<String> all() {
    var all = new ArrayList<String>();
    stateDirectories().forEach(directory -> all.add("directory " + directory));
    ProcessHandle.allProcesses()
        .filter(this::belongs)
        .forEach(process -> all.add("process " + process.pid()));
    return all;
  }

  private boolean belongs(ProcessHandle process) {
    return !read(process, "stat").contains(") Z ")
        && (read(process, "cmdline").contains(name) || read(process, "cgroup").contains(name));
  }

  private List<Path> stateDirectories() {
    try (Stream<Path> entries = Files.list(HostDirectories.state())) {
      return entries.filter(entry -> read(entry.resolve("sandbox.cfg")).contains(name)).toList();
    } catch (NoSuchFileException e) {
      return List.of(); // the last that goes takes it along
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String read(ProcessHandle process, String file) {
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
