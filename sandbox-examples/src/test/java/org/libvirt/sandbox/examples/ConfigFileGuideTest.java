package org.libvirt.sandbox.examples;

import static java.util.stream.Collectors.toCollection;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.libvirt.sandbox.config.Acceleration;
import org.libvirt.sandbox.config.Disk;
import org.libvirt.sandbox.config.FileSharing;
import org.libvirt.sandbox.config.GenericServiceConfig;
import org.libvirt.sandbox.config.Hardening;
import org.libvirt.sandbox.config.Identity;
import org.libvirt.sandbox.config.ImageFormat;
import org.libvirt.sandbox.config.InteractiveConfig;
import org.libvirt.sandbox.config.Kernel;
import org.libvirt.sandbox.config.Mount;
import org.libvirt.sandbox.config.Network;
import org.libvirt.sandbox.config.NetworkAddress;
import org.libvirt.sandbox.config.NetworkFilter;
import org.libvirt.sandbox.config.NetworkRoute;
import org.libvirt.sandbox.config.Resources;
import org.libvirt.sandbox.config.SandboxConfig;
import org.libvirt.sandbox.config.Security;
import org.libvirt.sandbox.config.SystemCallFilter;
import org.libvirt.sandbox.config.SystemdServiceConfig;

/** docs/sandbox-cfg.md tells each key of the file, and its examples are right. */
final class ConfigFileGuideTest {
  private static final Pattern EXAMPLE = Pattern.compile("(?ms)^```ini\n(.*?)^```$");
  private static final Pattern TITLE = Pattern.compile("### \\[(?<group>[^]]*)]");
  private static final Pattern ROW = Pattern.compile("\\| `(?<key>[^`]*)` \\|.*\\|.*\\|.*\\|");

  /** The examples as whole files: a part is put behind the first one. */
  static List<String> examples() {
    List<String> examples =
        EXAMPLE.matcher(guide()).results().map(example -> example.group(1)).toList();
    return examples.stream()
        .map(example -> example.contains("[api]") ? example : examples.get(0) + "\n" + example)
        .toList();
  }

  @ParameterizedTest
  @MethodSource("examples")
  void each_example_is_read_and_nothing_of_it_is_passed_over(String example) {
    var saved = SandboxConfig.parse(example).toText();

    assertThat(values(saved)).containsAllEntriesOf(values(example));
  }

  @Test
  void there_are_examples_of_each_kind_of_sandbox() {
    assertThat(examples())
        .hasSizeGreaterThan(10)
        .map(SandboxConfig::parse)
        .hasAtLeastOneElementOfType(InteractiveConfig.class)
        .hasAtLeastOneElementOfType(GenericServiceConfig.class)
        .hasAtLeastOneElementOfType(SystemdServiceConfig.class);
  }

  @Test
  void each_key_that_can_be_saved_has_its_row_and_no_other_has_one() throws UnknownHostException {
    var saved =
        Stream.of(everything(), SystemdServiceConfig.builder().build())
            .flatMap(config -> values(config.toText()).keySet().stream())
            .map(Key::inGuide)
            .collect(toCollection(TreeSet::new));

    assertThat(rows(guide())).isEqualTo(saved);
  }

  @Test
  void a_row_tells_a_key_of_the_group_in_the_title_above_it() {
    var guide =
        """
        | `before` | text | | no group's |
        ### [mount.N]
        | key | type | default | meaning |
        | `type` | | *required* | the kind |
        | `Ram` | a row of another table |
        ## What is new
        | `after` | text | | no group's |
        """;

    assertThat(rows(guide)).containsExactly("mount.N type");
  }

  private static SandboxConfig everything() throws UnknownHostException {
    return InteractiveConfig.builder()
        .uuid(UUID.randomUUID())
        .kernel(Kernel.running().withRelease("6.1").withImage("/k").withModules("/m"))
        .identity(Identity.ROOT)
        .environment("A", "B")
        .mount(Mount.parse("host-bind:/a=/b,ro"))
        .mount(Mount.parse("host-image:/c=/d.img"))
        .mount(Mount.parse("guest-bind:/e=/f"))
        .mount(Mount.parse("ram:/tmp=1M"))
        .include("/tmp/g", "/g")
        .disk(Disk.ofFile("tag", "/h", ImageFormat.RAW))
        .network(network())
        .security(Security.dynamic("label"))
        .resources(
            Resources.standard()
                .withMemory(2 << 20)
                .withProcessors(1)
                .withCpuQuota(1)
                .withProcesses(1)
                .withOpenFiles(16)
                .withFileSize(1)
                .withOutput(1)
                .withTime(Duration.ofSeconds(1))
                .withCpuTime(Duration.ofSeconds(1))
                .withAcceleration(Acceleration.KVM)
                .withSharing(FileSharing.VIRTIOFS))
        .hardening(
            Hardening.standard().showingSecrets().withSystemCalls(SystemCallFilter.unconfined()))
        .hostName("host")
        .directory("/")
        .privileged(true)
        .build();
  }

  private static Network network() throws UnknownHostException {
    var address = InetAddress.getByName("192.0.2.1");
    return Network.builder()
        .source("default")
        .mac("52:54:00:12:34:56")
        .address(NetworkAddress.of(address, 24).withBroadcast(address))
        .route(new NetworkRoute(address, 24, address))
        .filter(NetworkFilter.of("clean-traffic").withParameter("IP", "192.0.2.1"))
        .build();
  }

  /** A key of a file, with its group. */
  private record Key(String group, String name) {
    /** As the guide writes it: the first number is N, one below it M. */
    String inGuide() {
      return (group + " " + name)
          .replaceFirst("\\b[0-9]+\\b", "N")
          .replaceFirst("\\b[0-9]+\\b", "M");
    }
  }

  private static Map<Key, String> values(String file) {
    Map<Key, String> values = new LinkedHashMap<>();
    String group = "";
    for (String line : file.lines().toList()) {
      int equals = line.indexOf('=');
      if (line.startsWith("[")) {
        group = line.substring(1, line.length() - 1);
      } else if (equals > 0 && !line.startsWith("#")) {
        values.put(new Key(group, line.substring(0, equals)), line.substring(equals + 1));
      }
    }
    return values;
  }

  private static Set<String> rows(String guide) {
    Set<String> rows = new TreeSet<>();
    String group = "";
    for (String line : guide.lines().toList()) {
      var title = TITLE.matcher(line);
      var row = ROW.matcher(line);
      if (title.matches()) {
        group = title.group("group");
      } else if (line.startsWith("#")) {
        group = "";
      } else if (!group.isEmpty() && row.matches()) {
        rows.add(group + " " + row.group("key"));
      }
    }
    return rows;
  }

  private static String guide() {
    try {
      return Files.readString(Checkout.root().resolve("docs/sandbox-cfg.md"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
