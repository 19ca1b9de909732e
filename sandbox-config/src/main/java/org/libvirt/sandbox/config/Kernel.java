package org.libvirt.sandbox.config;

import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The Linux kernel that a sandbox in a virtual machine boots. A container runs on its host's, and
 * passes over this.
 *
 * <p>{@link #running()} is the start; the {@code with} methods give new values.
 */
public final class Kernel {
  private static final Kernel RUNNING = new Kernel(null, null, null);

  private final @Nullable String release;
  private final @Nullable String image;
  private final @Nullable String modules;

  private Kernel(@Nullable String release, @Nullable String image, @Nullable String modules) {
    this.release = release;
    this.image = image;
    this.modules = modules;
  }

  /**
   * The release that the host runs, in the places where its distribution keeps it; the default.
   *
   * @return a kernel of which nothing is given
   */
  public static Kernel running() {
    return RUNNING;
  }

  /**
   * This kernel, of a release.
   *
   * @param release the release as {@code uname -r} tells it, which is part of paths
   * @return a kernel
   * @throws IllegalArgumentException if it is empty, or holds {@code /} or a control character
   */
  public Kernel withRelease(String release) {
    check("kernel release", release);
    if (release.indexOf('/') >= 0) {
      throw new IllegalArgumentException(
          "kernel release '%s' is a path; write one as 'uname -r' tells it".formatted(release));
    }
    return new Kernel(release, image, modules);
  }

  /**
   * This kernel, out of a file.
   *
   * @param image the path of the kernel's image on the host
   * @return a kernel
   * @throws IllegalArgumentException if it is empty or holds a control character
   */
  public Kernel withImage(String image) {
    return new Kernel(release, check("kernel path", image), modules);
  }

  /**
   * This kernel, with modules out of a directory.
   *
   * @param modules the directory on the host that holds one of modules for each release
   * @return a kernel
   * @throws IllegalArgumentException if it is empty or holds a control character
   */
  public Kernel withModules(String modules) {
    return new Kernel(release, image, check("kernel module path", modules));
  }

  private static String check(String what, String text) {
    if (text.isEmpty()) {
      throw new IllegalArgumentException(what + " is empty; leave it out, or write one");
    }
    return Text.ofOneLine(what, text);
  }

  /**
   * The release.
   *
   * @return as {@code uname -r} tells it; empty for the host's
   */
  public Optional<String> release() {
    return Optional.ofNullable(release);
  }

  /**
   * The file of the kernel.
   *
   * @return a path on the host; empty for the distribution's place
   */
  public Optional<String> image() {
    return Optional.ofNullable(image);
  }

  /**
   * The directory that holds a directory of modules for each release.
   *
   * @return a path on the host; empty for {@code /lib/modules}
   */
  public Optional<String> modules() {
    return Optional.ofNullable(modules);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Kernel that
        && Objects.equals(release, that.release)
        && Objects.equals(image, that.image)
        && Objects.equals(modules, that.modules);
  }

  @Override
  public int hashCode() {
    return Objects.hash(release, image, modules);
  }

  @Override
  public String toString() {
    return "Kernel[release=%s, image=%s, modules=%s]".formatted(release, image, modules);
  }
}
