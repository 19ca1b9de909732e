package org.libvirt.sandbox.builder.lxc;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** A mount of this host from which nothing can be executed, for the tests of a class. */
final class SealedMount implements BeforeAllCallback, AfterAllCallback {
  private @Nullable Path point;

  @Override
  public void beforeAll(ExtensionContext context) throws IOException, InterruptedException {
    Path directory = Files.createTempDirectory(Path.of("/srv"), "sandbox-test-");
    command("mount", "-t", "tmpfs", "-o", "nosuid,nodev,noexec", "test", directory.toString());
    point = directory;
  }

  @Override
  public void afterAll(ExtensionContext context) throws IOException, InterruptedException {
    if (point != null) {
      command("umount", point.toString());
      Files.delete(point);
    }
  }

  Path point() {
    return requireNonNull(point, "it is mounted while a test runs");
  }

  private static void command(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException(String.join(" ", command) + ": " + said);
    }
  }
}
