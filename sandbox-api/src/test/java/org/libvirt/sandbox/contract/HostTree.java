package org.libvirt.sandbox.contract;

import static com.google.common.io.RecursiveDeleteOption.ALLOW_INSECURE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.attribute.PosixFilePermissions.fromString;
import static java.util.Objects.requireNonNull;

import com.google.common.io.MoreFiles;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A directory of the host in which a test makes what its sandboxes are given. They see it only
 * where they are given it: below another directory than {@code /tmp} each would see it in its root.
 */
public final class HostTree implements BeforeEachCallback, AfterEachCallback {
  private static final long IMAGE_BYTES = 16L << 20;

  /** An empty directory in each root that it has started a container in. */
  private static final String LEFT_BY_LIBVIRT = ".oldroot";

  private final Path base;
  private @Nullable Path top;

  private HostTree(Path base) {
    this.base = base;
  }

  /** One that no sandbox sees by itself. */
  public static HostTree hidden() {
    return new HostTree(Path.of("/tmp"));
  }

  /** One that all sandboxes on the host's root see, as read-only. */
  public static HostTree visible() {
    return new HostTree(Path.of("/srv"));
  }

  /** One below a directory of the host's own. */
  public static HostTree below(String base) {
    return new HostTree(Path.of(base));
  }

  @Override
  public void beforeEach(ExtensionContext context) throws IOException {
    top = Files.createTempDirectory(base, "sandbox-test-");
    Files.setPosixFilePermissions(top, fromString("rwxr-xr-x"));
  }

  @Override
  public void afterEach(ExtensionContext context) throws IOException {
    if (top != null) {
      MoreFiles.deleteRecursively(top, ALLOW_INSECURE);
    }
  }

  public Path top() {
    return requireNonNull(top, "it is there while a test runs");
  }

  /** The path of what may be there or not. */
  public Path path(String name) {
    return top().resolve(name);
  }

  /** A directory, made with those above it. */
  public Path directory(String name) throws IOException {
    return Files.createDirectories(path(name));
  }

  /** A directory that holds a {@code file} of one line. */
  public Path directoryWith(String name, String line) throws IOException {
    file(name + "/file", line + "\n");
    return path(name);
  }

  /** A file, made with the directories above it. */
  public Path file(String name, String content) throws IOException {
    Path file = path(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, content);
  }

  public Path link(String name, String target) throws IOException {
    return Files.createSymbolicLink(path(name), Path.of(target));
  }

  /** Gives a file or directory permissions. */
  public static Path allow(Path path, String permissions) throws IOException {
    return Files.setPosixFilePermissions(path, fromString(permissions));
  }

  /** A file of zeros. */
  public Path blank(String name, long bytes) throws IOException {
    Path file = path(name);
    try (var content = new RandomAccessFile(file.toFile(), "rw")) {
      content.setLength(bytes);
    }
    return file;
  }

  /** An image of an ext4 file system that holds nothing but {@code lost+found}. */
  public Path image(String name) throws Exception {
    return image(name, List.of());
  }

  /** An image of an ext4 file system that holds a copy of a directory. */
  public Path imageOf(String name, Path content) throws Exception {
    return image(name, List.of("-d", content.toString()));
  }

  private Path image(String name, List<String> options) throws Exception {
    Path image = blank(name, IMAGE_BYTES);
    List<String> command = new ArrayList<>(List.of("mkfs.ext4", "-q", "-F"));
    command.addAll(options);
    command.add(image.toString());
    command(command);
    return image;
  }

  /** Runs a program of the host that must succeed, and gives what it said. */
  public static String command(List<String> command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException(String.join(" ", command) + ": " + said);
    }
    return said;
  }

  /** All that lies below the top, by its path there, in order, but what libvirt leaves. */
  public List<String> content() throws IOException {
    try (var paths = Files.walk(top())) {
      return paths
          .filter(path -> !path.endsWith(LEFT_BY_LIBVIRT))
          .map(path -> top().relativize(path).toString())
          .skip(1)
          .sorted()
          .toList();
    }
  }
}
