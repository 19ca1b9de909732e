package org.libvirt.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.libvirt.LibvirtException;

@Timeout(60)
final class DaemonDeathTest {
  private static final Duration SOON = Duration.ofSeconds(20);

  @TempDir Path temporary;
  private DaemonSite site;

  @BeforeEach
  void chooseSite() {
    site =
        new DaemonSite(
            temporary.resolve("state"), temporary.resolve("cache"), DaemonSite.ofHost().programs());
  }

  @Test
  void nothing_is_left_when_its_process_is_killed() throws Exception {
    try (var owner = DaemonOwner.start(site);
        var own = EmbeddedLibvirt.start(site)) {
      Sleepers.start("lxc+unix:///system?socket=" + owner.socket(), "sleeper");
      DaemonTraces traces = owner.traces();

      owner.kill();

      await().atMost(SOON).until(traces::all, List::isEmpty);
      assertThat(own.isAlive()).isTrue();
    }
  }

  @Test
  void the_death_of_its_launcher_is_its_end() throws LibvirtException {
    try (var libvirt = EmbeddedLibvirt.start(site)) {
      Sleepers.start(libvirt.uri("lxc"), "sleeper");

      DaemonTraces.of(libvirt).outer().destroyForcibly();

      assertThat(libvirt.ended()).succeedsWithin(SOON);
      assertThat(DaemonTraces.of(libvirt).all()).isEmpty();
    }
  }

  @Test
  void the_death_of_its_namespace_is_its_end() throws LibvirtException {
    try (var libvirt = EmbeddedLibvirt.start(site)) {
      Sleepers.start(libvirt.uri("lxc"), "sleeper");

      DaemonTraces.of(libvirt).inner().destroyForcibly();

      assertThat(libvirt.ended()).succeedsWithin(SOON);
      assertThat(DaemonTraces.of(libvirt).all()).isEmpty();
    }
  }

  @Test
  void containers_live_on_when_libvirtd_is_killed() throws LibvirtException {
    try (var libvirt = EmbeddedLibvirt.start(site)) {
      Sleepers.start(libvirt.uri("lxc"), "survivor");
      DaemonTraces traces = DaemonTraces.of(libvirt);
      // libvirt has answered, but the container's init may still be on its way to its program
      await().atMost(SOON).until(() -> traces.programs("sleep").size() == 1);
      List<ProcessHandle> before = traces.programs("sleep");

      traces.libvirtd().destroyForcibly();

      await()
          .atMost(SOON)
          .ignoreExceptions()
          .untilAsserted(
              () -> assertThat(Sleepers.names(libvirt.uri("lxc"))).containsExactly("survivor"));
      assertThat(traces.programs("sleep")).isEqualTo(before).hasSize(1);
    }
  }

  @Test
  void a_libvirtd_that_never_lives_is_given_up() throws IOException {
    Path programs = Files.createDirectory(temporary.resolve("programs"));
    Path libvirtd = Files.writeString(programs.resolve("libvirtd"), "#!/bin/false\n");
    Files.setPosixFilePermissions(libvirtd, PosixFilePermissions.fromString("rwx------"));

    try (var libvirt =
        EmbeddedLibvirt.start(new DaemonSite(site.state(), site.cache(), List.of(programs)))) {

      assertThat(libvirt.ended()).succeedsWithin(SOON);
      assertThat(DaemonTraces.of(libvirt).all()).isEmpty();
      assertThat(libvirt.isAlive()).isFalse();
    }
  }

  @Test
  void what_is_asked_of_a_libvirtd_that_does_not_come_back_is_refused() throws Exception {
    Path programs = Files.createDirectory(temporary.resolve("programs"));
    Path libvirtd =
        Files.writeString(
            programs.resolve("libvirtd"),
            "#!/bin/sh\nmkdir '%s' && exec '%s' \"$@\"\n"
                .formatted(temporary.resolve("first"), site.libvirtd()));
    Files.setPosixFilePermissions(libvirtd, PosixFilePermissions.fromString("rwx------"));
    var onceOnly = new DaemonSite(site.state(), site.cache(), List.of(programs));
    try (var libvirt = EmbeddedLibvirt.start(onceOnly);
        var connection = SandboxConnection.open(libvirt.uri("lxc"))) {
      UUID uuid = UUID.randomUUID();
      SandboxDomain domain = connection.createDomain(Sleepers.xml("sleeper", uuid), uuid);
      DaemonTraces traces = DaemonTraces.of(libvirt);

      traces.libvirtd().destroyForcibly();

      assertThatThrownBy(domain::processorTime)
          .isInstanceOf(LibvirtRefusedException.class)
          .hasMessageContaining(connection.uri())
          .message()
          .hasLineCount(1);
      domain.destroy();
      assertThat(libvirt.ended()).succeedsWithin(SOON);
      assertThat(traces.all()).isEmpty();
    }
  }

  @Test
  void a_sweep_removes_what_a_killed_process_and_its_killed_launcher_left() throws Exception {
    try (var owner = DaemonOwner.start(site);
        var own = EmbeddedLibvirt.start(site)) {
      Sleepers.start("lxc+unix:///system?socket=" + owner.socket(), "sleeper");
      DaemonTraces dead = owner.traces();
      String daemon = Path.of(owner.socket().toString()).getParent().getFileName().toString();
      ProcessHandle launcher = dead.outer();
      List<String> alive = directories(DaemonTraces.of(own));
      launcher.destroyForcibly();
      owner.kill();
      await().atMost(SOON).until(() -> !launcher.isAlive());

      List<String> removed = EmbeddedLibvirt.sweep(site);

      assertThat(removed).containsExactly(daemon);
      assertThat(dead.all()).isEmpty();
      assertThat(directories(DaemonTraces.of(own))).isEqualTo(alive);
      assertThat(own.isAlive()).isTrue();
    }
  }

  /** Without the processes, one of which ends once libvirtd answers. */
  private static List<String> directories(DaemonTraces traces) throws IOException {
    return traces.all().stream().filter(trace -> !trace.startsWith("process ")).toList();
  }

  @Test
  void a_start_removes_the_cgroups_of_a_dead_daemon_whose_directory_is_gone_too() throws Exception {
    try (var owner = DaemonOwner.start(site);
        var own = EmbeddedLibvirt.start(elsewhere("own"))) {
      Sleepers.start("lxc+unix:///system?socket=" + owner.socket(), "sleeper");
      DaemonTraces dead = owner.traces();
      ProcessHandle launcher = dead.outer();
      List<Path> alive = DaemonTraces.of(own).cgroups();
      // not later: any launcher of this host sweeps the cgroups of the dead
      assertThat(dead.cgroups()).anyMatch(group -> group.endsWith("machine"));
      launcher.destroyForcibly();
      owner.kill();
      await()
          .atMost(SOON)
          .until(dead::all, all -> all.stream().noneMatch(line -> line.startsWith("process ")));
      MoreFiles.deleteRecursively(site.state(), RecursiveDeleteOption.ALLOW_INSECURE);

      try (var next = EmbeddedLibvirt.start(elsewhere("next"))) {

        assertThat(dead.all()).isEmpty();
        assertThat(DaemonTraces.of(own).cgroups()).isEqualTo(alive).isNotEmpty();
        assertThat(next.isAlive()).isTrue();
      }
    }
  }

  @Test
  void cgroups_that_only_have_the_name_of_a_daemons_stay() throws IOException {
    List<Path> hierarchies;
    try (var libvirt = EmbeddedLibvirt.start(site)) {
      hierarchies = DaemonTraces.of(libvirt).cgroups();
    }
    Path namesake = Files.createDirectory(hierarchies.get(0).resolveSibling("sandbox-0123abcd"));
    try (var libvirt = EmbeddedLibvirt.start(site)) {

      assertThat(namesake).exists();
      assertThat(libvirt.isAlive()).isTrue();
    } finally {
      Files.delete(namesake);
    }
  }

  private DaemonSite elsewhere(String name) {
    return new DaemonSite(temporary.resolve(name), site.cache(), site.programs());
  }

  @Test
  void every_start_sweeps() throws IOException {
    Files.createDirectories(site.state().resolve("daemon-0123abcd/etc"));
    Files.createDirectories(site.state().resolve("starting-99999999-0123abcd"));
    Files.createDirectories(site.state().resolve("another"));

    try (var libvirt = EmbeddedLibvirt.start(site)) {

      assertThat(list(site.state()))
          .containsExactlyInAnyOrder(
              libvirt.socket().getParent().getFileName().toString(), "another");
    }
  }

  @Test
  void marked_state_directories_go_with_a_killed_process() throws Exception {
    Files.createDirectories(site.state().resolve("marked/config"));
    Files.createDirectories(site.state().resolve("unmarked"));
    try (var owner = DaemonOwner.start(site, "marked")) {
      DaemonTraces traces = owner.traces();

      owner.kill();

      await().atMost(SOON).until(traces::all, List::isEmpty);
      assertThat(list(site.state())).containsExactly("unmarked");
    }
  }

  @Test
  void a_marked_directory_that_another_living_process_holds_stays() throws Exception {
    Path held = Files.createDirectories(site.state().resolve("held"));
    Files.createDirectories(site.state().resolve("marked"));
    try (FileChannel lock =
            FileChannel.open(
                held.resolve("owner.lock"),
                StandardOpenOption.CREATE_NEW,
                StandardOpenOption.WRITE);
        var owner = DaemonOwner.start(site, "held", "marked")) {
      assertThat(lock.tryLock()).isNotNull();
      DaemonTraces traces = owner.traces();

      owner.kill();

      await().atMost(SOON).until(traces::all, List::isEmpty);
      assertThat(list(site.state())).containsExactly("held");
    }
  }

  @Test
  void a_directory_is_marked_once() throws IOException {
    Path directory = Files.createDirectories(site.state().resolve("state"));
    try (var libvirt = EmbeddedLibvirt.start(site)) {
      assertThat(libvirt.removeWhenOrphaned(directory)).isTrue();
      assertThat(libvirt.removeWhenOrphaned(directory)).isFalse();
    }
    assertThat(directory).doesNotExist();
  }

  @Test
  void a_service_managers_sigterm_leaves_the_daemon_to_its_owner() throws LibvirtException {
    try (var libvirt = EmbeddedLibvirt.start(site)) {

      DaemonTraces.of(libvirt).outer().destroy();

      assertThat(Sleepers.names(libvirt.uri("lxc"))).isEmpty();
      assertThat(libvirt.isAlive()).isTrue();
    }
  }

  @Test
  void state_directories_stay_with_a_process_whose_daemon_dies() throws IOException {
    Path directory = Files.createDirectories(site.state().resolve("state"));
    try (var libvirt = EmbeddedLibvirt.start(site)) {
      libvirt.removeWhenOrphaned(directory);

      DaemonTraces.of(libvirt).inner().destroyForcibly();
      libvirt.ended().join();
      libvirt.keep(directory);

      assertThat(directory).exists();
    }
  }

  private static List<String> list(Path directory) throws IOException {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
    }
  }
}
