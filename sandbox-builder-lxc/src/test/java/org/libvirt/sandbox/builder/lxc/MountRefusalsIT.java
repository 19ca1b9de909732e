package org.libvirt.sandbox.builder.lxc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.libvirt.sandbox.InvalidSandboxException;
import org.libvirt.sandbox.SandboxException;
import org.libvirt.sandbox.builder.StateDirectory;
import org.libvirt.sandbox.config.HostBindMount;
import org.libvirt.sandbox.config.HostImageMount;
import org.libvirt.sandbox.config.ImageFormat;
import org.libvirt.sandbox.config.InteractiveConfig;
import org.libvirt.sandbox.config.RamMount;
import org.libvirt.sandbox.contract.HostTree;

/** Mounts that cannot be had: refused by name, with nothing made on the host. */
@Timeout(300)
final class MountRefusalsIT {
  private static final long MEBIBYTE = 1L << 20;

  @RegisterExtension static final Daemon DAEMON = new Daemon();
  @RegisterExtension final HostTree host = HostTree.hidden();
  @RegisterExtension final HostTree seen = HostTree.visible();

  private final UUID uuid = UUID.randomUUID();
  private final InteractiveConfig.Builder named =
      InteractiveConfig.builder().uuid(uuid).name("refused-" + uuid).command("/bin/true");

  private String data = "";
  private List<String> before = List.of();

  @BeforeEach
  void make() throws IOException {
    data = host.directoryWith("data", "of the host").toString();
    host.file("file", "a file\n");
    host.link("data/loop", "loop");
    host.link("data/dangling", "/no/where");
    before = host.content();
  }

  @AfterEach
  void nothing_was_made() throws IOException {
    assertThat(host.content()).isEqualTo(before);
    assertThat(seen.content()).isEmpty();
    assertThat(StateDirectory.pathOf(uuid)).doesNotExist();
    assertThat(DAEMON.traces().of("refused-" + uuid, uuid)).isEmpty();
  }

  @Test
  void a_target_that_the_root_lacks_is_refused_with_the_cure() {
    String target = seen.path("none").toString();

    assertRefused(named.mount(HostBindMount.of(target, data)), target, "run 'mkdir -p " + target);
  }

  @Test
  void a_target_of_a_file_that_the_root_lacks_is_refused_with_the_cure() {
    String target = seen.path("none").toString();

    assertRefused(
        named.mount(HostBindMount.of(target, host.path("file").toString())),
        target,
        "run 'touch " + target);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/no-such-directory", "/usr/none/below", "/etc/none"})
  void a_ram_mount_or_a_fresh_directory_where_the_root_has_none_is_refused(String target) {
    assertRefused(named.mount(RamMount.of(target, MEBIBYTE)), target);
    assertThat(Path.of(target)).doesNotExist();
  }

  @Test
  void a_target_that_a_bind_lacks_is_refused_and_not_made_on_the_host() {
    assertRefused(
        named.mount(HostBindMount.of("/srv", data)).mount(RamMount.of("/srv/none/below", MEBIBYTE)),
        "/srv/none/below");
  }

  @Test
  void a_target_that_a_read_only_bind_lacks_is_refused() {
    assertRefused(
        named
            .mount(HostBindMount.of("/srv", data).asReadOnly())
            .mount(HostBindMount.of("/srv/none", "")),
        "/srv/none");
  }

  @Test
  void a_file_at_a_directory_and_a_directory_at_a_file_are_refused() {
    String file = host.path("file").toString();

    assertRefused(named.mount(HostBindMount.of("/etc", file)), "'/etc' is a directory");
    assertRefused(
        named.mounts(List.of()).mount(HostBindMount.of("/etc/passwd", data)),
        "'/etc/passwd' is no directory");
    assertRefused(
        named.mounts(List.of()).mount(RamMount.of("/etc/passwd", MEBIBYTE)),
        "'/etc/passwd' is no directory");
    assertRefused(
        named.mounts(List.of()).mount(HostBindMount.of("/etc/passwd/below", data)), "/etc/passwd");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/no/such/source", "relative", "./relative", "~/x", " /srv"})
  void a_source_that_is_missing_or_relative_is_refused(String source) {
    assertRefused(named.mount(HostBindMount.of("/srv", source)), "'" + source + "'");
    assertRefused(
        named.mounts(List.of()).mount(HostImageMount.of("/srv", source, ImageFormat.RAW)),
        "'" + source + "'");
  }

  @Test
  void a_directory_is_no_image() {
    assertRefused(
        named.mount(HostImageMount.of("/srv", data, ImageFormat.RAW)), "is a directory", data);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/var/lib/libvirt-sandbox", "/var/lib/../lib/libvirt-sandbox/."})
  void a_source_where_sandboxes_have_their_state_is_refused(String source) {
    assertRefused(named.mount(HostBindMount.of("/srv", source)), source, "other sandboxes");
  }

  @Test
  void a_link_to_where_sandboxes_have_their_state_is_refused() throws IOException {
    Path link = host.link("states", "/var/lib/libvirt-sandbox");
    before = host.content();

    assertRefused(named.mount(HostBindMount.of("/srv", link.toString())), "other sandboxes");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/proc",
        "/proc/sys",
        "/sys",
        "/sys/fs/cgroup",
        "/dev",
        "/dev/pts",
        "/dev/sandbox",
        "/dev/sandbox/x",
        "/dev/./sandbox//",
        "/srv/../proc",
        "/var/run/../../sys",
        "/dev/null",
        "/dev/console",
        "/dev/disk",
        "/dev/disk/by-tag",
        "/dev/fd"
      })
  void a_target_in_what_every_sandbox_has_of_its_own_is_refused(String target) {
    assertRefused(named.mount(RamMount.of(target, MEBIBYTE)), target);
  }

  @ParameterizedTest
  @CsvSource({"/srv/loop,symbolic links", "/srv/dangling,does not exist"})
  void a_target_that_a_link_leads_nowhere_is_refused(String target, String words) {
    assertRefused(
        named.mount(HostBindMount.of("/srv", data)).mount(RamMount.of(target, MEBIBYTE)),
        target,
        words);
  }

  @Test
  void an_include_whose_source_is_missing_is_refused() {
    assertRefused(
        named.mount(RamMount.of("/srv", MEBIBYTE)).include("/srv/f", "/no/such/file"),
        "include source '/no/such/file' does not exist");
  }

  @Test
  void an_include_that_is_no_file_is_refused() {
    assertRefused(
        named.mount(RamMount.of("/srv", MEBIBYTE)).include("/srv/f", "/dev/null"),
        "include source '/dev/null' is neither a file nor a directory");
  }

  @Test
  void an_include_that_a_read_only_bind_has_no_place_for_is_refused() {
    assertRefused(
        named
            .mount(HostBindMount.of("/srv", data).asReadOnly())
            .include("/srv/none", host.path("file").toString()),
        "'/srv/none', which does not exist in a read-only mount");
  }

  @Test
  void an_include_of_another_kind_than_its_place_is_refused() {
    assertRefused(
        named.mount(HostBindMount.of("/srv", data)).include("/srv/file", data),
        "one is a file, the other a directory");
  }

  @Test
  void more_places_for_includes_than_a_sandbox_can_make_are_refused() {
    named.mount(HostBindMount.of("/srv", data));
    for (int i = 0; i < 257; i++) {
      named.include("/srv/new" + i, host.path("file").toString());
    }

    SandboxException refusal =
        catchThrowableOfType(SandboxException.class, () -> DAEMON.start(named.build()));

    assertThat(refusal).isNotNull().hasMessageContaining("/srv/new256");
  }

  private static void assertRefused(InteractiveConfig.Builder config, String... words) {
    var refusal =
        catchThrowableOfType(InvalidSandboxException.class, () -> DAEMON.start(config.build()));
    assertThat(refusal).isNotNull().hasMessageContainingAll(words);
    assertThat(refusal.getMessage().lines()).hasSize(1);
  }
}
