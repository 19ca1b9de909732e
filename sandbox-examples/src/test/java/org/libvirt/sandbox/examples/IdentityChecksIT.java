package org.libvirt.sandbox.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.libvirt.sandbox.ChannelKind;
import org.libvirt.sandbox.builder.BuildRequest;
import org.libvirt.sandbox.builder.HostFacts;
import org.libvirt.sandbox.builder.HostMount;
import org.libvirt.sandbox.builder.StateDirectory;
import org.libvirt.sandbox.builder.lxc.ContainerBuilder;
import org.libvirt.sandbox.config.Identity;
import org.libvirt.sandbox.config.InteractiveConfig;
import org.libvirt.sandbox.config.Security;
import org.libvirt.sandbox.domain.DomainDefinition;
import org.libvirt.sandbox.domain.HostCapabilities;
import org.libvirt.sandbox.domain.SecurityLabel;

/**
 * The checks 54 in containers, and 56 of tp-libvirt's tests of virt-sandbox: what SELinux is told
 * of a program. Whether SELinux then does as it is told, and refuses categories that are none, is
 * not shown here: that needs a host with it.
 */
final class IdentityChecksIT extends IdentityChecks {
  private static final String LABEL = "system_u:system_r:svirt_lxc_net_t:s0";

  private static final HostCapabilities SELINUX =
      HostCapabilities.parse(
          """
          <capabilities>
            <host>
              <secmodel>
                <model>selinux</model>
                <doi>0</doi>
                <baselabel type='lxc'>%s</baselabel>
              </secmodel>
            </host>
          </capabilities>
          """
              .formatted(LABEL));

  @RegisterExtension static final CommandLines COMMAND_LINES = CommandLines.inContainers();

  @Override
  CheckedPlace place() {
    return COMMAND_LINES;
  }

  @Test
  void check_54_another_user_has_the_name_and_home_that_are_given() {
    var config =
        InteractiveConfig.builder()
            .command("/bin/sh", "-c", WHO + "; pwd")
            .identity(new Identity(1234, 5678, "somebody", "/usr"))
            .build();

    assertThat(COMMAND_LINES.run(config))
        .isEqualTo(
            new Ran(
                0, "1234\n5678\n5678\n/usr somebody somebody\n" + NO_CAPABILITY + "/usr\n", ""));
  }

  @ParameterizedTest
  @ValueSource(strings = {"dynamic", "dynamic,label=" + LABEL})
  void check_56_a_dynamic_label_is_made_out_of_a_base(String option) {
    SecurityLabel label = labelOf(option);

    assertThat(label.type()).isEqualTo("dynamic");
    assertThat(label.baseLabel()).contains(LABEL);
    assertRuns(option);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "without category |``",
        "one | :c1",
        "twice the same | :c1,c1",
        "not in order | :c2,c1",
        "a range | :c1.c5",
        "several | :c1,c3,c5"
      })
  void check_56_a_static_label_is_handed_on_as_it_is(String what, String categories) {
    String option = "static,label=" + LABEL + categories;

    SecurityLabel label = labelOf(option);

    assertThat(label.type()).as(what).isEqualTo("static");
    assertThat(label.label()).contains(LABEL + categories);
    assertRuns(option);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "dynamic,junk | 'junk'",
        "static,labell=" + LABEL + " | 'labell=" + LABEL + "'",
        "static | static",
        "static,label= | label",
        "Dynamic | 'Dynamic'"
      })
  void check_56_what_is_no_labelling_is_refused(String option, String part) {
    Ran ran = COMMAND_LINES.run("-s", option, "--", "/bin/true");

    assertThat(ran.err()).matches("virt-sandbox: option '--security': [^\n]+\n").contains(part);
    assertThat(ran.status()).isEqualTo(125);
  }

  /** On a host without SELinux, where it has no effect. */
  private static void assertRuns(String option) {
    assertThat(COMMAND_LINES.run("-s", option, "--", "/bin/echo", "ok"))
        .isEqualTo(new Ran(0, "ok\n", ""));
  }

  /** What libvirt would be told on a host with SELinux. */
  private static SecurityLabel labelOf(String option) {
    var config =
        InteractiveConfig.builder().command("/bin/true").security(Security.parse(option)).build();
    var host =
        new HostFacts(
            List.of(new HostMount(Path.of("/"), "8:1", Path.of("/"), Set.of("rw"))), Set.of());
    UUID uuid = UUID.randomUUID();
    try (var state = StateDirectory.create(uuid, "lxc:///", "lxc", config)) {
      var request =
          new BuildRequest(
              config,
              uuid,
              state,
              host,
              SELINUX,
              UnaryOperator.identity(),
              ChannelKind.UNIX_SOCKET,
              Duration.ofSeconds(1));
      String xml = new ContainerBuilder().build(request).xml();
      return DomainDefinition.parse(xml).securityLabels().get(0);
    }
  }
}
