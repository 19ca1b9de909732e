package org.libvirt.sandbox.builder.qemu;

import com.google.common.base.CharMatcher;
import org.libvirt.sandbox.builder.LaunchRecord;
import org.libvirt.sandbox.config.SandboxConfig;

/**
 * The files by which a program finds names: the machine's own host name and, where it has a
 * network, name servers. What a mount of the config has there stays as it is.
 */
final class GuestNames {
  private static final CharMatcher HOST_NAME =
      CharMatcher.inRange('a', 'z')
          .or(CharMatcher.inRange('A', 'Z'))
          .or(CharMatcher.inRange('0', '9'))
          .or(CharMatcher.is('-'));

  /** The kernel's limit. */
  private static final int LONGEST = 64;

  private final SandboxConfig config;

  private GuestNames(SandboxConfig config) {
    this.config = config;
  }

  static GuestNames of(SandboxConfig config) {
    return new GuestNames(config);
  }

  void describe(LaunchRecord.Builder record) {
    String name = config.hostName().orElseGet(() -> derived(config.name()));
    record.hostName(name);
    put(record, "/etc/hostname", name + "\n");
    put(record, "/etc/hosts", "127.0.0.1 localhost\n::1 localhost\n127.0.1.1 %s\n".formatted(name));
    String resolver = "/etc/resolv.conf";
    if (!config.networks().isEmpty() && !isMounted(resolver)) {
      record.nameServersOfHost(resolver, 0644);
    }
  }

  private void put(LaunchRecord.Builder record, String path, String content) {
    if (!isMounted(path)) {
      record.file(path, 0644, content);
    }
  }

  /** Whether a mount of the config, not its root, shows what is at a path. */
  private boolean isMounted(String path) {
    return config.mounts().stream()
        .map(mount -> GuestPath.of(mount.target()))
        .filter(target -> !target.isRoot())
        .anyMatch(target -> target.holds(path));
  }

  /** As libvirt derives a container's; a name without a letter that fits is nobody's. */
  static String derived(String sandboxName) {
    String name = CharMatcher.is('-').trimLeadingFrom(HOST_NAME.retainFrom(sandboxName));
    return name.isEmpty() ? "sandbox" : name.substring(0, Math.min(name.length(), LONGEST));
  }
}
