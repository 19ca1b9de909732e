package org.libvirt.sandbox.builder.qemu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.libvirt.sandbox.HostLacksException;
import org.libvirt.sandbox.config.Kernel;

/**
 * The cache with this host's newest kernel, on a file system that ends, and in processes that do.
 */
@Timeout(300)
final class KernelCacheIT {
  @TempDir Path temporary;

  private final List<Process> processes = new ArrayList<>();
  private Path small;

  @BeforeEach
  void mountSmallFileSystem() throws Exception {
    small = Files.createDirectory(temporary.resolve("small"));
    run("mount", "-t", "tmpfs", "-o", "size=16m,mode=0711", "none", small.toString());
  }

  @AfterEach
  void endAll() throws Exception {
    processes.forEach(Process::destroyForcibly);
    for (Process process : processes) {
      process.waitFor();
    }
    run("umount", small.toString());
  }

  @Test
  void a_full_disk_is_said_and_leaves_nothing_half() throws IOException {
    HostKernel kernel = KernelPlaces.ofHost().findOrNewest(Kernel.running());
    Path cache = small.resolve("kernels");

    assertThatThrownBy(
            () ->
                new KernelCache(cache)
                    .prepare(kernel, GuestModules.of(kernel, List.of()), progress -> {}))
        .isInstanceOf(HostLacksException.class)
        .hasMessageStartingWith("cannot keep what virtual machines boot: ")
        .hasMessageContaining("No space left on device")
        .hasMessageContaining(" MiB in " + cache);

    assertThat(directoriesOf(cache)).isEmpty();
  }

  @Test
  void a_process_that_is_killed_in_the_middle_holds_up_nobody() throws Exception {
    Path cache = temporary.resolve("cache");
    Process first = start(cache);
    first.inputReader().readLine(); // that it unpacks the kernel
    first.destroyForcibly().waitFor();

    List<Path> unfinished = directoriesOf(cache);
    Process second = start(cache);
    String said = String.join("\n", second.inputReader().lines().toList());

    assertThat(unfinished).singleElement().asString().contains("/new-");
    assertThat(said).contains("unpacking", "initial RAM disk", "made");
    assertThat(directoriesOf(cache)).hasSize(2).doesNotContainAnyElementsOf(unfinished);
  }

  @Test
  void processes_that_start_at_the_same_time_make_it_once() throws Exception {
    Path cache = temporary.resolve("cache");
    List<Process> all = List.of(start(cache), start(cache), start(cache));

    List<String> said = new ArrayList<>();
    for (Process process : all) {
      process.inputReader().lines().forEach(said::add);
    }

    assertThat(said).hasSize(5);
    assertThat(said).filteredOn("made"::equals).hasSize(3);
    assertThat(directoriesOf(cache)).hasSize(2);
  }

  private Process start(Path cache) throws IOException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                PreparingProcess.class.getName(),
                cache.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    processes.add(process);
    return process;
  }

  private static List<Path> directoriesOf(Path cache) throws IOException {
    try (Stream<Path> entries = Files.list(cache)) {
      return entries.filter(Files::isDirectory).toList();
    }
  }

  private static void run(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes());
    assertThat(process.waitFor()).as(said).isZero();
  }
}
