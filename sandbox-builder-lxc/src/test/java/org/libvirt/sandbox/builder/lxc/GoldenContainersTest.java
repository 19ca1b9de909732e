package org.libvirt.sandbox.builder.lxc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableMap;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.libvirt.sandbox.config.GuestBindMount;
import org.libvirt.sandbox.config.HostBindMount;
import org.libvirt.sandbox.config.HostDirectoryRoot;
import org.libvirt.sandbox.config.HostImageMount;
import org.libvirt.sandbox.config.Mount;
import org.libvirt.sandbox.config.SandboxConfig;
import org.libvirt.sandbox.domain.Console;
import org.libvirt.sandbox.domain.Filesystem;
import org.libvirt.sandbox.domain.HostCapabilities;
import org.libvirt.sandbox.domain.OperatingSystem;

/** The containers of all configs that the original made containers of, held against those. */
final class GoldenContainersTest {
  private static final Pattern NAME = Pattern.compile("(.*)-(lxc(?:-selinux|-apparmor)?)\\.xml");
  private static final Path STATE = Path.of("/run/sd");
  private static final UUID RUN = UUID.fromString("6a1f4d10-4f4e-4bee-be56-0242ac120002");
  private static final Map<String, Long> FRESH =
      ImmutableMap.of("/run", 64L << 20, "/tmp", 256L << 20, "/var/tmp", 256L << 20);

  /** In the order in which they are applied; the first three to every domain. */
  private static final List<Difference> DIFFERENCES =
      List.of(
          new Difference(
              "BUG-16: the domain has the UUID of its run",
              "(?<=</name>\n)",
              "  <uuid>" + RUN + "</uuid>\n"),
          new Difference(
              "the init is the supervisor, which is told its carrier",
              "<init>.*</init>\n    <cmdline/>",
              """
              <init>/dev/sandbox/sandbox-init</init>
                  <initarg>unix:/dev/sandbox/channel</initarg>"""),
          new Difference(
              "the config directory is in a container's own /dev: nothing is made on the host",
              "<target dir=\"/etc/libvirt-sandbox/scratch\"/>",
              "<target dir=\"/dev/sandbox\"/>"),
          new Difference(
              "what programs write to is fresh, and not the host's",
              "(?<=<target dir=\"/\"/>\n {6}<readonly/>\n {4}</filesystem>\n)",
              ram("/run", 64L << 20) + ram("/tmp", 256L << 20) + ram("/var/tmp", 256L << 20)),
          new Difference(
              "BUG-1: an empty source is a fresh directory",
              "<source dir=\"\"/>",
              "<source dir=\"/run/sd/temporary/3\"/>"),
          new Difference(
              "BUG-59: sizes are rounded up to the KiB that libvirt counts in",
              "(?<=<source usage=\")\\d+",
              GoldenContainersTest::roundedUp),
          new Difference(
              "libvirt 9.0 filters no interface whose host's end has no name",
              "(?= {6}<filterref filter=\"clean-traffic\">)",
              "      <target dev=\"sb6a1f4d104f48\"/>\n"),
          new Difference(
              "one console, for libvirt's log: the program's streams have a socket",
              "( {4}<console type=\"pty\"/>\n)+",
              "$1"));

  private static final LibvirtSchema SCHEMA = new LibvirtSchema();

  static List<String> names() throws Exception {
    Path directory = Path.of(GoldenConfig.class.getResource(GoldenConfig.DOMAINS).toURI());
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(NAME.asMatchPredicate())
          .sorted()
          .toList();
    }
  }

  @ParameterizedTest
  @MethodSource("names")
  void a_container_is_the_originals_but_for_what_differs_on_purpose(String name) {
    String container = container(name);

    assertThat(container).isEqualTo(expected(name));
  }

  @ParameterizedTest
  @MethodSource("names")
  void libvirts_schema_takes_it(String name) throws Exception {
    String container = container(name);

    assertThat(SCHEMA.errorsOf(container)).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("differences")
  void each_difference_is_one_to_some_container(Difference difference) throws Exception {
    assertThat(names()).anyMatch(name -> !difference.in(original(name)).equals(original(name)));
  }

  static List<Difference> differences() {
    return DIFFERENCES;
  }

  @Test
  void there_are_containers_for_each_security_model() throws Exception {
    assertThat(names())
        .hasSizeGreaterThanOrEqualTo(33)
        .anyMatch(name -> name.endsWith("-lxc-selinux.xml"))
        .anyMatch(name -> name.endsWith("-lxc-apparmor.xml"));
  }

  private static String container(String name) {
    Matcher parts = matched(name);
    SandboxConfig config = GoldenConfig.named(parts.group(1)).load();
    return ContainerDomain.of(
            config,
            RUN,
            OperatingSystem.container(
                config.arch(), "/dev/sandbox/sandbox-init", List.of("unix:/dev/sandbox/channel")),
            config.disks().stream().map(disk -> Path.of(disk.source())).toList(),
            ContainerBuilder.filesystems(
                root(config), FRESH, STATE.resolve("config"), mounts(config)),
            List.of(Console.pty()),
            capabilities(parts.group(2)))
        .toXml();
  }

  private static Optional<Filesystem> root(SandboxConfig config) {
    return config.hasRootMount()
        ? Optional.empty()
        : Optional.of(
            Filesystem.mount(((HostDirectoryRoot) config.root()).directory(), "/").readOnly());
  }

  private static List<Filesystem> mounts(SandboxConfig config) {
    List<Filesystem> filesystems = new ArrayList<>();
    for (Mount mount : config.mounts()) {
      filesystems.add(
          GuestMount.filesystem(mount, source(mount, filesystems.size()), mount.target()));
    }
    return filesystems;
  }

  /** The source as the config has it: whether this host has it does not matter here. */
  private static Path source(Mount mount, int number) {
    if (mount instanceof HostBindMount bind) {
      return bind.isTemporary() ? STATE.resolve("temporary/" + number) : Path.of(bind.source());
    }
    if (mount instanceof HostImageMount image) {
      return Path.of(image.source());
    }
    return mount instanceof GuestBindMount bind ? Path.of(bind.source()) : Path.of("/");
  }

  private static HostCapabilities capabilities(String name) {
    return HostCapabilities.parse(
        GoldenConfig.read("/org/libvirt/sandbox/domain/capabilities/" + name + ".xml"));
  }

  private static String expected(String name) {
    String xml = original(name);
    for (Difference difference : DIFFERENCES) {
      xml = difference.in(xml);
    }
    return xml;
  }

  private static String original(String name) {
    String xml = GoldenConfig.read(GoldenConfig.DOMAINS + name);
    return GoldenConfig.named(matched(name).group(1)).mend(xml);
  }

  private static Matcher matched(String name) {
    Matcher parts = NAME.matcher(name);
    assertThat(parts.matches()).as(name).isTrue();
    return parts;
  }

  private static String ram(String target, long bytes) {
    return """
              <filesystem type="ram" accessmode="passthrough">
                <source usage="%d" units="bytes"/>
                <target dir="%s"/>
              </filesystem>
          """
        .formatted(bytes, target);
  }

  private static String roundedUp(MatchResult bytes) {
    return Long.toString((Long.parseLong(bytes.group()) + 1023) / 1024 * 1024);
  }

  /** What differs on purpose, and why. */
  private record Difference(String reason, String original, Function<MatchResult, String> ours) {
    Difference(String reason, String original, String ours) {
      this(reason, original, (Function<MatchResult, String>) match -> ours);
    }

    String in(String xml) {
      return Pattern.compile(original).matcher(xml).replaceAll(ours);
    }

    @Override
    public String toString() {
      return reason;
    }
  }
}
