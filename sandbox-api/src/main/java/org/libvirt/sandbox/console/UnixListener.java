package org.libvirt.sandbox.console;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.Set;
import jdk.net.ExtendedSocketOptions;

/** A name in the file system at which one supervisor connects, and nobody after it. */
final class UnixListener implements CarrierSource {
  /** The kernel's {@code sun_path} has 108 bytes, of which one is the terminating NUL. */
  private static final int LONGEST_PATH = 107;

  private final Path path;
  private final ServerSocketChannel listener;
  private final Set<UserPrincipal> allowed;

  private UnixListener(Path path, ServerSocketChannel listener, Set<UserPrincipal> allowed) {
    this.path = path;
    this.listener = listener;
    this.allowed = allowed;
  }

  static UnixListener bind(Path path) throws IOException {
    int length = path.toString().getBytes(UTF_8).length;
    if (length > LONGEST_PATH) {
      throw new IllegalArgumentException(
          "socket path '%s' has %d bytes; at most %d are possible"
              .formatted(path, length, LONGEST_PATH));
    }
    ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      listener.bind(UnixDomainSocketAddress.of(path), 1);
      Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
      UserPrincipal root =
          FileSystems.getDefault().getUserPrincipalLookupService().lookupPrincipalByName("root");
      UserPrincipal self = Files.getOwner(path);
      return new UnixListener(
          path, listener, self.equals(root) ? Set.of(root) : Set.of(root, self));
    } catch (IOException | RuntimeException e) {
      listener.close();
      throw e;
    }
  }

  @Override
  public Carrier open() throws IOException {
    return new UnixSocketCarrier(accept());
  }

  /** Waits for root or this process's user; others are turned away. The name is gone afterwards. */
  private SocketChannel accept() throws IOException {
    while (true) {
      SocketChannel peer = listener.accept();
      try {
        if (allowed.contains(peer.getOption(ExtendedSocketOptions.SO_PEERCRED).user())) {
          close();
          return peer;
        }
        peer.close();
      } catch (IOException | RuntimeException e) {
        peer.close();
        throw e;
      }
    }
  }

  @Override
  public void close() throws IOException {
    if (listener.isOpen()) {
      listener.close();
      Files.deleteIfExists(path);
    }
  }
}
