package org.libvirt.sandbox.builder.lxc;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import org.libvirt.sandbox.HostLacksException;
import org.libvirt.sandbox.InvalidSandboxException;
import org.libvirt.sandbox.builder.BuildRequest;
import org.libvirt.sandbox.builder.IoProblem;

/**
 * A raw image by a path that libvirt can take: its containers use a loop device, and the kernel's
 * LO_NAME_SIZE leaves room for 63 bytes. What has a longer path gets a link in the state directory,
 * whose name has one letter, as a UUID leaves no more room there.
 */
final class LoopImage {
  private static final int LONGEST = 63;
  private static final String NAMES =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

  private LoopImage() {}

  /** Where libvirt finds an image of the host. */
  static Path of(BuildRequest request, Path image) {
    Path found = request.libvirtPath().apply(image);
    return found.toString().getBytes(UTF_8).length <= LONGEST ? found : link(request, found);
  }

  private static Path link(BuildRequest request, Path image) {
    for (int i = 0; i < NAMES.length(); i++) {
      Path link = request.state().path().resolve(NAMES.substring(i, i + 1));
      if (Files.notExists(link, LinkOption.NOFOLLOW_LINKS)) {
        return make(link, image);
      }
    }
    throw new InvalidSandboxException(
        "more than %d images have paths of more than %d bytes; give the image '%s' a shorter one"
            .formatted(NAMES.length(), LONGEST, image));
  }

  private static Path make(Path link, Path image) {
    try {
      return Files.createSymbolicLink(link, image);
    } catch (IOException e) {
      throw new HostLacksException("cannot link to an image: " + IoProblem.words(e), e);
    }
  }
}
