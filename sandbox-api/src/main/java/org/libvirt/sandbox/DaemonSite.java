package org.libvirt.sandbox;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.libvirt.sandbox.config.Identity;

/**
 * The places of this host that an embedded daemon needs.
 *
 * @param state the directory whose entries are the directories of daemons and sandboxes
 * @param cache the directory of what outlives a daemon
 * @param programs the directories that are searched for libvirtd, in order
 */
record DaemonSite(Path state, Path cache, List<Path> programs) {
  private static final Logger LOG = System.getLogger(EmbeddedLibvirt.class.getName());
  private static final Set<PosixFilePermission> TRAVERSABLE =
      PosixFilePermissions.fromString("rwx--x--x");
  private static final List<Path> SYSTEM_PROGRAMS =
      List.of(
          Path.of("/usr/local/sbin"), Path.of("/usr/sbin"), Path.of("/usr/bin"), Path.of("/sbin"));

  /** This host's places: those of {@link HostDirectories}, PATH, and where daemons usually are. */
  static DaemonSite ofHost() {
    String path = System.getenv().getOrDefault("PATH", "");
    List<Path> programs =
        Stream.concat(
                Arrays.stream(path.split(":")).filter(p -> p.startsWith("/")).map(Path::of),
                SYSTEM_PROGRAMS.stream())
            .distinct()
            .toList();
    return new DaemonSite(HostDirectories.state(), HostDirectories.cache(), programs);
  }

  /**
   * The libvirtd to run.
   *
   * @throws HostLacksException if there is none
   */
  Path libvirtd() {
    return programs.stream()
        .map(directory -> directory.resolve("libvirtd"))
        .filter(Files::isExecutable)
        .findFirst()
        .orElseThrow(
            () ->
                new HostLacksException(
                    "an embedded libvirt daemon needs libvirtd, which is in none of "
                        + programs
                        + "; install libvirt-daemon with libvirt-daemon-driver-lxc or"
                        + " libvirt-daemon-driver-qemu (Debian), or libvirt-daemon with"
                        + " libvirt-daemon-lxc or libvirt-daemon-kvm (Fedora)"));
  }

  /**
   * Refuses a host without the programs that libvirt makes networks with.
   *
   * @throws HostLacksException if one is missing
   */
  void requireNetworkPrograms() {
    requireNetworkProgram("dnsmasq", "dnsmasq-base (Debian) or dnsmasq (Fedora)");
    requireNetworkProgram("iptables", "iptables (Debian) or iptables-nft (Fedora)");
    requireNetworkProgram("ebtables", "iptables (Debian) or iptables-nft (Fedora)");
  }

  private void requireNetworkProgram(String name, String packages) {
    if (programs.stream().noneMatch(directory -> Files.isExecutable(directory.resolve(name)))) {
      throw new HostLacksException(
          "libvirt makes networks with %s, which is in none of %s; install %s"
              .formatted(name, programs, packages));
    }
  }

  /** How another place is chosen, as the rest of a sentence; root's is where it is. */
  String cure() {
    return isRoot() ? "" : " (XDG_RUNTIME_DIR, or else HOME, says where)";
  }

  boolean isRoot() {
    return HostDirectories.isRoot();
  }

  /**
   * Refuses other users than root, who cannot have containers.
   *
   * @throws HostLacksException if this process is not root's
   */
  void requireRoot() {
    if (!HostDirectories.isRoot()) {
      throw new HostLacksException(
          "containers need root: only root can make the namespaces and cgroups that they need; run"
              + " as root, or take virtual machines, by the driver 'qemu'");
    }
  }

  /**
   * Refuses a user that has no name, whom libvirtd does not serve.
   *
   * @throws HostLacksException if the host does not know this process's user id
   */
  void requireKnownUser() {
    long uid = Identity.caller().uid();
    if (HostUsers.find(uid).isEmpty()) {
      throw new HostLacksException(
          "libvirt needs a name for this user, and this host knows none for the user id %d; have a"
                  .formatted(uid)
              + " line for it added to /etc/passwd");
    }
  }

  /** Makes both directories where they are missing: others may pass through, not look in. */
  void makeDirectories() throws IOException {
    for (Path directory : List.of(state, cache)) {
      if (!Files.isDirectory(directory)) {
        Files.createDirectories(directory.toAbsolutePath().getParent());
        makeTraversable(directory);
      }
    }
    requireOwnState();
  }

  /**
   * Refuses a state directory in which another user could change what this process finds.
   *
   * @throws HostLacksException if it is another user's, or others can write to it
   */
  void requireOwnState() throws IOException {
    if (!Files.isDirectory(state)) {
      return;
    }
    try {
      HostDirectories.requireOwn(state);
    } catch (NoSuchFileException e) {
      // whoever removed its last entry has taken it away meanwhile
      LOG.log(Level.DEBUG, "{0} has gone meanwhile", state);
    }
  }

  /** Leaves no empty directory behind: nothing but caches is to stay. */
  void removeStateIfEmpty() {
    try {
      Files.deleteIfExists(state);
    } catch (IOException e) {
      // it has other entries, or a file system of its own is mounted there
      LOG.log(Level.TRACE, "{0} stays: {1}", state, e.getMessage());
    }
  }

  private static void makeTraversable(Path directory) throws IOException {
    try {
      Files.createDirectory(directory, PosixFilePermissions.asFileAttribute(TRAVERSABLE));
      Files.setPosixFilePermissions(directory, TRAVERSABLE); // whatever the umask took
    } catch (FileAlreadyExistsException e) {
      // another process has made it meanwhile, the same with the same rights, or removes it now
      if (Files.exists(directory) && !Files.isDirectory(directory)) {
        throw e;
      }
    }
  }
}
