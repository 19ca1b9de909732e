package org.libvirt.sandbox.config;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** What libvirt-sandbox 0.8.0 wrote and read: the folders beside the tests. */
final class Recorded {
  private static final String SAVED = ".saved.cfg";
  private static final String LOADED = ".cfg";

  private Recorded() {}

  static Path path(String resource) {
    URL url = Recorded.class.getResource(resource);
    if (url == null) {
      throw new IllegalStateException("no resource " + resource);
    }
    try {
      return Path.of(new URI(url.toString()));
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The names of the files in a folder that can be loaded. */
  static List<String> names(String folder) throws IOException {
    try (Stream<Path> files = Files.list(path(folder))) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(LOADED) && !name.endsWith(SAVED))
          .map(name -> name.substring(0, name.length() - LOADED.length()))
          .sorted()
          .toList();
    }
  }

  static Path file(String folder, String name) {
    return path(folder).resolve(name + LOADED);
  }

  static boolean isSaved(String folder, String name) {
    return Files.exists(path(folder).resolve(name + SAVED));
  }

  /** What the original saved after it had loaded a file. */
  static String saved(String folder, String name) throws IOException {
    return Files.readString(path(folder).resolve(name + SAVED), UTF_8);
  }
}
