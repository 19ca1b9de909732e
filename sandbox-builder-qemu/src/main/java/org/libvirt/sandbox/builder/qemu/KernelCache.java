package org.libvirt.sandbox.builder.qemu;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.common.hash.Hasher;
import com.google.common.hash.Hashing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.libvirt.sandbox.HostDirectories;
import org.libvirt.sandbox.HostLacksException;
import org.libvirt.sandbox.NativeProgram;
import org.libvirt.sandbox.builder.IoProblem;

/**
 * The kernels and initial RAM disks that were made on this host, so that only the first machine of
 * a kernel makes them. Any number of threads and processes may use one cache at once.
 */
final class KernelCache {
  /** Changes whenever this library would make other files of the same input. */
  private static final String FORMAT = "3";

  private static final String KERNEL = "kernel";
  private static final String INITRD = "initrd";
  private static final String MODULES = "modules";
  private static final int KEY_LENGTH = 32;

  private static final Set<PosixFilePermission> FOR_ALL =
      PosixFilePermissions.fromString("r--r--r--");

  /** Of a kernel that others may not read either; libvirt gives QEMU's user a machine's copy. */
  private static final Set<PosixFilePermission> FOR_OWNER =
      PosixFilePermissions.fromString("r--------");

  private final CacheDirectory directory;

  /**
   * A cache.
   *
   * @param directory where it is kept; made where it is missing
   */
  KernelCache(Path directory) {
    this.directory = new CacheDirectory(directory);
  }

  /** The cache of this user on this host. */
  static KernelCache ofHost() {
    return new KernelCache(HostDirectories.cache().resolve("kernels"));
  }

  /**
   * What a machine boots, made now if it was not made before.
   *
   * @param kernel the kernel
   * @param config what the initial RAM disk is to hold
   * @param progress is told, in one line, what is being made; nothing if all is there
   * @throws HostLacksException if the kernel's files are damaged, or the cache cannot be written
   */
  BootFiles prepare(HostKernel kernel, InitrdConfig config, Consumer<String> progress) {
    try {
      Path kernelEntry =
          directory.get(
              "kernel",
              key(List.of(stamp(kernel.image()))),
              target -> {
                progress.accept(
                    "unpacking kernel %s for virtual machines, once".formatted(kernel.release()));
                return makeKernel(kernel, target.resolve(KERNEL));
              });
      Path initrdEntry =
          directory.get(
              "initrd",
              key(describe(config)),
              target -> {
                progress.accept(
                    "making the initial RAM disk of kernel %s, once".formatted(kernel.release()));
                return makeInitrd(config, target);
              });
      return new BootFiles(
          kernelEntry.resolve(KERNEL),
          new Initrd(
              initrdEntry.resolve(INITRD),
              ModuleList.parse(Files.readString(initrdEntry.resolve(MODULES))),
              List.of()));
    } catch (IOException e) {
      throw new HostLacksException(
          "cannot keep what virtual machines boot: %s; it takes up to 100 MiB in %s"
              .formatted(IoProblem.words(e), directory.path()),
          e);
    }
  }

  private static String stamp(Path file) {
    try {
      return FileStamp.of(file).text();
    } catch (IOException e) {
      throw new HostLacksException("cannot read the kernel's file " + IoProblem.words(e), e);
    }
  }

  private static String key(List<String> parts) {
    Hasher hasher = Hashing.sha256().newHasher().putString(FORMAT, UTF_8);
    parts.forEach(part -> hasher.putInt(part.length()).putString(part, UTF_8));
    return hasher.hash().toString().substring(0, KEY_LENGTH);
  }

  /** The init by its content: it is copied anew for each sandbox, and small. */
  private static List<String> describe(InitrdConfig config) throws IOException {
    byte[] init =
        config.init().isPresent()
            ? Files.readAllBytes(config.init().get())
            : NativeProgram.INIT.content();
    List<String> parts =
        new ArrayList<>(
            List.of(
                config.kernelRelease(),
                config.moduleDirectory().toString(),
                config.groups().toString(),
                Hashing.sha256().hashBytes(init).toString()));
    for (String index : ModuleIndex.FILES) {
      Path file = config.moduleDirectory().resolve(index);
      parts.add(Files.exists(file) ? stamp(file) : index);
    }
    return parts;
  }

  private static List<Path> makeKernel(HostKernel kernel, Path target) throws IOException {
    KernelImage.read(kernel.image()).writeTo(target);
    Files.setPosixFilePermissions(
        target,
        Files.getPosixFilePermissions(kernel.image()).contains(PosixFilePermission.OTHERS_READ)
            ? FOR_ALL
            : FOR_OWNER);
    return List.of(kernel.image());
  }

  private static List<Path> makeInitrd(InitrdConfig config, Path target) throws IOException {
    Initrd initrd = new InitrdBuilder(config).build(target.resolve(INITRD));
    Files.setPosixFilePermissions(initrd.file(), FOR_ALL);
    Path modules = Files.createFile(target.resolve(MODULES), CacheEntry.READABLE);
    Files.writeString(modules, initrd.modules().text());
    List<Path> sources = new ArrayList<>(initrd.sources());
    sources.add(config.moduleDirectory().resolve(ModuleIndex.FILES.get(0)));
    return sources;
  }
}
