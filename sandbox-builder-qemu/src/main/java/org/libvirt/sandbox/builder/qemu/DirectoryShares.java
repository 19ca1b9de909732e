package org.libvirt.sandbox.builder.qemu;

import java.util.List;
import java.util.Optional;
import org.libvirt.sandbox.HostLacksException;
import org.libvirt.sandbox.builder.BuildRequest;
import org.libvirt.sandbox.builder.HostServer;
import org.libvirt.sandbox.builder.LaunchRecord.Share;
import org.libvirt.sandbox.config.FileSharing;
import org.libvirt.sandbox.domain.Filesystem;

/** How one machine sees directories of this host. */
sealed interface DirectoryShares permits NinePShares, VirtiofsShares {

  /**
   * What a config asks for, or what can be had.
   *
   * @param kernel the machine's
   * @param initrd with what it has of the modules
   * @throws HostLacksException if it cannot be had
   */
  static DirectoryShares choose(BuildRequest request, HostKernel kernel, Initrd initrd) {
    return choose(
        request,
        lack(kernel, initrd, GuestModules.NINE_P).or(() -> NinePShares.obstacle(request)),
        lack(kernel, initrd, GuestModules.VIRTIOFS).or(VirtiofsDaemon::obstacle));
  }

  /**
   * What fits a request.
   *
   * @param withoutNineP why 9p cannot be had; empty where it can
   * @param withoutVirtiofs why virtiofs cannot be had; empty where it can
   */
  static DirectoryShares choose(
      BuildRequest request, Optional<String> withoutNineP, Optional<String> withoutVirtiofs) {
    FileSharing wanted = request.config().resources().sharing();
    return switch (wanted) {
      case NINE_P ->
          withoutNineP
              .map(why -> refuse("9p was asked for and cannot be had: " + why))
              .orElseGet(() -> new NinePShares(request, "it was asked for"));
      case VIRTIOFS ->
          withoutVirtiofs
              .map(why -> refuse("virtiofs was asked for and cannot be had: " + why))
              .orElseGet(() -> new VirtiofsShares(request, "it was asked for"));
      case AUTO -> automatic(request, withoutNineP, withoutVirtiofs);
    };
  }

  private static DirectoryShares automatic(
      BuildRequest request, Optional<String> withoutNineP, Optional<String> withoutVirtiofs) {
    Optional<String> beyondNineP = NinePShares.limit(request.config());
    if (withoutNineP.isEmpty() && (beyondNineP.isEmpty() || withoutVirtiofs.isPresent())) {
      return new NinePShares(request, "the kernel and QEMU have it, and it needs nothing else");
    }
    if (withoutVirtiofs.isEmpty()) {
      return new VirtiofsShares(request, withoutNineP.or(() -> beyondNineP).orElseThrow());
    }
    return refuse(
        "virtual machines see this host's files by 9p or virtiofs, and have neither: %s; %s"
            .formatted(withoutNineP.get(), withoutVirtiofs.get()));
  }

  private static Optional<String> lack(HostKernel kernel, Initrd initrd, String group) {
    List<String> missing = initrd.missing(group);
    return missing.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "kernel %s has no %s (name another with --kernver; on Debian linux-image-ARCHITECTURE has both, -cloud- only virtiofs)"
                .formatted(kernel.release(), String.join(", ", missing)));
  }

  private static DirectoryShares refuse(String why) {
    throw new HostLacksException(why);
  }

  /** Why this way, in words for who asks. */
  String reason();

  /** The modules that the machine's kernel needs for it. */
  String group();

  /** What the supervisor is told. */
  Share kind();

  /**
   * Shares one more directory.
   *
   * @return the machine's device for it
   */
  Filesystem add(SharedDirectory directory);

  /**
   * How who opens the files is given those that were made for it; empty if it is this process's
   * user.
   */
  Optional<MappedFiles> mapping();

  /** What serves them apart from QEMU. */
  Optional<HostServer> server();
}
