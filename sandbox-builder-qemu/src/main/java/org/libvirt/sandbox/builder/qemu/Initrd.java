package org.libvirt.sandbox.builder.qemu;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** An initial RAM disk that was written, and what of the modules asked for is in it. */
public final class Initrd {
  private final Path file;
  private final ModuleList modules;
  private final List<Path> sources;

  /**
   * A RAM disk.
   *
   * @param sources the files of the modules in it
   */
  Initrd(Path file, ModuleList modules, List<Path> sources) {
    this.file = requireNonNull(file, "file");
    this.modules = requireNonNull(modules, "modules");
    this.sources = List.copyOf(sources);
  }

  /**
   * Where it is.
   *
   * @return an uncompressed cpio archive
   */
  public Path file() {
    return file;
  }

  /**
   * The groups of modules that the kernel has all of, in files or built in.
   *
   * @return their names
   */
  public Set<String> groups() {
    return modules.complete();
  }

  /**
   * The modules that the kernel lacks of a group.
   *
   * @param group the group's name
   * @return the modules' names; empty if the group is complete, or was not asked for
   */
  public List<String> missing(String group) {
    return List.copyOf(modules.missing().get(group));
  }

  /**
   * What the init loads for a group, in this order.
   *
   * @param group the group's name
   * @return names of files in the RAM disk; empty if all is built in, or the group was not asked
   *     for
   */
  public List<String> files(String group) {
    return List.copyOf(modules.files().get(group));
  }

  /** The list in it. */
  ModuleList modules() {
    return modules;
  }

  /** The files on this host that its modules were taken from. */
  List<Path> sources() {
    return sources;
  }
}
