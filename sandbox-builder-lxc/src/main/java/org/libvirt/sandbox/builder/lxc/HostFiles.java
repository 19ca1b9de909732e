package org.libvirt.sandbox.builder.lxc;

import com.google.common.base.CharMatcher;
import java.util.List;
import org.libvirt.sandbox.builder.LaunchRecord;
import org.libvirt.sandbox.builder.lxc.GuestPlaces.NoPlaceException;
import org.libvirt.sandbox.config.SandboxConfig;

/**
 * The files by which a program finds names: the sandbox's own host name and, where it has a
 * network, name servers. What a mount of the config has there stays as it is.
 */
final class HostFiles {
  private static final CharMatcher HOST_NAME =
      CharMatcher.inRange('a', 'z')
          .or(CharMatcher.inRange('A', 'Z'))
          .or(CharMatcher.inRange('0', '9'))
          .or(CharMatcher.is('-'));

  private final SandboxConfig config;

  private HostFiles(SandboxConfig config) {
    this.config = config;
  }

  static HostFiles of(SandboxConfig config) {
    return new HostFiles(config);
  }

  void describe(LaunchRecord.Builder record, GuestPlaces places, List<GuestMount> mounts) {
    String hostName = config.hostName().orElseGet(() -> derivedHostName(config.name()));
    config.hostName().ifPresent(record::hostName);
    put(record, places, mounts, "/etc/hostname", hostName + "\n");
    put(record, places, mounts, "/etc/hosts", hosts(hostName));
    String resolver = "/etc/resolv.conf";
    if (!config.networks().isEmpty() && !isOnMount(places, mounts, resolver)) {
      record.nameServersOfHost(resolver, 0644);
    }
  }

  private static String hosts(String hostName) {
    String loopback = "127.0.0.1 localhost\n::1 localhost\n";
    return hostName.isEmpty() ? loopback : loopback + "127.0.1.1 " + hostName + "\n";
  }

  private static void put(
      LaunchRecord.Builder record,
      GuestPlaces places,
      List<GuestMount> mounts,
      String path,
      String content) {
    if (!isOnMount(places, mounts, path)) {
      record.file(path, 0644, content);
    }
  }

  private static boolean isOnMount(GuestPlaces places, List<GuestMount> mounts, String path) {
    try {
      int number = places.follow(path).mount();
      return mounts.stream().anyMatch(mount -> mount.number() == number);
    } catch (NoPlaceException e) {
      return true; // the root leads nowhere there: nothing can be put there either
    }
  }

  /** The host name that libvirt derives from the domain's name; empty if no letter of it is fit. */
  private static String derivedHostName(String sandboxName) {
    return CharMatcher.is('-').trimLeadingFrom(HOST_NAME.retainFrom(sandboxName));
  }
}
