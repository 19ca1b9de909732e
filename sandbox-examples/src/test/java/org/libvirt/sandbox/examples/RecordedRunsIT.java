package org.libvirt.sandbox.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.libvirt.sandbox.examples.RecordedDifferences.Difference;

/**
 * Each run of libvirt-sandbox 0.8.0's virt-sandbox that was recorded, on the same files and
 * networks: it gives the same streams and status, or what {@code cli.differences} lists. Most are
 * done by the command's own code on one daemon; those that are about the process, its streams, its
 * terminal or the connection, and a sample of the others, by the command.
 */
@Execution(ExecutionMode.CONCURRENT)
final class RecordedRunsIT {
  static final List<RecordedRun> RUNS = RecordedRun.all();

  private static final Set<String> SAMPLE =
      Set.of(
          "help",
          "version-then-junk",
          "unknown-long",
          "invalid-utf8-arg",
          "exit-127",
          "missing-binary",
          "both-write",
          "stderr-1m");

  private static final RecordedDifferences DIFFERENCES = RecordedDifferences.read();

  @RegisterExtension static final CommandLines COMMAND_LINES = CommandLines.inContainers();

  @TempDir(factory = VisibleDirectory.class)
  private static Path place;

  @TempDir private Path scratch;

  @BeforeAll
  static void makePlace() throws Exception {
    RecordedPlace.fill(place);
    COMMAND_LINES.libvirt(
        libvirt -> {
          libvirt
              .networkDefineXML(
                  """
                  <network>
                    <name>default</name>
                    <forward mode='nat'/>
                    <bridge name='virbr0'/>
                    <ip address='192.168.122.1' netmask='255.255.255.0'>
                      <dhcp><range start='192.168.122.2' end='192.168.122.254'/></dhcp>
                    </ip>
                  </network>
                  """)
              .free();
          libvirt
              .networkCreateXML(
                  "<network><name>plain</name><bridge name='plain0'/><dns enable='no'/></network>")
              .free();
          libvirt
              .networkFilterDefineXML(
                  """
                  <filter name='clean-traffic'>
                    <rule action='drop' direction='out'><mac match='no' srcmacaddr='$MAC'/></rule>
                  </filter>
                  """)
              .free();
        });
  }

  @ParameterizedTest
  @FieldSource("RUNS")
  void a_recorded_run_gives_what_it_gave_or_what_is_listed_instead(RecordedRun run)
      throws IOException {
    Difference difference = DIFFERENCES.of(run);

    Ran ran = isOfProcess(run) ? new RecordedCommand(run, place, scratch).ran() : inProcess(run);

    if (difference == null) {
      run.out().assertIs(ran.out(), place.toString());
      run.err().assertIs(ran.err(), place.toString());
      assertThat(ran.status()).as(ran.err()).isEqualTo(run.exit());
    } else {
      assertDifferent(ran, difference, run);
    }
  }

  @Test
  void each_listed_difference_is_one_of_a_recorded_run() {
    assertThat(RUNS).extracting(RecordedRun::id).containsAll(DIFFERENCES.ids());
  }

  private static void assertDifferent(Ran ran, Difference difference, RecordedRun run) {
    if (difference.refusal() != null) {
      assertThat(ran.err())
          .matches("virt-sandbox: [^\n]+\n")
          .contains(difference.refusal().replace(RecordedRun.PLACE, place.toString()));
      assertThat(ran.out()).isEmpty();
    } else {
      assertWritten(ran.out(), difference.out(), run.out());
      assertWritten(ran.err(), difference.err(), run.err());
    }
    assertThat(ran.status())
        .as(ran.err())
        .isEqualTo(difference.status() == null ? run.exit() : difference.status());
  }

  private static void assertWritten(String written, Pattern expected, RecordedText recorded) {
    if (expected == null) {
      recorded.assertIs(written, place.toString());
    } else {
      assertThat(written).matches(expected);
    }
  }

  private static Ran inProcess(RecordedRun run) {
    return COMMAND_LINES.run(run.input(), run.arguments(place.toString()));
  }

  private static boolean isOfProcess(RecordedRun run) {
    return !Set.of("null", "text").contains(run.stdin())
        || run.env() != null
        || run.user() != null
        || run.cwd() != null
        || run.signal() != null
        || run.id().startsWith("uri-")
        || SAMPLE.contains(run.id());
  }
}
