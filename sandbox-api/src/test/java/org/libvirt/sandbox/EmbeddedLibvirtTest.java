package org.libvirt.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ref.WeakReference;
import java.net.NetworkInterface;
import java.net.SocketException;
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

      Sleepers.start(libvirt.uri("lxc"), "sleeper");

      await().atMost(SOON).until(() -> DaemonTraces.of(libvirt).programs("sleep").size() == 1);
      assertThat(libvirt.isAlive()).isTrue();
    }
  }

  @Test
  void a_state_directory_of_any_name_is_connected_to() throws LibvirtException {
    Path odd = temporary.resolve("r sp,%41&a;b'#?+\u00e9");

    try (var libvirt = EmbeddedLibvirt.start(new DaemonSite(odd, site.cache(), site.programs()));
        var connection = SandboxConnection.open(libvirt.uri("lxc"))) {
      assertThat(connection.driver()).isEqualTo("lxc");
      assertThat(EmbeddedLibvirt.serving(libvirt.uri("lxc"))).hasValue(libvirt);
    }
  }

  @Test
  void a_socket_of_somebody_else_in_a_uri_is_no_daemon_of_this_process() {
    for (String socket : List.of("/no/such", "relative", "/a b", "/%", "")) {
      assertThat(EmbeddedLibvirt.serving("lxc+unix:///system?socket=" + socket)).isEmpty();
    }
  }

  @Test
  void a_daemon_for_one_driver_has_no_other_and_leaves_nothing()
      throws LibvirtException, IOException {
    List<Path> before = hostFiles();
    try (var libvirt = EmbeddedLibvirt.startFor("lxc")) {
      Sleepers.start(libvirt.uri("lxc"), "sleeper");

      assertThatThrownBy(() -> SandboxConnection.open(libvirt.uri("network")))
          .isInstanceOf(LibvirtRefusedException.class);
      try (Stream<Path> drivers = Files.list(libvirt.socket().resolveSibling("drivers"))) {
        assertThat(drivers).singleElement().asString().endsWith("libvirt_driver_lxc.so");
      }
    }

    assertThat(hostFiles()).isEqualTo(before);
  }

  @Test
  void a_driver_without_a_name_is_refused() {
    assertThatThrownBy(() -> EmbeddedLibvirt.startFor("lxc:///"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("libvirt driver 'lxc:///' is not a name; write 'lxc' or 'qemu'");
  }

  @Test
  void nothing_is_left_when_it_is_closed() throws LibvirtException, IOException {
    List<Path> before = hostFiles();
    var libvirt = EmbeddedLibvirt.start();
    Sleepers.start(libvirt.uri("lxc"), "sleeper");

    libvirt.close();

    assertThat(DaemonTraces.of(libvirt).all()).isEmpty();
    assertThat(hostFiles()).isEqualTo(before);
    assertThat(libvirt.ended()).isCompleted();
    assertThat(libvirt.isAlive()).isFalse();
  }

  @Test
  void a_private_network_is_not_the_hosts_and_leaves_nothing() throws LibvirtException {
    List<String> before = hostInterfaces();
    DaemonTraces traces;
    try (var libvirt = EmbeddedLibvirt.startWithPrivateNetwork(site);
        var connection = SandboxConnection.open(libvirt.uri("lxc"));
        var network =
            connection.createNetwork(
                "<network><name>own</name><bridge name='own0'/>"
                    + "<ip address='192.0.2.1' prefix='24'/></network>")) {
      traces = DaemonTraces.of(libvirt);

      assertThat(network.name()).isEqualTo("own");
      assertThat(traces.programs("dnsmasq")).isNotEmpty();
      assertThat(hostInterfaces()).isEqualTo(before);
      network.close();
      assertThat(traces.programs("dnsmasq")).isEmpty();
    }
    assertThat(traces.all()).isEmpty();
    assertThat(hostInterfaces()).isEqualTo(before);
  }

  @Test
  void a_private_network_that_is_not_closed_goes_with_its_daemon() {
    DaemonTraces traces;
    try (var libvirt = EmbeddedLibvirt.startWithPrivateNetwork(site);
        var connection = SandboxConnection.open(libvirt.uri("lxc"))) {
      connection.createNetwork(
          "<network><name>own</name><ip address='192.0.2.1' prefix='24'/></network>");
      traces = DaemonTraces.of(libvirt);
    }

    assertThat(traces.all()).isEmpty();
  }

  @Test
  void a_private_network_without_its_programs_names_their_package() throws IOException {
    Path programs = Files.createDirectory(temporary.resolve("programs"));
    Files.createFile(
        programs.resolve("libvirtd"),
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
    var bare = new DaemonSite(site.state(), site.cache(), List.of(programs));

    assertThatThrownBy(() -> EmbeddedLibvirt.startWithPrivateNetwork(bare))
        .isInstanceOf(HostLacksException.class)
        .hasMessageContaining("libvirt makes networks with dnsmasq")
        .hasMessageContaining("install dnsmasq-base (Debian)")
        .hasNoCause();
  }

  private static List<String> hostInterfaces() {
    try {
      return NetworkInterface.networkInterfaces().map(NetworkInterface::getName).sorted().toList();
    } catch (SocketException e) {
      throw new UncheckedIOException(e);
    }
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
        Sleepers.start(one.uri("lxc"), "twin");
        Sleepers.start(other.uri("lxc"), "twin");
        traces = DaemonTraces.of(one);
        groups = traces.cgroups();
      }

      assertThat(groups).anyMatch(group -> group.toString().contains("twin"));
      assertThat(traces.all()).isEmpty();
      await().atMost(SOON).until(() -> DaemonTraces.of(other).programs("sleep").size() == 1);
      assertThat(DaemonTraces.of(other).cgroups())
          .anyMatch(group -> group.toString().contains("twin"));
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
  void a_closed_connection_is_not_kept_for_the_daemons_end() {
    try (var libvirt = EmbeddedLibvirt.start(site)) {
      var connection = new WeakReference<>(openedAndClosed(libvirt));

      await()
          .atMost(SOON)
          .until(
              () -> {
                System.gc();
                return connection.refersTo(null);
              });
      assertThat(libvirt.isAlive()).isTrue();
    }
  }

  private static SandboxConnection openedAndClosed(EmbeddedLibvirt libvirt) {
    SandboxConnection connection = SandboxConnection.open(libvirt.uri("lxc"));
    connection.close();
    return connection;
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
  void directories_that_the_host_lacks_appear_to_the_daemon_only() throws Exception {
    boolean hadCache = Files.exists(Path.of("/var/cache/libvirt"));
    List<String> caches = list(Path.of("/var/cache"));
    try (var libvirt = EmbeddedLibvirt.start(site)) {
      Sleepers.names(libvirt.uri("lxc")); // returns once libvirtd is up
      Path root = Path.of("/proc", "" + DaemonTraces.of(libvirt).libvirtd().pid(), "root");

      assertThat(list(root.resolve("var/cache"))).containsAll(caches).contains("libvirt");
      assertThat(list(root.resolve("run"))).contains("libvirt").doesNotContain("dbus", "systemd");
      assertThat(Files.exists(Path.of("/var/cache/libvirt"))).isEqualTo(hadCache);
    }
  }

  @Test
  void the_daemon_sees_the_accounts_of_the_host_and_no_others() throws LibvirtException {
    try (var libvirt = EmbeddedLibvirt.start(site)) {
      Sleepers.names(libvirt.uri("lxc"));
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
  void a_socket_path_that_is_too_long_is_refused_and_leaves_nothing() {
    Path deep = temporary.resolve("x".repeat(100));

    assertThatThrownBy(
            () -> EmbeddedLibvirt.start(new DaemonSite(deep, site.cache(), site.programs())))
        .isInstanceOf(HostLacksException.class)
        .hasMessageContaining("too long");
    assertThat(deep).doesNotExist();
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
