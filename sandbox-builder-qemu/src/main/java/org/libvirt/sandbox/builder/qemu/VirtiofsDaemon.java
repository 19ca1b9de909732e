package org.libvirt.sandbox.builder.qemu;

import com.google.common.base.Splitter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.libvirt.sandbox.HostLacksException;
import org.libvirt.sandbox.ProcessRights;
import org.libvirt.sandbox.builder.IoProblem;

/** Where distributions keep virtiofsd, and what it takes to run it. */
final class VirtiofsDaemon {
  /** Debian 12 has it with QEMU, Debian 13 and the others by itself. */
  private static final List<Path> PLACES =
      List.of(
          Path.of("/usr/libexec/virtiofsd"),
          Path.of("/usr/lib/virtiofsd"),
          Path.of("/usr/lib/qemu/virtiofsd"));

  private static final Splitter DIRECTORIES = Splitter.on(':').omitEmptyStrings();

  private VirtiofsDaemon() {}

  /** The program; a user's own, on PATH, comes last. */
  static Optional<Path> find() {
    String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
    return Stream.concat(
            PLACES.stream(),
            DIRECTORIES.splitToStream(path).map(name -> Path.of(name).resolve("virtiofsd")))
        .filter(Path::isAbsolute)
        .filter(Files::isExecutable)
        .findFirst();
  }

  /** Why it cannot be run; empty where nothing is known against it. */
  static Optional<String> obstacle() {
    if (find().isEmpty()) {
      return Optional.of(
          "this host has no virtiofsd, neither on PATH nor as %s (on Debian 12 it is in qemu-system-common, elsewhere in virtiofsd)"
              .formatted(PLACES.get(0)));
    }
    return ProcessRights.ofThisProcess().mayMount()
        ? Optional.empty()
        : userNamespaceObstacle(Path.of("/proc/sys"));
  }

  /**
   * Why a user without rights gets no user namespace; empty where no setting says so.
   *
   * @param settings where the kernel has them
   */
  static Optional<String> userNamespaceObstacle(Path settings) {
    return refused(settings.resolve("user/max_user_namespaces"), "0")
        .or(() -> refused(settings.resolve("kernel/unprivileged_userns_clone"), "0"))
        .or(() -> refused(settings.resolve("kernel/apparmor_restrict_unprivileged_userns"), "1"));
  }

  private static Optional<String> refused(Path setting, String value) {
    try {
      boolean refuses =
          Files.isReadable(setting) && Files.readString(setting).strip().equals(value);
      return refuses
          ? Optional.of(
              "without root it needs a user namespace, which %s=%s forbids"
                  .formatted(setting, value))
          : Optional.empty();
    } catch (IOException e) {
      throw new HostLacksException("cannot read " + setting + ": " + IoProblem.words(e), e);
    }
  }
}
