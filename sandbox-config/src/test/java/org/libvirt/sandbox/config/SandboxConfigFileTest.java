package org.libvirt.sandbox.config;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Files under {@code golden} and {@code loaded} were written and saved by libvirt-sandbox 0.8.0.
 */
class SandboxConfigFileTest {
  private final Path directory;

  SandboxConfigFileTest(@TempDir Path directory) {
    this.directory = directory;
  }

  static Stream<Arguments> goldenConfigs() {
    return Stream.of(
        Arguments.of("interactive-defaults-name", config("sandbox")),
        Arguments.of("tty-on", config("tty").command("/bin/bash").tty(true)),
        Arguments.of("name-dots", config("my.sandbox.v1.0")),
        Arguments.of("debug-verbose", config("dbg").debug(true).verbose(true)),
        Arguments.of("arch-i686", config("arch32").arch("i686").command("/bin/ls")),
        Arguments.of("env-many", oddVariables()),
        Arguments.of(
            "disk-qcow2",
            config("dq").disk(Disk.ofFile("db data", "/srv/db.qcow2", ImageFormat.QCOW2))),
        Arguments.of(
            "mount-host-image-raw",
            config("mir").mount(HostImageMount.of("/data", "/srv/data.img", ImageFormat.RAW))),
        Arguments.of("mount-host-bind-includes", includes()),
        Arguments.of(
            "net-static",
            config("ns")
                .network(
                    Network.builder()
                        .dhcp(false)
                        .source("private")
                        .address(NetworkAddress.parse("192.168.122.1/24%192.168.122.255"))
                        .build())),
        Arguments.of(
            "security-static",
            config("ss").security(Security.fixed("devil_u:devil_r:devil_t:s666:c0.c1023"))),
        Arguments.of(
            "security-dynamic-label",
            config("sdl").security(Security.dynamic("system_u:system_r:svirt_t:s0"))),
        Arguments.of("service-generic-command", genericService()),
        Arguments.of("service-systemd-full", systemdService()),
        Arguments.of("optstr-original-like", optionStrings()));
  }

  private static InteractiveConfig.Builder config(String name) {
    return InteractiveConfig.builder()
        .name(name)
        .arch("x86_64")
        .identity(Identity.ROOT)
        .command("/bin/true");
  }

  // In the order of the original's file, which is that of a hash table.
  private static InteractiveConfig.Builder oddVariables() {
    return config("em")
        .environment("LINES", "one\ntwo\r\n")
        .environment("SEMI", "a;b;c")
        .environment("SPACES", "  two  spaces  ")
        .environment("PATH", "/bin:/usr/bin")
        .environment("EMPTY", "")
        .environment("NONASCII", "žluťoučký €")
        .environment("key2", "val2")
        .environment("key1", "replaced")
        .environment("EQ", "a=b=c")
        .environment("BACK", "\\n \\\\ \\s");
  }

  // In the order of the original's file, too.
  private static InteractiveConfig.Builder includes() {
    return config("mhbi")
        .mount(HostBindMount.of("/etc", "/tmp/home"))
        .include("/etc/resolv.conf", "/etc/resolv.conf")
        .include("/etc/2", "/b")
        .include("/etc/nsswitch.conf", "/etc/nsswitch.conf")
        .include("/etc/sub dir/bar", "/var/tmp/foo/bar")
        .include("/etc/1", "/a")
        .include("/etc/3", "/c");
  }

  private static GenericServiceConfig.Builder genericService() {
    return GenericServiceConfig.builder()
        .name("httpd")
        .uuid(UUID.fromString("7d9a2c14-61d8-4c0e-9f44-1f2c60a0a7f1"))
        .arch("x86_64")
        .identity(Identity.ROOT)
        .mount(HostBindMount.of("/var/www", "/srv/httpd"))
        .command("/usr/sbin/httpd", "-DFOREGROUND", "-f", "/etc/httpd/conf/httpd.conf");
  }

  private static SystemdServiceConfig.Builder systemdService() {
    return SystemdServiceConfig.builder()
        .name("web2")
        .uuid(UUID.fromString("00000000-1111-2222-3333-444444444444"))
        .arch("x86_64")
        .shell(true)
        .identity(Identity.ROOT)
        .mount(HostBindMount.of("/etc", "/var/lib/libvirt/filesystems/web2/etc"))
        .mount(HostBindMount.of("/var", "/var/lib/libvirt/filesystems/web2/var"))
        .mount(RamMount.of("/tmp", 10 << 20))
        .mount(RamMount.of("/run", 1 << 20))
        .network(Network.builder().source("default").build())
        .security(Security.fixed("system_u:system_r:svirt_lxc_net_t:s0:c1,c2"))
        .bootTarget("web2_sandbox.target");
  }

  private static InteractiveConfig.Builder optionStrings() {
    return InteractiveConfig.builder()
        .name("demo")
        .root(Root.directory(Path.of("/tmp")))
        .arch("ia64")
        .tty(true)
        .command("/bin/ls", "-l", "--color")
        .identity(new Identity(666, 666, "superdevil", "/var/run/hell"))
        .security(Security.parse("static,label=devil_u:devil_r:devil_t:s666:c0.c1023"))
        .mount(Mount.parse("host-bind:/var/run/hell=/tmp/home"))
        .mount(Mount.parse("host-image:/etc=/tmp/home/img.qcow2"))
        // here the original puts includes for /etc into the first of two mounts there: BUG-28
        .include("/etc/nswitch.conf")
        .include("/etc/resolve.conf")
        .mount(Mount.parse("host-image:/etc=/tmp/home,format=qcow2"))
        .mount(Mount.parse("host-bind:/tmp="))
        .environment("key1=val1")
        .environment("key2=val2")
        .disk(Disk.parse("file:dbdata=/tmp/img.blah,format=qcow2"))
        .disk(Disk.parse("file:cache=/tmp/img.qcow2"))
        .disk(Disk.parse("file:homedir=/tmp/img.qcow2,format=raw"))
        .disk(Disk.parse("file:root=/tmp/img.img"))
        .include("/tmp/bar=/var/tmp/foo/bar")
        .network(Network.parse("address=10.0.0.1/24%10.0.0.255"))
        .network(Network.parse("address=10.0.0.1/24%10.0.0.255,route=192.168.1.0/24%10.0.0.3"));
  }

  @ParameterizedTest
  @MethodSource("goldenConfigs")
  void a_saved_config_has_the_bytes_of_the_original(String golden, SandboxConfig.Builder<?> builder)
      throws IOException {
    Path file = directory.resolve("sandbox.cfg");

    builder.build().save(file);

    assertThat(file).hasBinaryContent(bytes("golden/" + golden + ".cfg"));
  }

  @ParameterizedTest
  @MethodSource("goldenConfigs")
  void a_file_of_the_original_loads_as_the_config_it_was_made_of(
      String golden, SandboxConfig.Builder<?> builder) throws IOException {
    SandboxConfig loaded = SandboxConfig.load(file("golden/" + golden + ".cfg"));

    assertThat(loaded).isEqualTo(builder.build());
  }

  @Test
  void saving_twice_writes_the_same_BUG_29() throws IOException {
    InteractiveConfig config = oddVariables().build();

    config.save(directory.resolve("one"));
    config.save(directory.resolve("two"));

    assertThat(directory.resolve("two")).hasSameBinaryContentAs(directory.resolve("one"));
  }

  @Test
  void a_saved_config_is_its_owners_only() throws IOException {
    Path file = directory.resolve("sandbox.cfg");

    config("x").build().save(file);

    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
  }

  @Test
  void a_config_is_not_saved_over_a_file() throws IOException {
    Path file = Files.writeString(directory.resolve("sandbox.cfg"), "mine");

    assertThatExceptionOfType(FileAlreadyExistsException.class)
        .isThrownBy(() -> config("x").build().save(file))
        .withMessageContaining(file.toString());
    assertThat(file).hasContent("mine");
  }

  @Test
  void what_the_original_lacks_is_in_a_group_that_it_passes_over() {
    InteractiveConfig config = config("x").privileged(true).build();

    assertThat(config.toText()).endsWith("argv.0=/bin/true\n\n[hardening]\nprivileged=true\n");
    assertThat(SandboxConfig.parse(config.toText())).isEqualTo(config);
    assertThat(SandboxConfig.parse(config.toText()).isPrivileged()).isTrue();
  }

  @Test
  void odd_arguments_come_back_as_they_were() {
    List<String> command =
        List.of("/bin/echo", "", " ", "\t \t", "a\\s", "two\nlines\r", "#", "[x]", "ž😀", "\u00a0");

    SandboxConfig loaded = SandboxConfig.parse(config("x").command(command).build().toText());

    assertThat(((InteractiveConfig) loaded).command()).isEqualTo(command);
  }

  @Test
  void more_than_1024_arguments_and_variables_come_back_BUG_57() {
    List<String> command = Stream.iterate(0, i -> i + 1).limit(3000).map(i -> "arg" + i).toList();
    InteractiveConfig.Builder builder = config("x").command(command);
    command.forEach(name -> builder.environment(name, "1"));
    InteractiveConfig config = builder.build();

    assertThat(SandboxConfig.parse(config.toText())).isEqualTo(config);
  }

  @Test
  void bytes_that_are_no_text_are_refused_and_not_replaced_BUG_56() throws IOException {
    Path file = directory.resolve("sandbox.cfg");
    byte[] text = "[api]\nclass=GVirSandboxConfigInteractive\n[core]\nname=a?b\n".getBytes(UTF_8);
    text[text.length - 3] = (byte) 0xE4;
    Files.write(file, text);

    assertThatExceptionOfType(ConfigFileException.class)
        .isThrownBy(() -> SandboxConfig.load(file))
        .withMessageContaining("group [core], key name: value is not UTF-8");
  }

  @Test
  void missing_groups_keep_their_defaults() throws IOException {
    SandboxConfig loaded = SandboxConfig.load(file("loaded/missing-identity.cfg"));

    assertThat(loaded.identity()).isEqualTo(Identity.caller());
  }

  @Test
  void another_user_without_a_name_does_not_get_the_callers() {
    long other = Identity.caller().uid() + 1000;

    assertThat(SandboxConfig.parse(identity("uid=" + other)).identity())
        .isEqualTo(new Identity(other, Identity.caller().gid(), Long.toString(other), "/"));
    assertThat(SandboxConfig.parse(identity("uid=" + other + "\nusername=x")).identity())
        .isEqualTo(new Identity(other, Identity.caller().gid(), "x", "/"));
  }

  @Test
  void the_caller_needs_no_name() {
    assertThat(SandboxConfig.parse(identity("uid=" + Identity.caller().uid())).identity())
        .isEqualTo(Identity.caller());
  }

  private static String identity(String lines) {
    return "[api]\nclass=GVirSandboxConfigInteractive\n[command]\nargv.0=x\n[identity]\n"
        + lines
        + "\n";
  }

  @Test
  void unknown_groups_are_kept() throws IOException {
    SandboxConfig loaded = SandboxConfig.load(file("loaded/unknown-groups.cfg"));

    assertThat(loaded.toText()).contains("[future]\n");
    assertThat(loaded.toBuilder().name("other").build().toText()).contains("[future]\n");
  }

  @Test
  void a_missing_file_is_an_error_of_the_file_system() {
    assertThatExceptionOfType(NoSuchFileException.class)
        .isThrownBy(() -> SandboxConfig.load(directory.resolve("none.cfg")));
  }

  @Test
  void a_variable_that_comes_twice_has_the_later_value() {
    String text =
        """
        [api]
        class=GVirSandboxConfigInteractive
        [command]
        argv.0=x
        [env.10]
        key=A
        value=later
        [env.9]
        key=A
        value=earlier
        """;

    assertThat(SandboxConfig.parse(text).environment()).isEqualTo(Map.of("A", "later"));
  }

  private Path file(String name) {
    Path copy = directory.resolve(name);
    try {
      Files.createDirectories(copy.getParent());
      return Files.write(copy, bytes(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] bytes(String name) throws IOException {
    try (InputStream content = SandboxConfigFileTest.class.getResourceAsStream(name)) {
      if (content == null) {
        throw new NoSuchFileException(name);
      }
      return content.readAllBytes();
    }
  }
}
