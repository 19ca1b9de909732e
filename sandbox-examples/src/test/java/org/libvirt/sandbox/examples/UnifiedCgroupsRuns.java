package org.libvirt.sandbox.examples;

import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.libvirt.sandbox.EmbeddedLibvirt;
import org.libvirt.sandbox.HostDirectories;
import org.libvirt.sandbox.SandboxConnection;
import org.libvirt.sandbox.config.InteractiveConfig;
import org.libvirt.sandbox.config.Resources;
import org.libvirt.sandbox.context.InteractiveContext;

/** Runs containers one after the other, and tells a line of each. */
final class UnifiedCgroupsRuns {
  private static final Path CGROUPS = Path.of("/sys/fs/cgroup");

  /** An emulated processor is slow. */
  private static final Duration START_LIMIT = Duration.ofMinutes(10);

  private UnifiedCgroupsRuns() {}

  public static void main(String[] arguments) throws IOException {
    System.setErr(System.out);
    try (EmbeddedLibvirt libvirt = EmbeddedLibvirt.startFor("lxc");
        SandboxConnection connection = SandboxConnection.open(libvirt.uri("lxc"))) {
      Resources standard = Resources.standard();
      run(connection, "ordinary", standard, "exit 7");
      run(connection, "killed", standard, "kill -KILL $$");
      run(connection, "hog", standard.withMemory(64 << 20), "exec tail /dev/zero");
      run(connection, "bomb", standard.withProcesses(20), "while sleep 99 & do echo one; done");
      loseLauncher(libvirt);
    }
    tellGroups("lost");
    try (EmbeddedLibvirt next = EmbeddedLibvirt.startFor("lxc")) {
      tellGroups(next.isAlive() ? "next" : "dead");
    }
    tellGroups("end");
    System.out.println("state: " + Files.exists(HostDirectories.state()));
  }

  private static void run(
      SandboxConnection connection, String name, Resources resources, String script)
      throws IOException {
    InteractiveConfig config =
        InteractiveConfig.builder()
            .name(name)
            .resources(resources)
            .command("sh", "-c", script)
            .build();
    try (InteractiveContext sandbox = InteractiveContext.start(connection, config, START_LIMIT)) {
      String said = new String(sandbox.console().stdout().readAllBytes(), StandardCharsets.UTF_8);
      System.out.printf(
          "%s: %s %s %d%n",
          name, sandbox.console().exited().join(), sandbox.limitsReached(), said.lines().count());
    }
    tellGroups(name + " over");
  }

  /** Leaves its cgroups, and nothing that lists them. */
  private static void loseLauncher(EmbeddedLibvirt libvirt) throws IOException {
    List<ProcessHandle> launchers = ProcessHandle.current().children().toList();
    MoreFiles.deleteRecursively(HostDirectories.state(), RecursiveDeleteOption.ALLOW_INSECURE);
    launchers.forEach(ProcessHandle::destroyForcibly);
    libvirt.ended().join();
  }

  private static void tellGroups(String when) throws IOException {
    try (Stream<Path> groups = Files.walk(CGROUPS)) {
      System.out.println(
          when
              + ": "
              + groups
                  .filter(Files::isDirectory)
                  .filter(group -> !group.equals(CGROUPS))
                  .map(group -> CGROUPS.relativize(group).toString())
                  .map(group -> group.replaceFirst("^sandbox-[0-9a-f]{8}", "daemon's"))
                  .sorted()
                  .toList());
    }
  }
}
