package org.libvirt.sandbox.domain;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The domains that the original libvirt-sandbox wrote, as files: any number, by their endings. */
final class GoldenDomains {
  private GoldenDomains() {}

  /** Returns the names of all files, in order. */
  static List<String> names() throws IOException, URISyntaxException {
    try (Stream<Path> files = Files.list(directory())) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".xml"))
          .sorted()
          .toList();
    }
  }

  /** Returns the content of one file. */
  static String read(String name) throws IOException, URISyntaxException {
    return Files.readString(directory().resolve(name));
  }

  private static Path directory() throws URISyntaxException {
    return Path.of(GoldenDomains.class.getResource("golden").toURI());
  }
}
