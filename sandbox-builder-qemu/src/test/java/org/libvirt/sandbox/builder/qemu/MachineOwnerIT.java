package org.libvirt.sandbox.builder.qemu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.libvirt.sandbox.HostDirectories;

/** Processes with machines that are killed, or whose disks are full. */
@Timeout(300)
final class MachineOwnerIT {
  private static final Duration SOON = Duration.ofSeconds(60);

  @TempDir Path directory;

  private final UUID uuid = UUID.randomUUID();
  private final MachineTraces traces = new MachineTraces(uuid);
  private final List<Process> processes = new ArrayList<>();
  private @Nullable Path kept;

  @AfterEach
  void endAll() throws Exception {
    for (Process process : processes) {
      process.destroyForcibly().waitFor();
    }
    if (kept != null) {
      Files.delete(kept);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"domain created", MachineOwner.RUNNING})
  void nothing_is_left_of_a_machine_whose_owner_is_killed(String stage) throws Exception {
    Process owner = start(java(stage));
    assertThat(owner.inputReader().readLine()).isEqualTo(stage);
    assertThat(traces.onHost()).isNotEmpty();
    List<ProcessHandle> children = owner.descendants().toList();

    owner.destroyForcibly().waitFor();

    await().atMost(SOON).until(traces::onHost, List::isEmpty);
    await().atMost(SOON).until(() -> children.stream().noneMatch(ProcessHandle::isAlive));
  }

  /** What is full lies over the host's own, in a mount namespace of the owner's. */
  @Test
  void a_full_disk_for_what_machines_boot_is_said() throws Exception {
    Process owner = start(onSmall(HostDirectories.cache(), "4m"));

    List<String> said = owner.inputReader().lines().toList();

    assertThat(said)
        .singleElement()
        .asString()
        .startsWith("HostLacksException: cannot keep what virtual machines boot: ")
        .contains("No space left on device", "MiB in " + HostDirectories.cache());
    assertThat(traces.onHost()).isEmpty();
  }

  @Test
  void a_full_disk_for_state_is_said() throws Exception {
    Process owner = start(onSmall(HostDirectories.state(), "64k"));

    List<String> said = owner.inputReader().lines().toList();

    assertThat(said)
        .singleElement()
        .asString()
        .startsWith("HostLacksException: ")
        .contains("No space left on device", HostDirectories.state().toString());
    assertThat(traces.onHost()).isEmpty();
  }

  private Process start(List<String> command) throws IOException {
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    processes.add(process);
    return process;
  }

  private List<String> java(String stage) {
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-Xmx128m",
        "-cp",
        System.getProperty("java.class.path"),
        MachineOwner.class.getName(),
        uuid.toString(),
        stage);
  }

  private List<String> onSmall(Path place, String size) throws IOException {
    // another test's daemon removes the place of all states when nothing is in it
    kept = Files.createDirectories(place.resolve("kept-for-" + uuid));
    List<String> command =
        new ArrayList<>(
            List.of(
                "unshare",
                "--mount",
                "sh",
                "-c",
                "mount -t tmpfs -o size=%s,mode=0711 none %s && exec \"$@\"".formatted(size, place),
                "sh"));
    command.addAll(java("closed"));
    return command;
  }
}
