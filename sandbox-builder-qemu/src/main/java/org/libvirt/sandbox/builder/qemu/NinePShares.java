package org.libvirt.sandbox.builder.qemu;

import static java.util.Objects.requireNonNull;

import java.nio.file.Files;
import java.util.Optional;
import org.libvirt.sandbox.builder.BuildRequest;
import org.libvirt.sandbox.builder.HostServer;
import org.libvirt.sandbox.builder.LaunchRecord.Share;
import org.libvirt.sandbox.config.HostBindMount;
import org.libvirt.sandbox.config.Identity;
import org.libvirt.sandbox.config.SandboxConfig;
import org.libvirt.sandbox.domain.AccessMode;
import org.libvirt.sandbox.domain.Filesystem;

/**
 * Directories that QEMU itself serves by 9p. It refuses to write to one that is read-only; what is
 * hidden in one, only the machine's kernel hides.
 */
final class NinePShares implements DirectoryShares {
  private static final String RED_HATS = "/usr/libexec/qemu-kvm";

  private final BuildRequest request;
  private final String reason;

  NinePShares(BuildRequest request, String reason) {
    this.request = requireNonNull(request, "request");
    this.reason = requireNonNull(reason, "reason");
  }

  /** Why QEMU cannot serve by it; empty where nothing is known against it. */
  static Optional<String> obstacle(BuildRequest request) {
    return request
        .capabilities()
        .support("qemu", request.config().arch())
        .flatMap(support -> support.emulator("qemu"))
        .filter(RED_HATS::equals)
        .map("Red Hat builds %s without 9p"::formatted);
  }

  /** What of a config it cannot do; empty if it can do all. */
  static Optional<String> limit(SandboxConfig config) {
    return config.mounts().stream()
        .filter(mount -> mount instanceof HostBindMount bind && !bind.isTemporary())
        .map(mount -> ((HostBindMount) mount).source())
        .filter(source -> Files.isRegularFile(HostPath.of("host-bind", source).path()))
        .findFirst()
        .map("9p shares directories only, not the file '%s'"::formatted);
  }

  @Override
  public String reason() {
    return reason;
  }

  @Override
  public String group() {
    return GuestModules.NINE_P;
  }

  @Override
  public Share kind() {
    return Share.NINE_P;
  }

  @Override
  public Filesystem add(SharedDirectory directory) {
    // what is made gets the owner of whoever makes it, or, where QEMU's user may not do that,
    // QEMU's
    Filesystem device =
        Filesystem.share(request.libvirtPath().apply(directory.path()), directory.tag())
            .accessMode(directory.isMapped() ? AccessMode.MAPPED : AccessMode.SQUASH)
            .remapped();
    return directory.isReadOnly() ? device.readOnly() : device;
  }

  /** Only root can give files away, and only its QEMU is somebody else. */
  @Override
  public Optional<MappedFiles> mapping() {
    return HypervisorUser.of(request.capabilities())
        .filter(user -> Identity.caller().uid() == 0 && user.isOther())
        .map(MappedFiles::new);
  }

  @Override
  public Optional<HostServer> server() {
    return Optional.empty();
  }
}
