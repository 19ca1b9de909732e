package org.libvirt.sandbox.builder.lxc;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.libvirt.sandbox.contract.HostTree;

/** A file tree that is just enough to run a shell in. */
final class SmallRoot {
  private static final List<String> PROGRAMS = List.of("/bin/sh", "/bin/cat", "/bin/ls");
  private static final Pattern LIBRARY = Pattern.compile("(/\\S+) \\(0x");

  private SmallRoot() {}

  /** Fills a directory with one. */
  static Path fill(Path root) throws IOException, InterruptedException {
    for (String directory : List.of("proc", "sys", "dev", "etc", "tmp", "run", "srv")) {
      Files.createDirectories(root.resolve(directory));
    }
    for (String program : PROGRAMS) {
      copy(program, root);
      Matcher libraries = LIBRARY.matcher(HostTree.command(List.of("ldd", program)));
      while (libraries.find()) {
        copy(libraries.group(1), root);
      }
    }
    Files.writeString(root.resolve("etc/motd"), "a small root\n");
    return root;
  }

  private static void copy(String file, Path root) throws IOException {
    Path copy = root.resolve(file.substring(1));
    if (Files.notExists(copy)) {
      Files.createDirectories(copy.getParent());
      Files.copy(Path.of(file).toRealPath(), copy);
    }
  }
}
