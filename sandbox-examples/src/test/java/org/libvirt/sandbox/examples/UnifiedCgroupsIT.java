package org.libvirt.sandbox.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Containers where cgroups are of version 2 alone. It is not this host that shows it, but a machine
 * of its own, as a host can have a controller in one version only.
 */
@Tag("long") // a JVM on an emulated processor
@Timeout(1800)
final class UnifiedCgroupsIT {
  @TempDir private Path directory;

  @Test
  void limits_hold_and_are_told_and_nothing_is_left() throws Exception {
    List<String> said = UnifiedCgroupsMachine.in(directory).run(UnifiedCgroupsRuns.class, 25);

    assertThat(said)
        .contains(
            "ordinary: Exited[code=7] [] 0",
            "killed: Signaled[signal=9] [] 0",
            "hog: Signaled[signal=9, limit=MEMORY] [MEMORY] 0")
        // the shell is one of the twenty; the place of who has started it may be one more
        .anyMatch(line -> line.matches("bomb: Exited\\[code=2\\] \\[PROCESSES\\] (19|20)"))
        // a domain's cgroup goes with it, a daemon's own are left until it ends
        .contains("bomb over: [daemon's, daemon's/daemon, daemon's/machine]")
        .contains("lost: [daemon's, daemon's/daemon, daemon's/machine]")
        .contains("next: [daemon's, daemon's/daemon]", "end: []", "state: false");
  }
}
