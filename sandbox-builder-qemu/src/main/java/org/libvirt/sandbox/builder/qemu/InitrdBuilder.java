package org.libvirt.sandbox.builder.qemu;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import com.google.common.collect.ImmutableListMultimap;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.libvirt.sandbox.HostLacksException;
import org.libvirt.sandbox.NativeProgram;
import org.libvirt.sandbox.builder.IoProblem;

/**
 * Writes initial RAM disks: an uncompressed cpio archive of {@code init}, the modules' files,
 * uncompressed too, and the list {@code modules} of what to load in which order. That is the form
 * that a machine unpacks and loads fastest. The same input gives the same bytes.
 */
public final class InitrdBuilder {
  private static final int BUFFER = 1 << 18;

  private final InitrdConfig config;

  /**
   * A builder.
   *
   * @param config what is to be in the RAM disk
   */
  public InitrdBuilder(InitrdConfig config) {
    this.config = requireNonNull(config, "config");
  }

  /**
   * Writes the RAM disk.
   *
   * @param target the file to write, which must not exist; after an error it may be there in part
   * @return what was written
   * @throws HostLacksException if the kernel lacks a module of the group {@value
   *     InitrdConfig#BASE}, or its modules are damaged, or the file cannot be written
   */
  public Initrd build(Path target) {
    ModuleIndex index = ModuleIndex.read(config.moduleDirectory());
    Map<String, LoadOrder> orders = orders(index);
    checkBase(orders);
    byte[] init = init();
    try (OutputStream out = open(target)) {
      ModuleList list = list(orders);
      CpioArchive archive = new CpioArchive(out);
      archive.directory(".", 0755);
      archive.file("init", 0755, init);
      archive.file("modules", 0644, list.text().getBytes(UTF_8));
      Map<String, ModuleFile> modules = new LinkedHashMap<>();
      for (String path : paths(orders)) {
        ModuleFile module = ModuleFile.read(index.file(path));
        checkRelease(index.file(path), path, module);
        archive.file(fileName(path), 0644, module.content());
        modules.put(path, module.withoutContent());
      }
      archive.end();
      orders.values().forEach(order -> checkOrder(index, order, modules));
      return new Initrd(target, list, paths(orders).stream().map(index::file).toList());
    } catch (IOException e) {
      throw new HostLacksException("cannot write the initial RAM disk: " + IoProblem.words(e), e);
    }
  }

  private static OutputStream open(Path target) throws IOException {
    return new BufferedOutputStream(
        Files.newOutputStream(target, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
        BUFFER);
  }

  private Map<String, LoadOrder> orders(ModuleIndex index) {
    Map<String, LoadOrder> orders = new LinkedHashMap<>();
    config
        .groups()
        .forEach(
            (group, modules) -> {
              LoadOrder order = new LoadOrder(index);
              modules.forEach(order::add);
              orders.put(group, order);
            });
    return orders;
  }

  private void checkBase(Map<String, LoadOrder> orders) {
    List<String> missing = base(orders).missing();
    if (!missing.isEmpty()) {
      throw new HostLacksException(
          "kernel %s has no %s, neither in %s nor built in; use a distribution's kernel for virtual machines"
              .formatted(
                  config.kernelRelease(), String.join(", ", missing), config.moduleDirectory()));
    }
  }

  private static LoadOrder base(Map<String, LoadOrder> orders) {
    return requireNonNull(orders.get(InitrdConfig.BASE), "each config has the base");
  }

  private byte[] init() {
    if (config.init().isEmpty()) {
      return NativeProgram.INIT.content();
    }
    try {
      return Files.readAllBytes(config.init().get());
    } catch (IOException e) {
      throw new HostLacksException("cannot read the init " + IoProblem.words(e), e);
    }
  }

  /** What the base loads is there for every other group. */
  private static ModuleList list(Map<String, LoadOrder> orders) {
    List<String> base = base(orders).paths();
    var files = ImmutableListMultimap.<String, String>builder();
    var missing = ImmutableListMultimap.<String, String>builder();
    orders.forEach(
        (group, order) -> {
          order.paths().stream()
              .filter(path -> group.equals(InitrdConfig.BASE) || !base.contains(path))
              .forEach(path -> files.put(group, fileName(path)));
          missing.putAll(group, order.missing());
        });
    return new ModuleList(orders.keySet(), files.build(), missing.build());
  }

  private static Set<String> paths(Map<String, LoadOrder> orders) {
    Set<String> paths = new LinkedHashSet<>();
    orders.values().forEach(order -> paths.addAll(order.paths()));
    return paths;
  }

  private static String fileName(String path) {
    return ModuleIndex.nameOfFile(path) + ".ko";
  }

  /** Modules from elsewhere may fit several releases; the kernel's own fit theirs only. */
  private void checkRelease(Path file, String path, ModuleFile module) {
    Optional<String> release = module.release();
    if (path.startsWith("kernel/")
        && release.isPresent()
        && !release.get().equals(config.kernelRelease())) {
      throw new HostLacksException(
          "kernel module %s is of release %s and not of %s; install the kernel's package again"
              .formatted(file, release.get(), config.kernelRelease()));
    }
  }

  /** The guest has no modprobe: what modules.dep forgets would be an unknown symbol there. */
  private static void checkOrder(
      ModuleIndex index, LoadOrder order, Map<String, ModuleFile> modules) {
    Set<String> loaded = new HashSet<>();
    for (String path : order.paths()) {
      for (String need : requireNonNull(modules.get(path), path).needs()) {
        if (!loaded.contains(need) && !index.isBuiltIn(need)) {
          throw new HostLacksException(
              "%s does not say that %s needs %s; run 'depmod %s'"
                  .formatted(
                      index.directory().resolve("modules.dep"),
                      path,
                      need,
                      index.directory().getFileName()));
        }
      }
      loaded.add(ModuleIndex.nameOfFile(path));
    }
  }
}
