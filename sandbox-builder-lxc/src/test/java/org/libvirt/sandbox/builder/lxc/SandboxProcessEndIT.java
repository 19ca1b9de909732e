package org.libvirt.sandbox.builder.lxc;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.libvirt.sandbox.context.InteractiveContext;
import org.libvirt.sandbox.contract.ProcessEndContract;

final class SandboxProcessEndIT extends ProcessEndContract {
  @RegisterExtension static final Daemon DAEMON = new Daemon();

  SandboxProcessEndIT() {
    super(DAEMON);
  }

  @Override
  protected void stopSupervisor(InteractiveContext sandbox) throws Exception {
    Set<String> stopped = new HashSet<>();
    for (Path group : DAEMON.traces().cgroups(sandbox.name())) {
      for (String pid : Files.readAllLines(group.resolve("cgroup.procs"))) {
        if (Files.readString(Path.of("/proc", pid, "comm")).startsWith("sandbox-init")) {
          new ProcessBuilder("kill", "-STOP", pid).inheritIO().start().waitFor();
          stopped.add(pid);
        }
      }
    }
    assertThat(stopped).isNotEmpty();
  }
}
