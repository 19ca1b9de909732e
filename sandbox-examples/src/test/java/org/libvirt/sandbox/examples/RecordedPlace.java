package org.libvirt.sandbox.examples;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.Gson;
import java.io.IOException;
import java.io.Reader;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The files that were there when libvirt-sandbox 0.8.0's runs were recorded. */
record RecordedPlace(Map<String, File> files) {
  /** One of them: a text, or what is told in words. */
  record File(@Nullable String mode, @Nullable String text, @Nullable String what) {}

  static Path resource(String name) {
    URL url = RecordedPlace.class.getResource("recorded/" + name);
    if (url == null) {
      throw new IllegalStateException("no resource recorded/" + name);
    }
    try {
      return Path.of(url.toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Makes all of them in a directory. */
  static void fill(Path directory) throws IOException {
    try (Reader reader = Files.newBufferedReader(resource("cli-fixtures.json"), UTF_8)) {
      for (var file : new Gson().fromJson(reader, RecordedPlace.class).files.entrySet()) {
        make(directory, file.getKey(), file.getValue());
      }
    }
  }

  private static void make(Path directory, String name, File file) throws IOException {
    Path path = directory.resolve(name);
    Files.createDirectories(path.getParent());
    if (file.text() != null) {
      Files.writeString(path, file.text().replace(RecordedRun.PLACE, directory.toString()), UTF_8);
    } else if (path.toString().endsWith(".img")) {
      makeImage(path);
    } else {
      Files.createDirectory(path);
    }
    if (file.mode() != null) {
      int mode = Integer.parseInt(file.mode(), 8);
      Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(letters(mode)));
    }
  }

  private static void makeImage(Path path) {
    var made = Shell.run("truncate -s 8M \"$1\" && mkfs.ext4 -q \"$1\"", path.toString());
    if (made.status() != 0) {
      throw new IllegalStateException(made.err());
    }
  }

  private static String letters(int mode) {
    var letters = new StringBuilder("rwxrwxrwx");
    for (int bit = 0; bit < letters.length(); bit++) {
      if ((mode >> (letters.length() - 1 - bit) & 1) == 0) {
        letters.setCharAt(bit, '-');
      }
    }
    return letters.toString();
  }
}
