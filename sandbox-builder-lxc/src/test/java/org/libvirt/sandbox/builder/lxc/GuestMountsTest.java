package org.libvirt.sandbox.builder.lxc;

import static java.nio.file.attribute.PosixFilePermissions.fromString;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.libvirt.sandbox.HostDirectories;
import org.libvirt.sandbox.InvalidSandboxException;
import org.libvirt.sandbox.builder.HostFacts;
import org.libvirt.sandbox.builder.HostMount;
import org.libvirt.sandbox.config.HostBindMount;
import org.libvirt.sandbox.config.Identity;
import org.libvirt.sandbox.config.InteractiveConfig;
import org.libvirt.sandbox.config.Mount;
import org.libvirt.sandbox.config.Root;

final class GuestMountsTest {
  private static final int NOSUID_NODEV_REQUIRED = 1 | 2 | 16;
  private static final int NOEXEC = 4;
  private static final int READ_ONLY = 8;

  private final Path root;
  private final Path data;
  private final Path file;
  private final Path image;

  GuestMountsTest(@TempDir Path directory) throws IOException {
    Path real = directory.toRealPath();
    root = real.resolve("root");
    data = real.resolve("data");
    file = real.resolve("file");
    image = real.resolve("image.img");
  }

  @BeforeEach
  void makeFiles() throws IOException {
    for (String name :
        List.of("dev", "proc", "sys", "run", "tmp", "var/tmp", "etc", "srv/a", "srv/b")) {
      Files.createDirectories(root.resolve(name));
    }
    Files.createFile(root.resolve("etc/hosts"));
    Files.createSymbolicLink(root.resolve("var/run"), Path.of("/run"));
    Files.createSymbolicLink(root.resolve("self"), Path.of("/"));
    Files.createDirectories(data.resolve("below"));
    Files.createFile(file);
    Files.createFile(image);
  }

  /** What clears the directory up warns of links that lead out of it. */
  @AfterEach
  void removeLinks() throws IOException {
    Files.delete(root.resolve("var/run"));
    Files.delete(root.resolve("self"));
    Files.deleteIfExists(data.resolve("leads"));
  }

  @Test
  void mounts_stand_in_the_order_of_the_config() {
    try (Draft draft =
        draft(bind("/srv/b", data), ram("/srv/a"), bind("/srv/b", data.resolve("below")))) {
      assertThat(draft.mounts())
          .containsExactly(
              "mount " + data + " /srv/b", "ram 1048576 /srv/a", "mount " + data + "/below /srv/b");
    }
  }

  @Test
  void every_kind_becomes_what_libvirt_calls_it() {
    try (Draft draft =
        draft(
            HostBindMount.of("/srv/a", data.toString()).asReadOnly(),
            Mount.parse("host-image:/srv/b=" + image),
            Mount.parse("guest-bind:/tmp/x=/etc"),
            bind("/etc/hosts", file))) {
      assertThat(draft.mounts())
          .containsExactly(
              "mount " + data + " /srv/a ro",
              "file " + image + " /srv/b loop",
              "bind /etc /tmp/x",
              "mount " + file + " /etc/hosts");
    }
  }

  @Test
  void the_source_and_the_target_are_told_without_links() throws IOException {
    Path link = Files.createSymbolicLink(file.resolveSibling("link"), data);
    try (Draft draft =
        draft(bind("/var/run/x", link), Mount.parse("guest-bind:/tmp/y=/self/etc"))) {
      assertThat(draft.mounts()).containsExactly("mount " + data + " /run/x", "bind /etc /tmp/y");
    }
  }

  @Test
  void sources_are_told_as_libvirt_finds_them() {
    try (Draft draft =
        Draft.of(config(bind("/srv/a", data)).build(), path -> Path.of("/elsewhere" + path))) {
      assertThat(draft.mounts()).containsExactly("mount /elsewhere" + data + " /srv/a");
    }
  }

  @Test
  void an_empty_source_is_a_fresh_directory_of_the_programs_user_BUG_1() throws IOException {
    InteractiveConfig config =
        config(ram("/srv/b"), Mount.parse("host-bind:/srv/a="))
            .identity(new Identity(1234, 5678, "somebody", "/"))
            .build();

    try (Draft draft = Draft.of(config)) {
      Path fresh = Path.of(draft.mounts().get(1).split(" ")[1]);
      assertThat(fresh).startsWith(draft.state().path()).isEmptyDirectory();
      assertThat(Files.getAttribute(fresh, "unix:uid")).isEqualTo(1234);
      assertThat(Files.getAttribute(fresh, "unix:gid")).isEqualTo(5678);
      assertThat(Files.getPosixFilePermissions(fresh)).isEqualTo(fromString("rwxr-xr-x"));
      draft.close();
      assertThat(fresh).doesNotExist();
    }
  }

  @Test
  void nothing_is_made_on_the_host() throws IOException {
    List<String> before = tree();

    try (Draft draft =
        draft(
            ram("/run/new/ram"),
            bind("/tmp/new", data),
            bind("/tmp/file", file),
            bind("/dev/shm/x", data),
            Mount.parse("host-bind:/srv/a="),
            bind("/srv/a/new", data),
            Mount.parse("guest-bind:/var/tmp/etc=/etc"))) {
      assertThat(draft.mounts()).hasSize(8); // /dev/shm is the eighth
    }

    assertThat(tree()).isEqualTo(before);
  }

  private List<String> tree() throws IOException {
    try (Stream<Path> paths = Files.walk(root.getParent())) {
      return paths.map(Path::toString).sorted().toList();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "host-bind:/srv/a=srv|host-bind source 'srv' is not absolute; write a path that begins with"
            + " '/'",
        "host-bind:/srv/a=/no/where|host-bind source '/no/where' does not exist on this host",
        "host-image:/srv/a=x.img|host-image source 'x.img' is not absolute",
        "host-image:/srv/a=/no.img|host-image source '/no.img' does not exist on this host",
        "host-image:/srv/a=/usr|host-image source '/usr' is a directory; give the file of an image"
      })
  void a_source_that_cannot_be_is_refused_BUG_63(String option, String message) {
    assertRefused(message, Mount.parse(option));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ram:/srv/new=1M|mount target '/srv/new' does not exist, and nothing is made on the host;"
            + " run 'mkdir -p ROOT/srv/new' there, or first mount ram or an empty host-bind above"
            + " it",
        "host-bind:/srv/new=FILE|run 'touch ROOT/srv/new' there",
        "host-bind:/srv/a=FILE|mount target '/srv/a' is a directory, but what is mounted there is a"
            + " file; choose a file",
        "ram:/etc/hosts=1M|mount target '/etc/hosts' is no directory",
        "host-bind:/etc/hosts=DATA|mount target '/etc/hosts' is no directory",
        "host-image:/etc/hosts=IMAGE|mount target '/etc/hosts' is no directory",
        "ram:/etc/hosts/x=1M|mount target '/etc/hosts/x' cannot be had: '/etc/hosts' in"
            + " '/etc/hosts/x' is no directory",
        "ram:/run/x/../../etc=1M|mount target '/run/x/../../etc' cannot be had: '/run/x'",
        "ram:/..=1M|mount target '/..' leads to '/'; write '/' for the root",
        "ram:/self=1M|mount target '/self' leads to '/'",
        "guest-bind:/tmp/x=etc|guest-bind source 'etc' is not absolute; write '/etc'",
        "guest-bind:/tmp/x=/no|guest-bind source '/no' does not exist in the sandbox",
        "guest-bind:/tmp/x=/tmp/y|guest-bind source '/tmp/y' does not exist in the sandbox",
        "guest-bind:/tmp/x=/proc|guest-bind source '/proc' is what every sandbox has of its own, with"
            + " parts of it closed, which they would not be in a second mount; use it where it is",
        "guest-bind:/tmp/x=/sys/firmware|guest-bind source '/sys/firmware' is what every sandbox has of its own",
        "guest-bind:/tmp/x=/dev|guest-bind source '/dev' is what every sandbox has of its own",
        "host-bind:/srv/a=/proc/sys|host-bind source '/proc/sys' is in '/proc', the host kernel's, which"
            + " no sandbox is given; copy what is needed of it to a file, and give that",
        "host-bind:/srv/a=/sys|host-bind source '/sys' is in '/sys', the host kernel's",
        "host-bind:/srv/a=/sys/kernel|host-bind source '/sys/kernel' is in '/sys'",
        "host-bind:/=/sys|host-bind source '/sys' is in '/sys'",
        "guest-bind:/srv/a=/etc/hosts|mount target '/srv/a' is a directory",
        "guest-bind:/etc/hosts=/srv|mount target '/etc/hosts' is no directory"
      })
  void a_place_that_cannot_be_is_refused_before_libvirt_is_asked(String option, String message) {
    assertRefused(filled(message), Mount.parse(filled(option)));
  }

  @ParameterizedTest
  @CsvSource({"/proc,/proc", "/sys/kernel,/sys"})
  void a_link_to_what_is_the_host_kernels_is_no_source(String leadsTo, String place)
      throws Exception {
    Path link = Files.createSymbolicLink(data.resolve("leads"), Path.of(leadsTo));

    assertRefused(
        "host-bind source '%s' is in '%s', the host kernel's".formatted(link, place),
        bind("/srv/a", link));
  }

  @Test
  void a_second_mount_of_what_is_the_host_kernels_is_no_source() {
    HostFacts host =
        new HostFacts(
            List.of(
                new HostMount(Path.of("/"), "8:1", Path.of("/"), Set.of("rw")),
                new HostMount(Path.of("/sys"), "0:9", Path.of("/"), Set.of("rw")),
                new HostMount(data, "0:9", Path.of("/"), Set.of("rw"))),
            Set.of());

    assertThatExceptionOfType(InvalidSandboxException.class)
        .isThrownBy(() -> Draft.of(config(bind("/srv/a", data.resolve("below"))).build(), host))
        .withMessageContaining("is in '/sys', the host kernel's");
  }

  private String filled(String text) {
    return text.replace("ROOT", root.toString())
        .replace("FILE", file.toString())
        .replace("DATA", data.toString())
        .replace("IMAGE", image.toString());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/proc", "/proc/sys", "/sys", "/dev", "/dev/", "/dev/pts/1", "/dev/sandbox/x"})
  void what_a_sandbox_has_of_its_own_is_no_target(String target) {
    assertRefused(
        "mount target '%s' is what every sandbox has of its own; choose another".formatted(target),
        ram(target));
  }

  @ParameterizedTest
  @ValueSource(strings = {"/dev/shm", "/dev/sandbox2", "/run", "/run/x/y", "/tmp/x"})
  void what_is_fresh_may_be_mounted_over_and_into(String target) {
    try (Draft draft = draft(ram(target))) {
      assertThat(draft.mounts()).containsExactly("ram 1048576 " + target);
    }
  }

  @Test
  void a_mount_in_shared_memory_stands_over_that() {
    try (Draft draft = draft(ram("/dev/shm/x"))) {
      assertThat(draft.mounts()).containsExactly("ram 67108864 /dev/shm", "ram 1048576 /dev/shm/x");
      assertThat(draft.items().temporary()).isEmpty();
    }
  }

  @Test
  void shared_memory_is_not_made_where_a_mount_stands() {
    try (Draft plain = draft();
        Draft mounted = draft(ram("/dev/shm"))) {
      assertThat(plain.items().temporary()).containsExactly("/dev/shm");
      assertThat(mounted.items().temporary()).isEmpty();
    }
  }

  @Test
  void states_of_sandboxes_are_no_source() {
    try (Draft other = draft()) {
      String state = other.state().path().toString();

      assertRefused("which holds other sandboxes", bind("/srv/a", other.state().path()));
      assertRefusedOnHost(
          "guest-bind source '%s' is in '%s', which holds other sandboxes; choose another"
              .formatted(state, HostDirectories.state()),
          Mount.parse("guest-bind:/tmp/x=" + state));
    }
  }

  private static void assertRefusedOnHost(String message, Mount mount) {
    InteractiveConfig config =
        InteractiveConfig.builder().name("planned").command("/bin/true").mount(mount).build();
    assertThatExceptionOfType(InvalidSandboxException.class)
        .isThrownBy(() -> Draft.of(config).close())
        .withMessageContaining(message);
  }

  @Test
  void a_guest_bind_has_what_stands_before_it_and_not_after_it() {
    try (Draft draft = draft(bind("/tmp/x", data), Mount.parse("guest-bind:/srv/a=/tmp/x/below"))) {
      assertThat(draft.mounts().get(1)).isEqualTo("bind /tmp/x/below /srv/a");
    }
    assertRefused(
        "guest-bind source '/tmp/x' does not exist in the sandbox; name what the root, or a mount"
            + " before it, has",
        Mount.parse("guest-bind:/srv/a=/tmp/x"),
        bind("/tmp/x", data));
  }

  @Test
  void a_target_may_lie_in_an_image_that_nobody_has_looked_into() {
    try (Draft draft = draft(Mount.parse("host-image:/srv/a=" + image), ram("/srv/a/some/where"))) {
      assertThat(draft.mounts()).hasSize(2);
    }
  }

  @Test
  void flags_keep_the_host_safe_and_tell_what_libvirt_loses() {
    HostFacts host =
        new HostFacts(
            List.of(mount(Path.of("/"), "rw"), mount(data.resolve("below"), "noexec")), Set.of());
    InteractiveConfig config =
        config(
                bind("/srv/a", data),
                HostBindMount.of("/srv/b", data.toString()).asReadOnly(),
                bind("/tmp/x", data.resolve("below")))
            .build();

    try (Draft draft = Draft.of(config, host)) {
      assertThat(draft.items().mountFlags())
          .containsExactly(
              "/srv/a " + NOSUID_NODEV_REQUIRED,
              "/srv/b " + (NOSUID_NODEV_REQUIRED | READ_ONLY),
              "/tmp/x " + (NOSUID_NODEV_REQUIRED | NOEXEC));
    }
  }

  @Test
  void of_two_mounts_on_one_target_the_upper_one_has_flags() {
    try (Draft draft =
        draft(HostBindMount.of("/srv/a", data.toString()).asReadOnly(), bind("/srv/a", data))) {
      assertThat(draft.items().mountFlags()).containsExactly("/srv/a " + NOSUID_NODEV_REQUIRED);
    }
  }

  private static HostMount mount(Path point, String flag) {
    return new HostMount(point, "8:1", point, Set.of(flag));
  }

  private void assertRefused(String message, Mount... mounts) {
    assertThatExceptionOfType(InvalidSandboxException.class)
        .isThrownBy(() -> draft(mounts).close())
        .withMessageContaining(message);
  }

  private Draft draft(Mount... mounts) {
    return Draft.of(config(mounts).build());
  }

  private InteractiveConfig.Builder config(Mount... mounts) {
    return InteractiveConfig.builder()
        .name("planned")
        .command("/bin/true")
        .root(Root.directory(root))
        .mounts(Arrays.asList(mounts));
  }

  private static Mount bind(String target, Path source) {
    return HostBindMount.of(target, source.toString());
  }

  private static Mount ram(String target) {
    return Mount.parse("ram:" + target + "=1M");
  }
}
