package org.libvirt.sandbox.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.libvirt.sandbox.EmbeddedLibvirt;
import org.libvirt.sandbox.ExitStatus;
import org.libvirt.sandbox.LibvirtRefusedException;
import org.libvirt.sandbox.SandboxConnection;
import org.libvirt.sandbox.SandboxDomain;
import org.libvirt.sandbox.builder.RunningSandbox;
import org.libvirt.sandbox.config.InteractiveConfig;
import org.libvirt.sandbox.context.AttachedContext;
import org.libvirt.sandbox.context.InteractiveContext;

/** A libvirtd that is not this process's own, and that dies for good under a running sandbox. */
@Timeout(60)
final class LibvirtdGoneIT {
  private static final Duration SOON = Duration.ofSeconds(30);

  private final UUID uuid = UUID.randomUUID();
  private final String name =
      "gone-" + HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextInt());
  private final Remains remains = new Remains(name, uuid);
  @TempDir private Path directory;
  private EmbeddedLibvirt libvirt;
  private ProcessHandle keeper;
  private SandboxConnection connection;
  private InteractiveContext sandbox;

  @BeforeEach
  void startSandbox() throws IOException {
    libvirt = EmbeddedLibvirt.start();
    Path socket = Files.createSymbolicLink(directory.resolve("socket"), libvirt.socket());
    connection = SandboxConnection.open("lxc+unix:///system?socket=" + socket);
    sandbox = start(name, uuid, "read -r line; echo \"heard $line\"; exit 7");
    keeper = SandboxProcesses.INNER.find(libvirt, name);
  }

  private InteractiveContext start(String name, UUID uuid, String script) {
    return InteractiveContext.start(
        connection,
        InteractiveConfig.builder().name(name).uuid(uuid).command("sh", "-c", script).build());
  }

  @AfterEach
  void letLibvirtdBack() throws Exception {
    try {
      VictimProcess.signal(keeper.pid(), "CONT");
      sandbox.close();
    } finally {
      connection.close();
      libvirt.close();
    }
    await().atMost(SOON).until(remains::all, List::isEmpty);
  }

  /** Leaves what a killed daemon leaves: a socket at which nobody listens. */
  private void endLibvirtd() throws Exception {
    VictimProcess.signal(keeper.pid(), "STOP");
    ProcessHandle libvirtd = SandboxProcesses.LIBVIRTD.find(libvirt, name);
    libvirtd.destroyForcibly();
    Path socket = directory.resolve("socket");
    Files.delete(socket);
    ServerSocketChannel.open(StandardProtocolFamily.UNIX)
        .bind(UnixDomainSocketAddress.of(socket))
        .close();
  }

  @Test
  void its_program_goes_on_to_its_end() throws Exception {
    endLibvirtd();

    sandbox.console().stdin().write("you\n".getBytes(StandardCharsets.UTF_8));
    sandbox.console().stdin().flush();

    assertThat(sandbox.console().stdout().readAllBytes()).asString().isEqualTo("heard you\n");
    assertThat(sandbox.console().exited()).succeedsWithin(SOON).isEqualTo(new ExitStatus.Exited(7));
  }

  @Test
  @Timeout(10)
  void what_needs_libvirt_says_at_once_which_one_is_gone() throws Exception {
    RunningSandbox running = RunningSandbox.find(name).orElseThrow();
    SandboxDomain domain = connection.findDomain(uuid).orElseThrow();
    endLibvirtd();

    assertRefused(() -> connection.findDomain(uuid));
    assertRefused(domain::processorTime);
    assertRefused(domain::destroy);
    assertRefused(() -> AttachedContext.attach(running));
    assertRefused(() -> start(name + "-next", UUID.randomUUID(), "true"));
    assertRefused(() -> SandboxConnection.open(connection.uri()));
    assertRefused(sandbox::logConsole);
    assertThat(RunningSandbox.find(name)).hasValue(running);
  }

  @Test
  void a_daemon_that_is_back_is_asked_again() throws Exception {
    endLibvirtd();
    assertRefused(() -> connection.findDomain(uuid));

    VictimProcess.signal(keeper.pid(), "CONT");
    Path socket = directory.resolve("socket");
    Files.delete(socket);
    Files.createSymbolicLink(socket, libvirt.socket());

    assertThat(connection.findDomain(uuid)).isPresent();
  }

  /** And says how long it took: the documented second is not asserted on a busy machine. */
  private void assertRefused(ThrowingCallable call) {
    long start = System.nanoTime();
    assertThatThrownBy(call)
        .isInstanceOf(LibvirtRefusedException.class)
        .hasMessageContaining(connection.uri())
        .hasMessageContaining("see that its daemon runs")
        .message()
        .hasLineCount(1);
    System.out.println("refused after " + (System.nanoTime() - start) / 1_000_000 + " ms");
  }

  @Test
  void closing_its_context_ends_it_and_removes_its_state() throws Exception {
    endLibvirtd();

    sandbox.close();

    // libvirt itself leaves the empty cgroups of a container that ends meanwhile
    await().atMost(SOON).until(remains::all, all -> all.stream().allMatch(LibvirtdGoneIT::isGroup));
    connection.close();
  }

  private static boolean isGroup(String line) {
    return line.startsWith("cgroup");
  }
}
