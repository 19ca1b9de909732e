package org.libvirt.sandbox.builder.lxc;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.libvirt.sandbox.builder.StateDirectory;
import org.libvirt.sandbox.config.HostBindMount;
import org.libvirt.sandbox.config.InteractiveConfig;
import org.libvirt.sandbox.console.RpcConsole;
import org.libvirt.sandbox.context.InteractiveContext;
import org.libvirt.sandbox.contract.HostTree;
import org.libvirt.sandbox.contract.Outcome;

/** What is left of includes on the host, however their sandbox ends. */
@Timeout(300)
final class IncludeEndsIT {
  private static final Duration SOON = Duration.ofSeconds(60);

  @RegisterExtension static final Daemon DAEMON = new Daemon();
  @RegisterExtension final HostTree host = HostTree.hidden();

  private final UUID uuid = UUID.randomUUID();
  private final String name = "ends-" + uuid;
  private List<String> before = List.of();

  @BeforeEach
  void make() throws IOException {
    host.file("bound/kept", "kept\n");
    host.file("source", "included\n");
    before = host.content();
  }

  @Test
  void nothing_is_left_when_the_program_ends() throws Exception {
    Outcome outcome = DAEMON.run(config("cat /srv/a/b /srv/kept"));

    assertThat(outcome.lines()).containsExactly("included", "kept");
    assertThat(host.content()).isEqualTo(before);
  }

  @Test
  void nothing_is_left_when_the_program_is_killed() throws Exception {
    RpcConsole console = started().console();

    console.signal(9);

    console.exited().get(60, SECONDS);
    DAEMON.closeSandboxes();
    assertThat(host.content()).isEqualTo(before);
  }

  @Test
  void nothing_is_left_when_the_sandbox_is_closed_under_its_program() throws Exception {
    InteractiveContext sandbox = started();
    assertThat(host.content()).contains("bound/a/b");

    sandbox.close();

    assertThat(host.content()).isEqualTo(before);
    assertThat(StateDirectory.pathOf(uuid)).doesNotExist();
  }

  @Test
  void nothing_is_left_of_two_sandboxes_that_share_a_place() throws Exception {
    InteractiveContext one = started();
    InteractiveContext other =
        DAEMON.start(
            config("cat /srv/a/b; cat").toBuilder()
                .uuid(UUID.randomUUID())
                .name("o" + name)
                .build());
    assertThat(other.console().stdout().readNBytes(9)).asString(UTF_8).isEqualTo("included\n");

    one.close();
    assertThat(host.content()).contains("bound/a/b");
    other.close();

    assertThat(host.content()).isEqualTo(before);
  }

  @Test
  void what_the_program_made_beside_a_copy_stays() throws Exception {
    Outcome outcome =
        DAEMON.run(config("echo own > /srv/own; echo own > /srv/a/own; echo changed > /srv/a/b"));

    assertThat(outcome.stderr()).isEmpty();
    assertThat(host.content())
        .containsExactly("bound", "bound/a", "bound/a/own", "bound/kept", "bound/own", "source");
  }

  @Test
  void what_is_left_by_a_killed_controller_the_next_sandbox_removes() throws Exception {
    started();
    long controller =
        ProcessHandle.allProcesses()
            .filter(process -> commandOf(process).contains("\0--name\0" + name + "\0"))
            .mapToLong(ProcessHandle::pid)
            .findFirst()
            .orElseThrow();

    HostTree.command(List.of("kill", "-s", "KILL", Long.toString(controller)));
    await().atMost(SOON).until(() -> DAEMON.traces().sandboxProcesses().isEmpty());
    DAEMON.closeSandboxes();

    assertTheNextLeavesNothing();
  }

  @Test
  void what_is_left_by_a_killed_supervisor_the_next_sandbox_removes() throws Exception {
    started();
    long supervisor =
        ProcessHandle.allProcesses()
            .filter(process -> commandOf(process).startsWith("/dev/sandbox/sandbox-init"))
            .filter(process -> mountsOf(process).contains(uuid.toString()))
            .mapToLong(ProcessHandle::pid)
            .findFirst()
            .orElseThrow();

    HostTree.command(List.of("kill", "-s", "KILL", Long.toString(supervisor)));
    await().atMost(SOON).until(() -> DAEMON.traces().sandboxProcesses().isEmpty());
    DAEMON.closeSandboxes();

    assertThat(host.content()).contains("bound/a/b");
    assertTheNextLeavesNothing();
  }

  @Test
  void what_is_left_by_a_killed_owner_the_next_sandbox_removes() throws Exception {
    Path file = host.path("sandbox.cfg");
    config("cat /srv/a/b; cat").save(file);
    try (var owner = IncludingOwner.start(file)) {
      assertThat(host.content()).contains("bound/a/b");

      owner.kill();

      await().atMost(SOON).until(() -> Files.notExists(StateDirectory.pathOf(uuid)));
    }

    Files.delete(file);
    assertTheNextLeavesNothing();
  }

  @Test
  void a_fresh_directory_of_a_killed_owner_is_gone() throws Exception {
    Path file = host.path("sandbox.cfg");
    config("touch /mnt/own; echo ready; cat").toBuilder()
        .mount(HostBindMount.of("/mnt", ""))
        .build()
        .save(file);
    Path fresh = StateDirectory.pathOf(uuid).resolve("temporary");
    try (var owner = IncludingOwner.start(file)) {
      assertThat(fresh).isNotEmptyDirectory();

      owner.kill();

      await().atMost(SOON).until(() -> Files.notExists(fresh.getParent()));
    }
    Files.delete(file);
    assertTheNextLeavesNothing();
  }

  /** A supervisor that is killed while it removes placeholders is a matter of luck. */
  @RepeatedTest(8)
  void a_normal_end_leaves_nothing_each_time() throws Exception {
    assertTheNextLeavesNothing();
  }

  private void assertTheNextLeavesNothing() throws Exception {
    Outcome next = DAEMON.run(config("cat /srv/a/b /srv/kept"));

    assertThat(next.lines()).containsExactly("included", "kept");
    assertThat(host.content()).isEqualTo(before);
    assertThat(StateDirectory.pathOf(uuid)).doesNotExist();
  }

  private InteractiveContext started() throws IOException {
    InteractiveContext sandbox = DAEMON.start(config("cat /srv/a/b; cat"));
    assertThat(sandbox.console().stdout().readNBytes(9)).asString(UTF_8).isEqualTo("included\n");
    return sandbox;
  }

  private InteractiveConfig config(String script) {
    return Daemon.script(script)
        .name(name)
        .uuid(uuid)
        .mount(HostBindMount.of("/srv", host.path("bound").toString()))
        .include("/srv/a/b", host.path("source").toString())
        .build();
  }

  private static String commandOf(ProcessHandle process) {
    return read(process, "cmdline");
  }

  private static String mountsOf(ProcessHandle process) {
    return read(process, "mountinfo");
  }

  private static String read(ProcessHandle process, String file) {
    try {
      return Files.readString(Path.of("/proc", "" + process.pid(), file));
    } catch (IOException e) {
      return ""; // it has ended
    }
  }
}
