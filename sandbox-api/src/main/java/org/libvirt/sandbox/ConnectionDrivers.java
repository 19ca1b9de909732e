package org.libvirt.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The modules that libvirtd loads its drivers from. It loads and starts all that it finds, before
 * it answers anybody; told of another directory, by {@code LIBVIRT_DRIVER_DIR}, it takes those.
 */
final class ConnectionDrivers {
  /** Where distributions install them, one directory a machine's architecture on Debian. */
  private static final List<Path> PLACES =
      List.of(
          Path.of("/usr/lib64/libvirt/connection-driver"),
          Path.of("/usr/lib/libvirt/connection-driver"));

  private static final Path DEBIAN = Path.of("/usr/lib");

  private ConnectionDrivers() {}

  /**
   * Makes a directory of links to the modules of some drivers; makes nothing where one of them is
   * not found: what is missing then, libvirtd says itself.
   */
  static void link(List<String> drivers, Path directory) throws IOException {
    List<String> modules = drivers.stream().map(ConnectionDrivers::module).toList();
    Optional<Path> place = placeOf(modules);
    if (place.isPresent()) {
      Files.createDirectory(directory);
      for (String module : modules) {
        Files.createSymbolicLink(directory.resolve(module), place.get().resolve(module));
      }
    }
  }

  /** Removes what {@link #link} made, if it did. */
  static void unlink(List<String> drivers, Path directory) throws IOException {
    for (String driver : drivers) {
      Files.deleteIfExists(directory.resolve(module(driver)));
    }
    Files.deleteIfExists(directory);
  }

  private static Optional<Path> placeOf(List<String> modules) throws IOException {
    try (Stream<Path> architectures = Files.list(DEBIAN)) {
      return Stream.concat(
              PLACES.stream(),
              architectures
                  .filter(directory -> directory.toString().contains("-linux-"))
                  .map(directory -> directory.resolve("libvirt/connection-driver")))
          .filter(
              place -> modules.stream().allMatch(module -> Files.isReadable(place.resolve(module))))
          .findFirst();
    }
  }

  private static String module(String driver) {
    return "libvirt_driver_" + driver + ".so";
  }
}
