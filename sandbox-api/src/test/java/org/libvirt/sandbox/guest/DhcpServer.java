package org.libvirt.sandbox.guest;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where a sandbox of a test gets its address from: the preparation scripts of such servers. */
final class DhcpServer {
  /** A second interface's other end in a network namespace of its own, gone with the sandbox. */
  private static final String FAR =
      """
      mount -t tmpfs run /run
      ip netns add far
      ip link add eth0 type veth peer name far0
      ip link set far0 netns far
      ip -n far link set lo up
      ip -n far addr add 192.0.2.1/24 dev far0
      ip -n far link set far0 up
      """;

  private DhcpServer() {}

  /** An interface behind which nobody answers. */
  static String none() {
    return FAR;
  }

  /** The server that libvirt's networks have. */
  static String dnsmasq() {
    return FAR
        + """
          ip netns exec far dnsmasq --conf-file=/dev/null --interface=far0 --bind-interfaces \
            --dhcp-range=192.0.2.50,192.0.2.50,255.255.255.0,2m --domain=inside.test --port=0 \
            --dhcp-option=option:dns-server,192.0.2.1,192.0.2.2 --dhcp-authoritative --user=root \
            --dhcp-leasefile=/run/leases --pid-file=/run/dnsmasq.pid --no-ping
          """;
  }

  /** The server of dhcp-server.c; its log is /run/log, which the program sees. */
  static String ours(int leaseSeconds, String kind) {
    return FAR
        + "ip netns exec far %s far0 /run/log %d %s\n".formatted(Built.PROGRAM, leaseSeconds, kind);
  }

  /** Built once, when it is first asked for. */
  private static final class Built {
    static final Path PROGRAM = build(Path.of("target/dhcp-server").toAbsolutePath());

    private static Path build(Path program) {
      try {
        Files.createDirectories(program.getParent());
        var process =
            new ProcessBuilder(
                    "gcc",
                    "-std=c11",
                    "-D_GNU_SOURCE",
                    "-Wall",
                    "-Wextra",
                    "-Werror",
                    "-o",
                    program.toString(),
                    Path.of("src/test/c/dhcp-server.c").toAbsolutePath().toString())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
          throw new IllegalStateException("the DHCP server cannot be built: " + output);
        }
        return program;
      } catch (IOException e) {
        throw new IllegalStateException("the DHCP server cannot be built", e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted while the DHCP server was built", e);
      }
    }
  }
}
