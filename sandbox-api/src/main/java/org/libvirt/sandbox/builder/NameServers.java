package org.libvirt.sandbox.builder;

import com.google.common.net.InetAddresses;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.libvirt.sandbox.HostLacksException;

/**
 * The name servers of this host that a sandbox with a network can ask, and the host's search list:
 * a server on the host's loopback, or known by an interface of the host, is out of a sandbox's
 * reach.
 */
final class NameServers {
  /** Where systemd-resolved keeps those that it asks itself (resolved.conf(5)). */
  private static final Path RESOLVED = Path.of("/run/systemd/resolve/resolv.conf");

  private static final Path SYSTEM = Path.of("/etc/resolv.conf");

  private final List<String> lines;

  private NameServers(List<String> lines) {
    this.lines = lines;
  }

  /** What this host uses now. */
  static NameServers ofHost() {
    return of(SYSTEM, RESOLVED);
  }

  /** What a file says, or a second one if only that has servers. */
  static NameServers of(Path system, Path resolved) {
    NameServers first = read(system);
    NameServers second = read(resolved);
    return first.hasServers() || !second.hasServers() ? first : second;
  }

  /** What a file says, which need not exist. */
  private static NameServers read(Path file) {
    try {
      return new NameServers(
          // as bytes: a comment may hold any
          Files.readAllLines(file, StandardCharsets.ISO_8859_1).stream()
              .map(String::strip)
              .filter(NameServers::isUseful)
              .toList());
    } catch (NoSuchFileException e) {
      return new NameServers(List.of());
    } catch (IOException e) {
      throw new HostLacksException(
          "cannot read this host's name servers: " + IoProblem.words(e), e);
    }
  }

  private boolean hasServers() {
    return lines.stream().anyMatch(line -> line.startsWith("nameserver"));
  }

  private static boolean isUseful(String line) {
    String[] words = line.split("\\s+", 3);
    return switch (words[0]) {
      case "nameserver" -> words.length > 1 && isReachable(words[1]);
      case "search", "domain", "options" -> true;
      default -> false;
    };
  }

  private static boolean isReachable(String server) {
    // an address with a zone is one of an interface of this host, which the sandbox has not
    if (server.indexOf('%') >= 0 || !InetAddresses.isInetAddress(server)) {
      return false;
    }
    InetAddress address = InetAddresses.forString(server);
    // the resolver takes 0.0.0.0 for this host, too
    return !address.isLoopbackAddress() && !address.isAnyLocalAddress();
  }

  /** As a resolv.conf holds it. */
  String text() {
    return lines.isEmpty() ? "" : String.join("\n", lines) + "\n";
  }
}
