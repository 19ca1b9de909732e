package org.libvirt.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class DaemonLauncherTest {
  private static final String ID = "0123abcd";

  @TempDir Path temporary;
  private String launcher;

  @BeforeEach
  void makeProgram() throws IOException {
    launcher = NativeProgram.LAUNCHER.copyInto(temporary).toString();
  }

  @Test
  void a_start_that_fails_says_its_cause_first_and_what_it_leaves() throws Exception {
    Path state = Files.createDirectory(temporary.resolve("x".repeat(100)));
    Path starting = state.resolve("starting-" + ProcessHandle.current().pid() + "-" + ID);
    makeTooDeep(starting);
    Path cache = Files.createDirectory(temporary.resolve("cache"));

    String script =
        "exec '%s' run '%s' %s '%s' /bin/false 2>'%s/log'"
            .formatted(launcher, state, ID, cache, temporary);

    assertThat(run("sh", "-c", script))
        .singleElement()
        .asString()
        .startsWith("failed path ")
        .contains("too long; cannot remove d: it lies too deep");
  }

  @Test
  void what_lies_too_deep_is_named_as_that() throws Exception {
    makeTooDeep(temporary.resolve("daemon-" + ID));

    assertThat(run(launcher, "sweep", temporary + ""))
        .containsExactly("sandbox-libvirtd: cannot remove d: it lies too deep");
  }

  @Test
  void what_is_mounted_in_a_dead_daemons_directory_stays_and_is_named() throws Exception {
    Path mounted = Files.createDirectories(temporary.resolve("daemon-" + ID + "/etc/mounted"));
    String script =
        "mount -t tmpfs tmpfs '%s' && touch '%1$s/kept' && '%s' sweep '%s' && ls '%1$s'"
            .formatted(mounted, launcher, temporary);

    assertThat(run("unshare", "--mount", "sh", "-c", script))
        .containsExactly(
            "sandbox-libvirtd: cannot remove mounted: something is mounted there", "kept");
  }

  @Test
  void a_sweep_makes_the_state_directory_again_when_another_takes_it_away() throws Exception {
    var site = new DaemonSite(temporary.resolve("state"), temporary.resolve("cache"), List.of());
    var swept = new AtomicBoolean();
    var other =
        CompletableFuture.runAsync(
            () -> {
              while (!swept.get()) {
                site.removeStateIfEmpty();
              }
            });
    try {
      for (int i = 0; i < 50; i++) {
        assertThat(DaemonLauncher.sweep(site)).isEmpty();
      }
    } finally {
      swept.set(true);
      other.join();
    }
  }

  private static void makeTooDeep(Path directory) throws IOException {
    Files.createDirectories(directory.resolve("d/".repeat(300)));
  }

  private static List<String> run(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    byte[] said = process.getInputStream().readAllBytes();
    process.waitFor();
    return new String(said, StandardCharsets.UTF_8).lines().toList();
  }
}
