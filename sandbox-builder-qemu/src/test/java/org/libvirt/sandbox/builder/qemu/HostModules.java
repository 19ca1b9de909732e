package org.libvirt.sandbox.builder.qemu;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.libvirt.sandbox.config.Kernel;

/** The modules of this host's newest kernel, and others in the place of some of them. */
final class HostModules {
  private HostModules() {}

  /**
   * Makes a directory of modules, of one release, whose module of one name was made for a kernel
   * with other options: whole as a file, and nothing that the kernel takes.
   *
   * @return the directory, for {@code kmodpath}
   */
  static Path withForeign(String module, Path directory) throws IOException {
    HostKernel kernel = KernelPlaces.ofHost().findOrNewest(Kernel.running());
    Path copy = Files.createDirectories(directory.resolve(kernel.release()));
    try (Stream<Path> indexes = Files.list(kernel.modules())) {
      for (Path index : indexes.filter(Files::isRegularFile).toList()) {
        Files.copy(index, copy.resolve(index.getFileName()));
      }
    }
    for (Path file : needed(kernel, directory.resolve("initrd"))) {
      Path path = kernel.modules().relativize(file);
      Path target = copy.resolve(path);
      Files.createDirectories(target.getParent());
      if (ModuleIndex.nameOfFile(path.toString()).equals(module)) {
        Files.write(target, foreign(file));
      } else {
        Files.copy(file, target);
      }
    }
    return directory;
  }

  /**
   * Makes a directory of modules, of one release, without those of images' file systems.
   *
   * @return the directory, for {@code kmodpath}
   */
  static Path withoutFileSystems(Path directory) throws IOException {
    withForeign("none", directory);
    HostKernel kernel = KernelPlaces.ofHost().findOrNewest(Kernel.running());
    Path copy = directory.resolve(kernel.release());
    Path index = copy.resolve("modules.dep");
    List<String> copied =
        Files.readAllLines(index).stream()
            .filter(line -> Files.exists(copy.resolve(line.substring(0, line.indexOf(':')))))
            .toList();
    Files.write(index, copied);
    return directory;
  }

  private static List<Path> needed(HostKernel kernel, Path initrd) {
    return new InitrdBuilder(GuestModules.of(kernel, GuestModules.MACHINE)).build(initrd).sources();
  }

  private static byte[] foreign(Path file) {
    String content = new String(ModuleFile.read(file).content(), ISO_8859_1);
    return content.replace(" mod_unload ", " mod_upload ").getBytes(ISO_8859_1);
  }
}
