package org.libvirt.sandbox.builder.lxc;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.libvirt.sandbox.builder.HostFacts;
import org.libvirt.sandbox.builder.HostMount;
import org.libvirt.sandbox.builder.LaunchRecord;
import org.libvirt.sandbox.config.Hardening;
import org.libvirt.sandbox.config.InteractiveConfig;
import org.libvirt.sandbox.domain.Filesystem;

final class GuestTreeTest {
  private static final Path HOST = Path.of("/");
  private static final int NOSUID = 1;
  private static final int NODEV = 2;
  private static final int NOEXEC = 4;

  private static final int MANY = 65;

  @TempDir Path root;

  @Test
  void directories_of_daemons_and_sandboxes_are_hidden() {
    List<String> masks = items(HOST, facts(), "name").masks();

    assertThat(masks)
        .containsExactly(
            "/var/lib/libvirt-sandbox",
            "/var/cache/libvirt-sandbox",
            "/etc/libvirt",
            "/var/lib/libvirt",
            "/var/log/libvirt",
            "/var/cache/libvirt");
  }

  @Test
  void sockets_are_hidden_where_the_sandbox_would_see_them() {
    HostFacts facts =
        new HostFacts(
            List.of(),
            Set.of(
                Path.of("/srv/socket"),
                Path.of("/tmp/fresh"),
                Path.of("/run/fresh"),
                Path.of("/dev/log"),
                Path.of("/var/lib/libvirt/hidden/anyway")));

    RecordItems items = items(HOST, facts, "name");

    assertThat(items.sockets()).containsExactly("/srv/socket");
    assertThat(items.masks()).doesNotContain("/srv/socket");
  }

  @Test
  void paths_below_another_root_are_told_as_the_sandbox_sees_them() {
    HostFacts facts =
        new HostFacts(List.of(), Set.of(root.resolve("srv/socket"), Path.of("/srv/outside")));

    List<String> sockets = items(root, facts, "name").sockets();

    assertThat(sockets).containsExactly("/srv/socket");
  }

  @Test
  void a_directory_of_many_sockets_and_nothing_else_is_hidden_as_a_whole() throws Exception {
    Path real = root.toRealPath();
    Set<Path> sockets = new HashSet<>(bindMany(real.resolve("crowd")));
    List<Path> others = bindMany(real.resolve("mixed"));
    Files.createFile(real.resolve("mixed/file"));
    sockets.addAll(others);

    RecordItems items = items(real, new HostFacts(List.of(), sockets), "name");

    assertThat(items.directoriesOfSockets()).containsExactly("/crowd");
    assertThat(items.sockets())
        .hasSize(MANY)
        .containsAll(others.stream().map(path -> "/" + real.relativize(path)).toList());
  }

  /** Sockets that nobody holds any more; their names stay. */
  private static List<Path> bindMany(Path directory) throws IOException {
    Files.createDirectory(directory);
    List<Path> sockets = new ArrayList<>();
    for (int i = 0; i < MANY; i++) {
      Path socket = directory.resolve("s" + i);
      try (var bound = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
        bound.bind(UnixDomainSocketAddress.of(socket));
      }
      sockets.add(socket);
    }
    return sockets;
  }

  @Test
  void mount_flags_come_back() {
    HostFacts facts =
        facts(mount("/", "rw"), mount("/srv", "nosuid", "nodev", "noexec"), mount("/opt", "nodev"));

    List<String> flags = items(HOST, facts, "name").mountFlags();

    assertThat(flags).containsExactly("/srv " + (NOSUID | NODEV | NOEXEC), "/opt " + NODEV);
  }

  @Test
  void of_several_mounts_at_one_point_the_uppermost_counts() {
    HostFacts facts = facts(mount("/srv", "nosuid"), mount("/srv", "noexec"));

    List<String> flags = items(HOST, facts, "name").mountFlags();

    assertThat(flags).containsExactly("/srv " + NOEXEC);
  }

  @Test
  void mounts_under_what_the_sandbox_has_of_its_own_are_left_out() {
    HostFacts facts =
        facts(
            mount("/proc", "nosuid"),
            mount("/sys/fs/cgroup", "nosuid"),
            mount("/dev/shm", "nosuid"),
            mount("/run/user/0", "nosuid"),
            mount("/var/lib/libvirt", "nosuid"));

    assertThat(items(HOST, facts, "name").mountFlags()).isEmpty();
  }

  @Test
  void a_root_that_is_a_mount_point_itself_is_flagged_as_the_root() {
    HostFacts facts = facts(mount(root.toString(), "nodev"));

    assertThat(items(root, facts, "name").mountFlags()).containsExactly("/ " + NODEV);
  }

  @Test
  void directories_are_fresh_only_where_the_root_has_them() throws IOException {
    Files.createDirectories(root.resolve("tmp"));
    Files.createDirectories(root.resolve("var"));
    Files.createSymbolicLink(root.resolve("var/tmp"), Path.of("../tmp"));

    assertThat(tree(root, facts()).freshDirectories()).containsOnlyKeys("/tmp");
  }

  @Test
  void the_host_name_is_what_libvirt_makes_of_the_name() {
    assertThat(items(HOST, facts(), "--a.b_c-1").files())
        .containsExactly(
            "/etc/hostname abc-1\n",
            "/etc/hosts 127.0.0.1 localhost\n::1 localhost\n127.0.1.1 abc-1\n");
  }

  private static RecordItems items(Path root, HostFacts facts, String name) {
    LaunchRecord.Builder record = LaunchRecord.builder();
    GuestTree tree = tree(root, facts);
    tree.hide(record, config(name), tree.places(), List.of());
    tree.hideSockets(record, tree.places(), List.of());
    tree.describe(record, config(name), tree.places(), List.of());
    return new RecordItems(record.build());
  }

  private static InteractiveConfig config(String name) {
    return InteractiveConfig.builder()
        .name(name)
        .hardening(Hardening.standard().showingSecrets())
        .build();
  }

  private static GuestTree tree(Path root, HostFacts facts) {
    GuestRoot given =
        new GuestRoot(Optional.of(root), false, Filesystem.mount(root, "/").readOnly());
    return GuestTree.of(given, facts);
  }

  private static HostFacts facts(HostMount... mounts) {
    return new HostFacts(List.of(mounts), Set.of());
  }

  private static HostMount mount(String point, String... flags) {
    return new HostMount(Path.of(point), "0:1", Path.of("/"), Set.of(flags));
  }
}
