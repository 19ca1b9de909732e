package org.libvirt.sandbox.guest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What a host lays ready for a sandbox, and mounts there read-only at /dev/sandbox. */
final class Store {
  private static final String AT = "/dev/sandbox/";

  private final Path directory;
  private final StringBuilder preparation = new StringBuilder();

  Store(Path directory) {
    this.directory = directory;
    bind(directory, "/dev/sandbox");
    readOnly("/dev/sandbox");
  }

  /** A mount that the sandbox shares with its host. */
  Store bind(Path source, String target) {
    preparation.append("mount --bind ").append(source).append(' ').append(target).append('\n');
    return this;
  }

  Store readOnly(String target) {
    preparation.append("mount -o remount,bind,ro ").append(target).append('\n');
    return this;
  }

  /** Lays a file ready; where it is to be found in the sandbox. */
  String file(String name, String content) throws IOException {
    Path file = directory.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, content);
    return AT + name;
  }

  /** Lays a directory ready; where it is to be found in the sandbox. */
  String directory(String name) throws IOException {
    Files.createDirectories(directory.resolve(name));
    return AT + name;
  }

  Path path(String name) {
    return directory.resolve(name);
  }

  Guest guest(InitBuild build) throws IOException {
    return Guest.greeted(build, preparation.toString());
  }

  Outcome run(InitBuild build, LaunchRecord record) throws IOException {
    try (var guest = guest(build)) {
      return guest.run(record);
    }
  }

  /** The error that a record ends in. */
  String failure(InitBuild build, LaunchRecord record) throws IOException {
    try (var guest = guest(build)) {
      return guest.refusalOf(record).text(8);
    }
  }
}
