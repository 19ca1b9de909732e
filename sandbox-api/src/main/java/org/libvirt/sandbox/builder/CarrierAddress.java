package org.libvirt.sandbox.builder;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;

/** Where the host meets the supervisor. */
public sealed interface CarrierAddress {

  /**
   * A Unix-domain socket at which the host listens, once, and which the guest sees in its config
   * directory.
   *
   * @param socket the socket's path on this host, less than 108 bytes long
   */
  record UnixSocket(Path socket) implements CarrierAddress {
    /** Checks that there is a path. */
    public UnixSocket {
      requireNonNull(socket, "socket");
    }
  }

  /**
   * A virtio port of a machine, whose other end is a Unix-domain socket at which the hypervisor
   * listens from the moment that the domain has been created.
   *
   * @param socket the socket's path on this host, less than 108 bytes long
   */
  record VirtioPort(Path socket) implements CarrierAddress {
    /** Checks that there is a path. */
    public VirtioPort {
      requireNonNull(socket, "socket");
    }
  }

  /**
   * A console of the domain, which the host opens through libvirt once the domain runs, and which
   * is a terminal in the guest.
   *
   * @param alias libvirt's name of the console, such as {@code console1}
   */
  record DomainConsole(String alias) implements CarrierAddress {
    /** Checks that there is a name. */
    public DomainConsole {
      requireNonNull(alias, "alias");
    }
  }
}
