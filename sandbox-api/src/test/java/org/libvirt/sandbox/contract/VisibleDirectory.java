package org.libvirt.sandbox.contract;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.AnnotatedElementContext;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.io.TempDirFactory;

/** Makes directories that sandboxes on the host's root see, as they do not see /tmp. */
public final class VisibleDirectory implements TempDirFactory {
  @Override
  public Path createTempDirectory(AnnotatedElementContext element, ExtensionContext context)
      throws IOException {
    Path directory = Files.createTempDirectory(Path.of("/var/lib"), "sandbox-test-");
    directory.toFile().setReadable(true, false);
    directory.toFile().setExecutable(true, false);
    return directory;
  }
}
