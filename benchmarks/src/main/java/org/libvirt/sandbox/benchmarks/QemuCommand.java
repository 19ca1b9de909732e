package org.libvirt.sandbox.benchmarks;

import com.google.common.base.Splitter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * What libvirt had QEMU started with for a sandbox.
 *
 * @param words the command line
 */
record QemuCommand(List<String> words) {
  QemuCommand {
    words = List.copyOf(words);
  }

  /**
   * That of a machine that runs now.
   *
   * @param name the sandbox's name
   */
  static QemuCommand ofMachine(String name) throws IOException {
    try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
      for (Path process : processes.filter(QemuCommand::isProcess).toList()) {
        List<String> words = Splitter.on('\0').splitToList(read(process.resolve("cmdline")));
        if (words.contains("guest=" + name + ",debug-threads=on")) {
          return new QemuCommand(words);
        }
      }
    }
    throw new IOException("no QEMU runs the machine " + name);
  }

  private static boolean isProcess(Path path) {
    return String.valueOf(path.getFileName()).chars().allMatch(Character::isDigit);
  }

  /** Empty for one that has just ended. */
  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return "";
    }
  }

  /** What follows an option. */
  String value(String option) {
    int place = words.indexOf(option);
    if (place < 0) {
      throw new IllegalStateException("QEMU was not given " + option + ": " + words);
    }
    return words.get(place + 1);
  }

  /**
   * The same machine with the least around it.
   *
   * @param initrd the RAM disk in place of this one's
   * @param task what its init is to do
   * @param socket where somebody listens for its port
   */
  List<String> bare(Path initrd, String task, Path socket) {
    String kernel = value("-append");
    List<String> bare = new ArrayList<>(List.of(words.get(0)));
    // libvirt has the memory made by an option of its own, which is QEMU's default spelt out
    bare.addAll(List.of("-machine", value("-machine").replaceAll(",memory-backend=[^,]*", "")));
    for (String option : List.of("-accel", "-cpu", "-kernel")) {
      bare.addAll(List.of(option, value(option)));
    }
    bare.addAll(List.of("-m", value("-m"), "-smp", value("-smp")));
    bare.addAll(List.of("-initrd", initrd.toString()));
    bare.addAll(List.of("-append", kernel.substring(0, kernel.indexOf(" -- ") + 4) + task));
    bare.addAll(List.of("-nodefaults", "-no-user-config", "-display", "none", "-no-reboot"));
    bare.addAll(List.of("-serial", "stdio"));
    bare.addAll(List.of("-device", "virtio-serial-pci"));
    bare.addAll(List.of("-chardev", "socket,id=port,path=" + socket));
    bare.addAll(List.of("-device", "virtserialport,nr=1,chardev=port,name=org.libvirt.sandbox.0"));
    bare.addAll(
        List.of("-fsdev", "local,id=root,path=/,security_model=none,multidevs=remap,readonly=on"));
    bare.addAll(List.of("-device", "virtio-9p-pci,fsdev=root,mount_tag=sandbox:root"));
    return bare;
  }
}
