package org.libvirt.sandbox.builder.lxc;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.libvirt.sandbox.SandboxException;
import org.libvirt.sandbox.config.HostBindMount;
import org.libvirt.sandbox.config.InteractiveConfig;
import org.libvirt.sandbox.config.RamMount;
import org.libvirt.sandbox.contract.Outcome;
import org.libvirt.sandbox.contract.VisibleDirectory;

/**
 * CVE-2025-31133, CVE-2025-52565, CVE-2025-52881: whoever can write to a directory that two
 * sandboxes share swaps a mount's target for a link while the other one starts.
 */
@Timeout(300)
final class SwappedTargetIT {
  @RegisterExtension static final Daemon DAEMON = new Daemon();

  @TempDir(factory = VisibleDirectory.class)
  Path shared;

  @RepeatedTest(5)
  void a_mount_lands_in_the_sandbox_or_not_at_all() throws Exception {
    String before = Files.readString(Path.of("/etc/passwd"));
    List<String> mountsBefore = mountsOnEtc();
    InteractiveConfig config =
        Daemon.script("grep -c ' /etc ' /proc/self/mountinfo; touch /mnt/target/x; cat /etc/passwd")
            .mount(HostBindMount.of("/mnt", shared.toString()))
            .mount(RamMount.of("/mnt/target", 1 << 20))
            .build();
    Swapping swapping = Swapping.begin(shared);
    try {
      Outcome outcome = DAEMON.run(config);

      // the link may be what the target is when the sandbox is planned: then it is followed inside
      assertThat(outcome.stdout()).isIn("0\n" + before, "1\n");
    } catch (SandboxException refused) {
      assertThat(refused).hasMessageContaining("target");
    } finally {
      swapping.end();
    }
    assertThat(Path.of("/etc/x")).doesNotExist();
    assertThat(mountsOnEtc()).isEqualTo(mountsBefore);
    assertThat(swapping.swaps()).isPositive();
    assertThat(Path.of("/etc/passwd")).hasContent(before);
  }

  /** The mask of a socket, and the copy that an include lays over a bind, with its placeholder. */
  @RepeatedTest(3)
  void what_covers_a_place_lands_there_or_not_at_all() throws Exception {
    String before = Files.readString(Path.of("/etc/passwd"));
    List<String> mountsBefore = mountsOnEtc();
    Path source = Files.writeString(shared.resolve("source"), "included");
    InteractiveConfig config =
        Daemon.script("cat /etc/passwd; cat /etc/placed")
            .mount(HostBindMount.of("/mnt", shared.toString()))
            .include("/mnt/target/placed", source.toString())
            .build();
    Path socket = Files.createDirectory(shared.resolve("target")).resolve("passwd");
    ServerSocketChannel bound =
        ServerSocketChannel.open(StandardProtocolFamily.UNIX)
            .bind(UnixDomainSocketAddress.of(socket));
    Swapping swapping = Swapping.begin(shared);
    try {
      Outcome outcome = DAEMON.run(config);

      assertThat(outcome.stdout()).isEqualTo(before);
    } catch (SandboxException refused) {
      assertThat(refused).hasMessageContaining("placed");
    } finally {
      swapping.end();
      bound.close();
    }
    assertThat(Path.of("/etc/placed")).doesNotExist();
    assertThat(mountsOnEtc()).isEqualTo(mountsBefore);
    assertThat(swapping.swaps()).isPositive();
    assertThat(Path.of("/etc/passwd")).hasContent(before);
  }

  private static List<String> mountsOnEtc() throws IOException {
    return Files.readAllLines(Path.of("/proc/self/mounts")).stream()
        .filter(line -> line.contains(" /etc"))
        .toList();
  }

  /** A directory and a link to {@code /etc} that change places, and back, until they cannot. */
  private static final class Swapping {
    private final Path target;
    private final Path aside;
    private final Path link;
    private final AtomicInteger swaps = new AtomicInteger();
    private final AtomicBoolean stop = new AtomicBoolean();
    private final CompletableFuture<Void> running;

    private Swapping(Path shared) {
      target = shared.resolve("target");
      aside = shared.resolve("aside");
      link = shared.resolve("link");
      running =
          CompletableFuture.runAsync(
              () -> {
                boolean swapped = true;
                while (swapped && !stop.get()) {
                  swapped = swap();
                }
              });
    }

    static Swapping begin(Path shared) throws IOException {
      Files.createDirectories(shared.resolve("target"));
      Files.createSymbolicLink(shared.resolve("link"), Path.of("/etc"));
      return new Swapping(shared);
    }

    /** False once somebody has made a target in the meantime. */
    private boolean swap() {
      try {
        Files.move(target, aside, StandardCopyOption.ATOMIC_MOVE);
        Files.move(link, target, StandardCopyOption.ATOMIC_MOVE);
        swaps.incrementAndGet();
        Files.move(target, link, StandardCopyOption.ATOMIC_MOVE);
        Files.move(aside, target, StandardCopyOption.ATOMIC_MOVE);
        return true;
      } catch (IOException e) {
        return false;
      }
    }

    /** How often the link stood where the target was. */
    int swaps() {
      return swaps.get();
    }

    void end() throws Exception {
      stop.set(true);
      running.get(60, TimeUnit.SECONDS);
    }
  }
}
