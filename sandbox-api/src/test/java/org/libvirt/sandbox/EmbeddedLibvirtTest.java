package org.libvirt.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.libvirt.Connect;
import org.libvirt.Domain;
import org.libvirt.LibvirtException;

@Timeout(60)
final class EmbeddedLibvirtTest {
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
  void a_started_daemon_runs_containers() throws LibvirtException {
    try (var libvirt = EmbeddedLibvirt.start(site)) {

      startSleeper(libvirt.uri("lxc"), "sleeper");

      assertThat(DaemonTraces.of(libvirt).programs("sleep")).hasSize(1);
      assertThat(libvirt.isAlive()).isTrue();
    }
  }

  @Test
  void nothing_is_left_when_it_is_closed() throws LibvirtException, IOException {
    List<Path> before = hostFiles();
    var libvirt = EmbeddedLibvirt.start();
    startSleeper(libvirt.uri("lxc"), "sleeper");

    libvirt.close();

    assertThat(DaemonTraces.of(libvirt).all()).isEmpty();
    assertThat(hostFiles()).isEqualTo(before);
    assertThat(libvirt.ended()).isCompleted();
    assertThat(libvirt.isAlive()).isFalse();
  }

  @Test
  void closing_twice_does_no_harm() {
    var libvirt = EmbeddedLibvirt.start(site);

    libvirt.close();
    libvirt.close();

    assertThat(libvirt.isAlive()).isFalse();
  }

  @Test
  void domains_of_one_name_in_two_daemons_have_cgroups_of_their_own() throws LibvirtException {
    try (var other = EmbeddedLibvirt.start(site)) {
      DaemonTraces traces;
      List<Path> groups;
      try (var one = EmbeddedLibvirt.start(site)) {
        startSleeper(one.uri("lxc"), "twin");
        startSleeper(other.uri("lxc"), "twin");
        traces = DaemonTraces.of(one);
        groups = traces.cgroups();
      }

      assertThat(groups).anyMatch(group -> group.toString().contains("twin"));
      assertThat(traces.all()).isEmpty();
      assertThat(DaemonTraces.of(other).programs("sleep")).hasSize(1);
      assertThat(DaemonTraces.of(other).cgroups())
          .anyMatch(group -> group.toString().contains("twin"));
    }
  }

  @Test
  void nothing_is_left_when_its_process_is_killed() throws Exception {
    try (var owner = DaemonOwner.start(site);
        var own = EmbeddedLibvirt.start(site)) {
      startSleeper("lxc+unix:///system?socket=" + owner.socket(), "sleeper");
      DaemonTraces traces = owner.traces();

      owner.kill();

      await().atMost(SOON).until(traces::all, List::isEmpty);
      assertThat(own.isAlive()).isTrue();
    }
  }

  @Test
  void the_death_of_its_launcher_is_its_end() throws LibvirtException {
    try (var libvirt = EmbeddedLibvirt.start(site)) {
      startSleeper(libvirt.uri("lxc"), "sleeper");

      DaemonTraces.of(libvirt).outer().destroyForcibly();

      assertThat(libvirt.ended()).succeedsWithin(SOON);
      assertThat(DaemonTraces.of(libvirt).all()).isEmpty();
    }
  }

  @Test
  void the_death_of_its_namespace_is_its_end() throws LibvirtException {
    try (var libvirt = EmbeddedLibvirt.start(site)) {
      startSleeper(libvirt.uri("lxc"), "sleeper");

      DaemonTraces.of(libvirt).inner().destroyForcibly();

      assertThat(libvirt.ended()).succeedsWithin(SOON);
      assertThat(DaemonTraces.of(libvirt).all()).isEmpty();
    }
  }

  @Test
  void containers_live_on_when_libvirtd_is_killed() throws LibvirtException {
    try (var libvirt = EmbeddedLibvirt.start(site)) {
      startSleeper(libvirt.uri("lxc"), "survivor");
      DaemonTraces traces = DaemonTraces.of(libvirt);
      List<ProcessHandle> before = traces.programs("sleep");

      traces.libvirtd().destroyForcibly();

      await()
          .atMost(SOON)
          .ignoreExceptions()
          .untilAsserted(() -> assertThat(domains(libvirt.uri("lxc"))).containsExactly("survivor"));
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
  void a_sweep_removes_what_a_killed_process_and_its_killed_launcher_left() throws Exception {
    try (var owner = DaemonOwner.start(site);
        var own = EmbeddedLibvirt.start(site)) {
      startSleeper("lxc+unix:///system?socket=" + owner.socket(), "sleeper");
      DaemonTraces dead = owner.traces();
      ProcessHandle launcher = dead.outer();
      List<String> alive = DaemonTraces.of(own).all();
      launcher.destroyForcibly();
      owner.kill();
      await().atMost(SOON).until(() -> !launcher.isAlive());

      EmbeddedLibvirt.sweep(site);

      assertThat(dead.all()).isEmpty();
      assertThat(DaemonTraces.of(own).all()).isEqualTo(alive);
    }
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
  void a_state_directory_that_is_kept_again_stays() throws IOException {
    Path directory = Files.createDirectories(site.state().resolve("kept"));
    try (var libvirt = EmbeddedLibvirt.start(site)) {
      libvirt.removeWhenOrphaned(directory);

      libvirt.keep(directory);
    }

    assertThat(directory).exists();
  }

  @Test
  void only_state_directories_can_be_marked() {
    try (var libvirt = EmbeddedLibvirt.start(site)) {
      Path own = libvirt.socket().getParent();

      for (Path wrong :
          List.of(
              own,
              site.state(),
              Path.of("/etc"),
              Path.of("/"),
              site.state().resolve(".."),
              site.state().resolve("a/b"),
              site.state().resolve("starting-1-0123abcd"))) {
        assertThatThrownBy(() -> libvirt.removeWhenOrphaned(wrong))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining(wrong.toString());
      }
    }
  }

  @Test
  void the_launcher_itself_removes_no_other_daemon() throws IOException {
    try (var other = EmbeddedLibvirt.start(site)) {
      Path victim = other.socket().getParent();

      try (var one = EmbeddedLibvirt.start(site)) {
        Files.createFile(one.socket().resolveSibling("marked").resolve(victim.getFileName()));
      }

      assertThat(other.socket()).exists();
    }
  }

  @Test
  void directories_that_the_host_lacks_appear_to_the_daemon_only() throws IOException {
    boolean hadCache = Files.exists(Path.of("/var/cache/libvirt"));
    List<String> caches = list(Path.of("/var/cache"));
    try (var libvirt = EmbeddedLibvirt.start(site)) {
      Path root = Path.of("/proc", "" + DaemonTraces.of(libvirt).libvirtd().pid(), "root");

      assertThat(list(root.resolve("var/cache"))).containsAll(caches).contains("libvirt");
      assertThat(list(root.resolve("run"))).contains("libvirt").doesNotContain("dbus", "systemd");
      assertThat(Files.exists(Path.of("/var/cache/libvirt"))).isEqualTo(hadCache);
    }
  }

  @Test
  void the_daemon_sees_the_accounts_of_the_host_and_no_others() throws LibvirtException {
    try (var libvirt = EmbeddedLibvirt.start(site)) {
      domains(libvirt.uri("lxc"));
      Path root = Path.of("/proc", "" + DaemonTraces.of(libvirt).libvirtd().pid(), "root");

      for (String file : List.of("etc/passwd", "etc/group")) {
        await()
            .atMost(SOON)
            .untilAsserted(
                () ->
                    assertThat(root.resolve(file))
                        .hasSameTextualContentAs(Path.of("/").resolve(file)));
      }
    }
  }

  @Test
  void a_service_managers_sigterm_leaves_the_daemon_to_its_owner() throws LibvirtException {
    try (var libvirt = EmbeddedLibvirt.start(site)) {

      DaemonTraces.of(libvirt).outer().destroy();

      assertThat(domains(libvirt.uri("lxc"))).isEmpty();
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

  @Test
  void the_daemon_is_in_a_session_of_its_own() throws IOException {
    try (var libvirt = EmbeddedLibvirt.start(site)) {
      long outer = DaemonTraces.of(libvirt).outer().pid();

      String stat = Files.readString(Path.of("/proc", "" + outer, "stat"));

      // state, parent, process group, session
      assertThat(stat.substring(stat.lastIndexOf(')') + 2).split(" ")[3]).isEqualTo("" + outer);
    }
  }

  @Test
  void others_cannot_reach_the_socket() throws IOException {
    try (var libvirt = EmbeddedLibvirt.start(site)) {

      var permissions = Files.getPosixFilePermissions(libvirt.socket().getParent());

      assertThat(PosixFilePermissions.toString(permissions)).isEqualTo("rwx------");
    }
  }

  @Test
  void a_host_without_libvirtd_is_told_what_to_install() {
    var bare = new DaemonSite(site.state(), site.cache(), List.of(temporary));

    assertThatThrownBy(() -> EmbeddedLibvirt.start(bare))
        .isInstanceOf(HostLacksException.class)
        .hasMessageContaining("libvirt-daemon-driver-lxc");
    assertThat(site.state()).doesNotExist();
  }

  @Test
  void a_socket_path_that_is_too_long_is_refused_and_leaves_nothing() throws IOException {
    Path deep = temporary.resolve("x".repeat(100));

    assertThatThrownBy(
            () -> EmbeddedLibvirt.start(new DaemonSite(deep, site.cache(), site.programs())))
        .isInstanceOf(HostLacksException.class)
        .hasMessageContaining("too long");
    assertThat(list(deep)).isEmpty();
  }

  private static void startSleeper(String uri, String name) throws LibvirtException {
    var connect = new Connect(uri);
    try {
      Domain domain =
          connect.domainCreateXML(
              """
              <domain type='lxc'>
                <name>%s</name>
                <memory unit='MiB'>64</memory>
                <os>
                  <type>exe</type>
                  <init>/bin/sleep</init>
                  <initarg>1000</initarg>
                </os>
                <devices>
                  <filesystem type='mount'>
                    <source dir='/'/>
                    <target dir='/'/>
                    <readonly/>
                  </filesystem>
                  <console type='pty'/>
                </devices>
              </domain>
              """
                  .formatted(name),
              0);
      domain.free();
    } finally {
      connect.close();
    }
  }

  private static List<String> domains(String uri) throws LibvirtException {
    var connect = new Connect(uri);
    try {
      var names = new ArrayList<String>();
      for (int id : connect.listDomains()) {
        Domain domain = connect.domainLookupByID(id);
        names.add(domain.getName());
        domain.free();
      }
      return names;
    } finally {
      connect.close();
    }
  }

  private static List<String> list(Path directory) throws IOException {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
    }
  }

  /** What libvirt writes below, by default; daemons of other processes have their own. */
  private static List<Path> hostFiles() throws IOException {
    var files = new ArrayList<Path>();
    for (String directory :
        List.of("/etc/libvirt", "/run/libvirt", "/var/lib/libvirt", "/var/log/libvirt")) {
      if (Files.exists(Path.of(directory))) {
        try (Stream<Path> entries = Files.walk(Path.of(directory))) {
          entries.forEach(files::add);
        }
      }
    }
    return files;
  }
}
