package org.libvirt.sandbox.builder.qemu;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.libvirt.sandbox.config.SandboxConfig;
import org.libvirt.sandbox.domain.HostCapabilities;

/** The machines of all configs that the original made machines of, held against those. */
final class GoldenMachinesTest {
  private static final Pattern NAME = Pattern.compile("(.*)-qemu(-selinux)?(-nokvm)?\\.xml");
  private static final Path STATE = Path.of("/run/sd");

  private static final String DISK = " {4}<disk .*\n(?: {6}.*\n)+ {4}</disk>\n";

  private static final String STORE =
      """
          <filesystem type="mount" accessmode="squash">
            <source dir="/run/sd/config"/>
            <target dir="sandbox:config"/>
            <readonly/>
          </filesystem>
      """;

  /** By what the original's machines with a shell are known: a second serial line. */
  private static final String SHELL = "    <serial type=\"pty\"/>\n".repeat(2);

  private static final String SHELL_PORT =
      """
          <channel type="unix">
            <source mode="bind" path="/state/shell"/>
            <target type="virtio" name="org.libvirt.sandbox.shell"/>
          </channel>
      """;

  /** In the order in which they are applied. */
  private static final List<Difference> DIFFERENCES =
      List.of(
          new Difference(
              "BUG-16: the domain has the UUID of its run",
              "(?<=</name>\n)",
              "  <uuid>" + Draft.ID + "</uuid>\n"),
          new Difference(
              "kernel and RAM disk are those of all machines, and of no state directory",
              "<kernel>.*</kernel>\n    <initrd>.*</initrd>",
              "<kernel>/boot/kernel</kernel>\n    <initrd>/boot/initrd</initrd>"),
          new Difference(
              "what the kernel is told is held against the original's by GoldenCommandLineTest",
              "<cmdline>.*</cmdline>",
              "<cmdline>quiet</cmdline>"),
          new Difference(
              "a machine of more than one processor needs the interrupt controller of each",
              "<acpi/>\n",
              "<acpi/>\n    <apic/>\n"),
          new Difference(
              "KVM's machines have the host's processor: programs are compiled for it",
              "(?s)(<domain type=\"kvm\">.*</features>\n)",
              match -> match.group(1) + "  <cpu mode=\"host-passthrough\"/>\n"),
          new Difference(
              "emulated machines have all that QEMU can emulate, for the same reason, but for what"
                  + " only costs",
              "(?s)(<domain type=\"qemu\">.*</features>\n)",
              match ->
                  match.group(1)
                      + """
                        <cpu mode="maximum">
                          <feature policy="disable" name="erms"/>
                          <feature policy="disable" name="la57"/>
                        </cpu>
                      """),
          new Difference(
              "what the kernel says goes to a file, and the program's streams and the shell each"
                  + " have a channel that loses nothing",
              "( {4}<memballoon model=\"none\"/>\n)((?s:.*))(?= {2}</devices>)",
              match ->
                  """
                      <channel type="unix">
                        <source mode="bind" path="/state/channel"/>
                        <target type="virtio" name="org.libvirt.sandbox.0"/>
                      </channel>
                      <serial type="file">
                        <source path="/state/guest.log"/>
                      </serial>
                  """
                      + match.group(1)
                      + "    <controller type=\"usb\" model=\"none\"/>\n" // nothing uses one
                      + (match.group(2).contains(SHELL) ? SHELL_PORT : "")),
          new Difference(
              "the config directory is shared only where includes wait in it, and after what they"
                  + " go into",
              "(?s)(?<=<name>(?:mhbi|demo)</name>\n)(.*)(" + STORE + ")(.*</filesystem>\n)",
              match -> match.group(1) + match.group(3) + match.group(2)),
          new Difference(
              "the launch record comes by the channel",
              "(?<=sandbox:root\"/>\n {6}<readonly/>\n {4}</filesystem>\n)" + STORE,
              ""),
          new Difference(
              "files of two of the host's file systems may have the same number",
              "(?<=<filesystem type=\"mount\" accessmode=\")\\w+\"",
              "squash\" multidevs=\"remap\""),
          new Difference(
              "BUG-1: an empty source is a fresh directory",
              "<source dir=\"\"/>",
              "<source dir=\"/run/sd/fresh/2\"/>"),
          new Difference(
              "shares are counted from the root",
              "(?<=\"sandbox:mount)\\d+",
              match -> String.valueOf(Integer.parseInt(match.group()) + 1)),
          new Difference("the fastest of QEMU's PCs", "(?<=arch=\"x86_64\")", " machine=\"pc\""),
          new Difference(
              "images are virtio disks, too, as no other driver is there",
              "<target dev=\"vd",
              "<target bus=\"virtio\" dev=\"vd"),
          new Difference(
              "disks come first, in the order of their letters",
              "(?s)(?<=<devices>\n)(.*)(?= {2}</devices>)",
              GoldenMachinesTest::disksFirst),
          new Difference(
              "libvirt 9.0 filters no interface whose host's end has no name",
              "(?= {6}<model type=\"virtio\"/>\n {6}<filterref filter=\"clean-traffic\">)",
              "      <target dev=\"sb000000000008\"/>\n"));

  private static String disksFirst(MatchResult devices) {
    Pattern disk = Pattern.compile(DISK);
    return disk.matcher(devices.group()).results().map(MatchResult::group).collect(joining())
        + disk.matcher(devices.group()).replaceAll("");
  }

  private static final LibvirtSchema SCHEMA = new LibvirtSchema();

  @TempDir private Path directory;

  static List<String> names() throws Exception {
    Path recorded = Path.of(GoldenConfig.class.getResource(GoldenConfig.DOMAINS).toURI());
    try (Stream<Path> files = Files.list(recorded)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(NAME.asMatchPredicate())
          .sorted()
          .toList();
    }
  }

  @ParameterizedTest
  @MethodSource("names")
  void a_machine_is_the_originals_but_for_what_differs_on_purpose(String name) {
    String machine = machine(name);

    assertThat(machine).isEqualTo(expected(name));
  }

  @ParameterizedTest
  @MethodSource("names")
  void libvirts_schema_takes_it(String name) throws Exception {
    String machine = machine(name);

    assertThat(SCHEMA.errorsOf(machine)).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("differences")
  void each_difference_is_one_to_some_machine(Difference difference) throws Exception {
    assertThat(names()).anyMatch(name -> !difference.in(original(name)).equals(original(name)));
  }

  static List<Difference> differences() {
    return DIFFERENCES;
  }

  @Test
  void there_are_machines_of_both_kinds_with_and_without_a_security_model() throws Exception {
    assertThat(names())
        .hasSizeGreaterThanOrEqualTo(32)
        .anyMatch(name -> name.endsWith("-qemu-selinux.xml"))
        .anyMatch(name -> name.endsWith("-qemu-selinux-nokvm.xml"));
  }

  private String machine(String name) {
    Matcher parts = matched(name);
    GoldenHost host = new GoldenHost(directory);
    SandboxConfig config = host.load(GoldenConfig.named(parts.group(1)));
    Accelerator accelerator = new Accelerator(parts.group(3) == null, "the recording's");
    Path[] state = new Path[1];
    try (Draft draft =
        Draft.on(
            capabilities(parts.group(2)),
            path ->
                path.startsWith(state[0])
                    ? STATE.resolve(state[0].relativize(path))
                    : host.seenByLibvirt(path),
            config)) {
      state[0] = draft.request().state().path();
      return draft.xml(accelerator);
    }
  }

  private static HostCapabilities capabilities(String model) {
    return HostCapabilities.parse(
        model == null
            ? "<capabilities><host/></capabilities>"
            : GoldenConfig.read("/org/libvirt/sandbox/domain/capabilities/qemu" + model + ".xml"));
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

  /** What differs on purpose, and why. */
  private record Difference(String reason, String original, Function<MatchResult, String> ours) {
    Difference(String reason, String original, String ours) {
      this(reason, original, (Function<MatchResult, String>) match -> ours);
    }

    String in(String xml) {
      return Pattern.compile(original)
          .matcher(xml)
          .replaceAll(match -> Matcher.quoteReplacement(ours.apply(match)));
    }

    @Override
    public String toString() {
      return reason;
    }
  }
}
