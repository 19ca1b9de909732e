package org.libvirt.sandbox.builder.qemu;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.Gson;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The RAM disks that the original made for a kernel for clouds, held against this library's. */
final class GoldenInitrdTest {
  private static final Pattern ENTRY =
      Pattern.compile("([d-][rwx-]{9}) +\\d+ (\\w+) +(\\w+) +\\d+ @DATE@ (.*)");

  /** In the order in which they are applied. */
  private static final List<Difference> DIFFERENCES =
      List.of(
          new Difference(
              "the program that libvirt runs as another user may read all of it",
              "(?m)^drwx------ (.*) \\.$",
              "drwxr-xr-x $1 ."),
          new Difference(
              "so may it the list", "(?m)^-rw-------(.*) modules$", "-rw-r--r--$1 modules"),
          new Difference(
              "fscache comes along with 9p, which this kernel has not",
              "(?m)^.*\\bfscache\\.ko\n",
              ""),
          new Difference(
              "what virtio_pci needs comes along: entries",
              "(?m)^(-.*) virtio_pci\\.ko$",
              "$1 virtio_pci_modern_dev.ko\n$1 virtio_pci_legacy_dev.ko\n$0"),
          new Difference(
              "what virtio_pci needs comes along: order",
              "(?m)^virtio_pci\\.ko$",
              "virtio_pci_modern_dev.ko\nvirtio_pci_legacy_dev.ko\nvirtio_pci.ko"),
          new Difference(
              "what virtio_net needs comes along: entries",
              "(?m)^(-.*) virtio_net\\.ko$",
              "$1 failover.ko\n$1 net_failover.ko\n$0"),
          new Difference(
              "what virtio_net needs comes along: order",
              "(?m)^virtio_net\\.ko$",
              "failover.ko\nnet_failover.ko\nvirtio_net.ko"),
          new Difference(
              "the channel is there before all that only some machines need",
              "(?s)(?<=\nvirtio_pci\\.ko\n)(.+)virtio_console\\.ko\n",
              "virtio_console.ko\n$1"));

  @TempDir Path temporary;

  @ParameterizedTest
  @CsvSource({"plain,", "network, network", "disk, disk"})
  void a_ram_disk_is_the_originals_but_for_what_differs_on_purpose(String name, String group)
      throws IOException {
    ModuleTree tree = ModuleTree.ofCloudKernel(temporary.resolve("modules"));
    HostKernel kernel =
        new HostKernel(ModuleTree.RELEASE, temporary.resolve("vmlinuz"), tree.directory());
    List<String> groups = group == null ? List.of() : List.of(group);

    Initrd initrd =
        new InitrdBuilder(GuestModules.of(kernel, groups)).build(temporary.resolve("initrd"));

    assertThat(entries(CpioListing.of(initrd.file()))).isEqualTo(sorted(expected(entries(name))));
    assertThat(order(initrd, groups)).isEqualTo(expected(order(name)));
  }

  @ParameterizedTest
  @MethodSource("differences")
  void each_difference_is_one_to_some_ram_disk(Difference difference) {
    assertThat(List.of("plain", "network", "disk"))
        .anyMatch(
            name ->
                !difference.in(entries(name)).equals(entries(name))
                    || !difference.in(order(name)).equals(order(name)));
  }

  static List<Difference> differences() {
    return DIFFERENCES;
  }

  @Test
  void lim_3_it_is_not_compressed_as_machines_unpack_slower_than_they_read() throws IOException {
    ModuleTree tree = ModuleTree.ofCloudKernel(temporary.resolve("modules"));
    var config = InitrdConfig.builder(ModuleTree.RELEASE, tree.directory()).build();

    Path file = new InitrdBuilder(config).build(temporary.resolve("initrd")).file();

    assertThat(file).content().startsWith("070701");
    assertThat(golden("plain").magic()).startsWith("1f8b");
  }

  private static String expected(String original) {
    String text = original;
    for (Difference difference : DIFFERENCES) {
      text = difference.in(text);
    }
    return text;
  }

  /** Mode, owner and name of each entry. */
  private static String entries(String name) {
    return golden(name).listing().stream()
        .map(ENTRY::matcher)
        .filter(entry -> entry.matches())
        .map(entry -> entry.replaceAll("$1 $2 $3 $4\n"))
        .collect(Collectors.joining());
  }

  /** The files in the order in which they are loaded. */
  private static String order(String name) {
    return golden(name).listing().stream()
        .filter(line -> line.matches("\\w+\\.ko"))
        .collect(Collectors.joining("\n", "", "\n"));
  }

  private static String entries(CpioListing listing) {
    return sorted(
        listing.lines().stream()
            .map(
                line ->
                    line.replaceFirst("^40755 0:0", "drwxr-xr-x root root")
                        .replaceFirst("^100755 0:0", "-rwxr-xr-x root root")
                        .replaceFirst("^100644 0:0", "-rw-r--r-- root root"))
            .collect(Collectors.joining("\n", "", "\n")));
  }

  /** The original's entries are in the order of a directory, which is none. */
  private static String sorted(String lines) {
    return lines.lines().sorted().collect(Collectors.joining("\n"));
  }

  private static String order(Initrd initrd, List<String> groups) {
    return Stream.concat(Stream.of(InitrdConfig.BASE), groups.stream())
        .flatMap(group -> initrd.files(group).stream())
        .collect(Collectors.joining("\n", "", "\n"));
  }

  private static Golden golden(String name) {
    try (InputStream in =
        GoldenInitrdTest.class.getResourceAsStream("golden/initrd/" + name + ".json")) {
      return new Gson()
          .fromJson(new String(Objects.requireNonNull(in).readAllBytes(), UTF_8), Golden.class);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private record Golden(String magic, List<String> listing) {}

  /** What is not as the original has it, and why. */
  record Difference(String reason, String original, String replacement) {
    String in(String text) {
      return text.replaceAll(original, replacement);
    }

    @Override
    public String toString() {
      return reason;
    }
  }
}
