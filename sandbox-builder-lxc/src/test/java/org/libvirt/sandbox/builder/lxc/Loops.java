package org.libvirt.sandbox.builder.lxc;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.libvirt.sandbox.contract.HostTree;

/** The loop devices of the host that stand for a file. */
final class Loops {
  private Loops() {}

  static List<String> of(Path file) throws IOException, InterruptedException {
    return HostTree.command(List.of("losetup", "--noheadings", "--output=NAME,BACK-FILE"))
        .lines()
        .filter(line -> line.contains(file.toString()))
        .toList();
  }
}
