package org.libvirt.sandbox.builder.lxc;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.libvirt.sandbox.ProgramNotStartedException;
import org.libvirt.sandbox.config.InteractiveConfig;
import org.libvirt.sandbox.config.Resources;
import org.libvirt.sandbox.contract.Outcome;

/** What a program gets of the machine, and what it is told of where it is. */
@Timeout(300)
final class ResourcesIT {
  private static final Path GROUPS = Path.of("/sys/fs/cgroup");

  @RegisterExtension static final Daemon DAEMON = new Daemon();

  private final InteractiveConfig.Builder named =
      Daemon.script("echo ready; cat").name("resources-" + UUID.randomUUID());

  @Test
  void memory_is_limited_in_the_sandboxs_cgroup() throws Exception {
    String name = started(named.resources(Resources.standard().withMemory(96L << 20)).build());

    assertThat(limit(name, "memory", "memory.limit_in_bytes", "memory.max"))
        .isEqualTo("" + (96L << 20));
  }

  @Test
  void the_quota_of_processor_time_is_in_the_sandboxs_cgroup() throws Exception {
    String name = started(named.resources(Resources.standard().withCpuQuota(30)).build());

    assertThat(limit(name, "cpu", "cpu.cfs_quota_us", "cpu.max")).startsWith("30000");
  }

  @Test
  void processors_are_a_quota_of_their_time() throws Exception {
    String name = started(named.resources(Resources.standard().withProcessors(2)).build());

    assertThat(limit(name, "cpu", "cpu.cfs_quota_us", "cpu.max")).startsWith("200000");
  }

  @Test
  void the_host_name_is_the_configs_wherever_a_program_looks() throws Exception {
    Outcome outcome =
        DAEMON.run(
            Daemon.script("uname -n; cat /etc/hostname /proc/sys/kernel/hostname; cat /etc/hosts")
                .hostName("box.example.org")
                .build());

    assertThat(outcome.lines())
        .startsWith("box.example.org", "box.example.org", "box.example.org")
        .contains("127.0.1.1 box.example.org");
  }

  @Test
  void the_host_name_is_derived_from_the_sandboxs_name() throws Exception {
    Outcome outcome =
        DAEMON.run(Daemon.script("uname -n; cat /etc/hostname").name("my_box ü.1").build());

    assertThat(outcome.lines()).containsExactly("mybox1", "mybox1");
  }

  @Test
  void the_working_directory_is_the_configs() throws Exception {
    Outcome outcome = DAEMON.run(Daemon.script("pwd").directory("/usr/lib/../share").build());

    assertThat(outcome.lines()).containsExactly("/usr/share");
  }

  @Test
  void a_working_directory_that_is_missing_is_named() {
    InteractiveConfig config = Daemon.script("pwd").directory("/no/such/place").build();

    assertThatThrownBy(() -> DAEMON.start(config))
        .isInstanceOf(ProgramNotStartedException.class)
        .hasMessageContaining("/no/such/place")
        .hasMessageContaining("No such file or directory");
  }

  @Test
  void an_environment_of_odd_values_comes_as_it_is() throws Exception {
    String odd = " a=b\n\t'\"$HOME`id`\\ ü\u0001 ";

    Outcome outcome =
        DAEMON.run(
            Daemon.script("printf '%s|' \"$ODD\" \"$EMPTY\" \"${EMPTY-unset}\"")
                .environment("ODD", odd)
                .environment("EMPTY", "")
                .build());

    assertThat(outcome.stdout()).isEqualTo(odd + "|||");
  }

  private static String started(InteractiveConfig config) throws IOException {
    var sandbox = DAEMON.start(config);
    assertThat(sandbox.console().stdout().readNBytes(6)).asString(UTF_8).isEqualTo("ready\n");
    return config.name();
  }

  /** A limit, which has other names and other places in the two versions of cgroups. */
  private static String limit(String name, String controller, String old, String now)
      throws IOException {
    for (Path group : DAEMON.traces().cgroups(name)) {
      boolean isOld = GROUPS.relativize(group).getName(0).toString().contains(controller);
      Path file = group.resolve(isOld ? old : now);
      if (group.toString().endsWith(name + ".libvirt-lxc") && Files.exists(file)) {
        return Files.readString(file).strip();
      }
    }
    throw new IOException("no cgroup of " + name + " has " + old + " or " + now);
  }
}
