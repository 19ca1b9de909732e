package org.libvirt.sandbox.builder.qemu;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.libvirt.sandbox.HostLacksException;
import org.libvirt.sandbox.InvalidSandboxException;
import org.libvirt.sandbox.builder.IoProblem;
import org.libvirt.sandbox.config.Kernel;

/**
 * Where distributions keep their kernels.
 *
 * <ul>
 *   <li>images: {@code /boot/vmlinuz-RELEASE} (Debian, SUSE, Fedora), {@code
 *       /usr/lib/modules/RELEASE/vmlinuz} (Fedora, SUSE and Arch), {@code Image-RELEASE} or {@code
 *       Image} there (SUSE on aarch64), {@code /boot/kernel-RELEASE} (Gentoo)
 *   <li>modules: {@code /lib/modules/RELEASE} or {@code /usr/lib/modules/RELEASE}
 * </ul>
 */
final class KernelPlaces {
  private static final Logger LOG = System.getLogger("org.libvirt.sandbox");

  private static final List<String> IMAGES =
      List.of(
          "boot/vmlinuz-%s",
          "usr/lib/modules/%s/vmlinuz",
          "lib/modules/%s/vmlinuz",
          "boot/Image-%s",
          "usr/lib/modules/%s/Image",
          "lib/modules/%s/Image",
          "boot/kernel-%s");

  private static final List<String> MODULES = List.of("lib/modules", "usr/lib/modules");
  private static final String INDEX = "modules.dep";

  private static final String CURE =
      "install the distribution's kernel (on Debian linux-image-ARCHITECTURE, on Fedora kernel-core,"
          + " on SUSE kernel-default), or name one with --kernver, --kernpath and --kmodpath";

  private final Path root;
  private final String running;

  /**
   * The places under a root.
   *
   * @param root the root directory
   * @param running the release of the kernel that runs
   */
  KernelPlaces(Path root, String running) {
    this.root = root;
    this.running = running;
  }

  /**
   * This host's.
   *
   * @throws HostLacksException if the kernel does not tell its release
   */
  static KernelPlaces ofHost() {
    Path file = Path.of("/proc/sys/kernel/osrelease");
    try {
      return new KernelPlaces(Path.of("/"), Files.readString(file).strip());
    } catch (IOException e) {
      throw new HostLacksException(
          "cannot read the running kernel's release: " + IoProblem.words(e), e);
    }
  }

  /**
   * The kernel that a config asks for; the running one where it asks for none.
   *
   * @throws HostLacksException if its files are not there
   * @throws InvalidSandboxException if the image named is not of the release named
   */
  HostKernel find(Kernel wanted) {
    String release = release(wanted);
    Path image =
        wanted.image().map(Path::of).or(() -> image(release)).orElseThrow(() -> noImage(release));
    return new HostKernel(release, image, modules(wanted, release));
  }

  /**
   * The kernel that a config asks for; where it asks for none, and the running one has no files,
   * the newest of those installed.
   *
   * @throws HostLacksException if there is none
   * @throws InvalidSandboxException if the image named is not of the release named
   */
  HostKernel findOrNewest(Kernel wanted) {
    boolean open = wanted.release().isEmpty() && wanted.image().isEmpty();
    if (!open || isInstalled(base(wanted), running)) {
      return find(wanted);
    }
    List<String> installed = installed(base(wanted));
    if (installed.isEmpty()) {
      return find(wanted);
    }
    LOG.log(
        Level.DEBUG,
        "kernel {0}: the running one, {1}, has no files on this host, and of those that have it is the newest",
        installed.get(0),
        running);
    return find(wanted.withRelease(installed.get(0)));
  }

  /** An image knows its release better than the host, which may run another one. */
  private String release(Kernel wanted) {
    Optional<String> told = told(wanted);
    if (told.isPresent() && wanted.release().isPresent() && !told.equals(wanted.release())) {
      throw new InvalidSandboxException(
          "kernel %s is of release %s, not %s; give --kernver %2$s, or leave it out"
              .formatted(wanted.image().orElseThrow(), told.get(), wanted.release().get()));
    }
    return told.or(wanted::release).orElse(running);
  }

  /** What the image that is named says of its release. */
  private static Optional<String> told(Kernel wanted) {
    return wanted.image().map(Path::of).map(KernelImage::read).flatMap(KernelImage::release);
  }

  private Optional<Path> image(String release) {
    return IMAGES.stream()
        .map(place -> root.resolve(place.formatted(release)))
        .filter(Files::isRegularFile)
        .findFirst();
  }

  private HostLacksException noImage(String release) {
    List<String> installed = installed(Optional.empty());
    return new HostLacksException(
        "%s has no file on this host, neither /boot/vmlinuz-%s nor /lib/modules/%2$s/vmlinuz; %s"
            .formatted(
                release.equals(running)
                    ? "the running kernel, " + release + ","
                    : "kernel " + release,
                release,
                installed.isEmpty()
                    ? CURE
                    : "installed are: "
                        + String.join(", ", installed)
                        + "; name one with --kernver"));
  }

  private Path modules(Kernel wanted, String release) {
    return bases(base(wanted))
        .map(directory -> directory.resolve(release))
        .filter(directory -> Files.exists(directory.resolve(INDEX)))
        .findFirst()
        .orElseThrow(() -> noModules(wanted, release));
  }

  private static HostLacksException noModules(Kernel wanted, String release) {
    if (wanted.release().isEmpty() && wanted.image().isPresent() && told(wanted).isEmpty()) {
      return new HostLacksException(
          "kernel %s does not tell its release, by which its modules are found; name it with --kernver"
              .formatted(wanted.image().get()));
    }
    Optional<Path> base = base(wanted);
    return new HostLacksException(
        "kernel %s has no modules on this host: %s is missing; %s"
            .formatted(
                release,
                base.orElse(Path.of("/lib/modules")).resolve(release).resolve(INDEX),
                base.isPresent()
                    ? "--kmodpath takes the directory that holds one for each release"
                    : CURE));
  }

  private static Optional<Path> base(Kernel wanted) {
    return wanted.modules().map(Path::of);
  }

  private Stream<Path> bases(Optional<Path> given) {
    return given.isPresent() ? given.stream() : MODULES.stream().map(root::resolve);
  }

  /**
   * The releases of which this host has an image and modules, the newest first; those whose image
   * may be read before all others.
   *
   * @param base the only directory to look for modules in
   */
  List<String> installed(Optional<Path> base) {
    return bases(base)
        .flatMap(KernelPlaces::names)
        .distinct()
        .filter(release -> isInstalled(base, release))
        .map(KernelRelease::new)
        .sorted(
            Comparator.comparing(this::isReadable)
                .thenComparing(Comparator.<KernelRelease>naturalOrder())
                .reversed())
        .map(KernelRelease::text)
        .collect(Collectors.toUnmodifiableList());
  }

  private boolean isInstalled(Optional<Path> base, String release) {
    return image(release).isPresent()
        && bases(base)
            .anyMatch(directory -> Files.exists(directory.resolve(release).resolve(INDEX)));
  }

  private boolean isReadable(KernelRelease release) {
    return image(release.text()).filter(Files::isReadable).isPresent();
  }

  private static Stream<String> names(Path directory) {
    if (!Files.isDirectory(directory)) {
      return Stream.empty();
    }
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.map(entry -> Objects.toString(entry.getFileName())).toList().stream();
    } catch (IOException e) {
      throw new HostLacksException("cannot look for kernels: " + IoProblem.words(e), e);
    }
  }
}
