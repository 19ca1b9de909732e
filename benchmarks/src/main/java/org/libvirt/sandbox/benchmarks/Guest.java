package org.libvirt.sandbox.benchmarks;

import com.google.common.base.Splitter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The memory of a container's own processes, without its program's, in KiB.
 *
 * @param proportional of supervisor and reaper
 * @param own of both, what they share with nobody
 * @param controller of libvirt's process on the host
 */
record Guest(long proportional, long own, long controller) {
  /** Of a sandbox that runs. */
  static Guest of(String name) throws IOException {
    ProcessHandle controller =
        ProcessHandle.allProcesses()
            .filter(process -> isController(process, name))
            .findFirst()
            .orElseThrow(() -> new IOException("no controller runs " + name));
    long proportional = 0;
    long own = 0;
    for (ProcessHandle process : controller.descendants().toList()) {
      if (isOurs(process)) {
        Memory memory = Memory.of(process.pid());
        proportional += memory.proportional();
        own += memory.own();
      }
    }
    return new Guest(proportional, own, Memory.of(controller.pid()).proportional());
  }

  private static boolean isController(ProcessHandle process, String name) {
    List<String> words = Splitter.on('\0').splitToList(read(process, "cmdline"));
    return words.get(0).endsWith("libvirt_lxc") && words.contains(name);
  }

  private static boolean isOurs(ProcessHandle process) {
    String command = read(process, "comm").strip();
    return command.equals("sandbox-reaper")
        || command.equals("init")
        || command.equals("sandbox-init");
  }

  /** Empty for one that has just ended. */
  private static String read(ProcessHandle process, String file) {
    try {
      return Files.readString(Path.of("/proc", Long.toString(process.pid()), file));
    } catch (IOException e) {
      return "";
    }
  }
}
