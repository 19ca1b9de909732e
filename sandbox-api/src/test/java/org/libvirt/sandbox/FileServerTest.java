package org.libvirt.sandbox;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The program that runs virtiofsd, with a script in its place that does on its directory what a
 * machine's kernel might ask for. It has more rights than virtiofsd keeps.
 */
@Timeout(60)
final class FileServerTest {
  @TempDir Path directory;

  private final List<Process> started = new ArrayList<>();
  private Path shared;

  @BeforeEach
  void makeDirectories() throws IOException {
    shared = Files.createDirectory(directory.resolve("shared"));
    Files.createDirectory(directory.resolve("place"));
    NativeProgram.FILES.copyInto(directory);
  }

  @AfterEach
  void endAll() throws InterruptedException {
    for (Process process : started) {
      process.destroyForcibly();
      assertThat(process.waitFor(10, SECONDS)).isTrue();
    }
  }

  /** What is said until all servers have ended; each runs a script in its directory. */
  private List<String> serve(String script, String... shares) throws Exception {
    Process process = start(script, shares);
    List<String> lines;
    try (Stream<String> said = process.inputReader(UTF_8).lines()) {
      lines = said.toList();
    }
    assertThat(process.waitFor(10, SECONDS)).isTrue();
    return lines;
  }

  private Process start(String script, String... words) throws IOException {
    Path server = directory.resolve("server");
    // its arguments are: --fd=3 -f -o source=DIRECTORY -o sandbox=...
    Files.writeString(
        server, "#!/bin/sh\nset -- \"$@\" \"${4#source=}\"\nshift 6\ncd \"$1\"\n" + script + "\n");
    Files.setPosixFilePermissions(server, PosixFilePermissions.fromString("rwxr-xr-x"));
    List<String> command = new ArrayList<>();
    command.add(directory.resolve("sandbox-virtiofs").toString());
    command.addAll(List.of("server", server.toString()));
    command.addAll(List.of("place", directory.resolve("place").toString()));
    command.addAll(List.of(words));
    Process process = NativeProgram.execute(new ProcessBuilder(command).redirectErrorStream(true));
    started.add(process);
    return process;
  }

  private String[] share(String mode, Path source, String... more) {
    List<String> words = new ArrayList<>();
    words.addAll(List.of("share", directory.resolve("socket").toString(), mode));
    words.add(source.toString());
    words.addAll(List.of(more));
    return words.toArray(String[]::new);
  }

  @Test
  void what_is_read_only_is_so_for_the_server_itself_mounts_below_included() throws Exception {
    String script =
        """
        exec 2>&1
        touch touched; touch dev/shm/touched-by-a-test; touch tmp/touched-by-a-test
        echo x > proc/sys/kernel/domainname
        cat etc/hostname >/dev/null && echo read
        """;

    List<String> said = serve(script, share("ro", Path.of("/")));

    assertThat(said).filteredOn(line -> line.contains("Read-only file system")).hasSize(4);
    assertThat(said).contains("read");
    assertThat(Path.of("/tmp/touched-by-a-test")).doesNotExist();
  }

  @Test
  void what_is_not_read_only_is_the_hosts_own_and_devices_in_it_do_not_open() throws Exception {
    String script = "echo x > file; mknod null c 1 3; exec 2>&1; cat null";

    List<String> said = serve(script, share("rw", shared));

    assertThat(shared.resolve("file")).hasContent("x");
    assertThat(said).anyMatch(line -> line.endsWith("null: Permission denied"));
  }

  @Test
  void what_is_masked_is_empty_also_behind_a_link_and_nothing_outside_is() throws Exception {
    Files.createFile(Files.createDirectory(shared.resolve("secret")).resolve("file"));
    Files.createFile(Files.createDirectory(shared.resolve("open")).resolve("file"));
    Files.createFile(Files.createDirectory(shared.resolve("linked")).resolve("file"));
    Files.createSymbolicLink(shared.resolve("link"), Path.of("/linked"));

    List<String> said =
        serve(
            "echo secret: $(ls secret); echo open: $(ls open); echo linked: $(ls linked);"
                + " exec 2>&1; touch secret/x",
            share("rw", shared, "mask", "secret", "mask", "missing", "mask", "link"));

    assertThat(said).contains("secret:", "open: file", "linked:");
    assertThat(said).anyMatch(line -> line.contains("Read-only file system"));
    assertThat(shared.resolve("secret")).isDirectoryContaining("glob:**/file");
  }

  @Test
  void a_file_is_alone_in_its_directory_and_is_the_hosts_own() throws Exception {
    Path file = Files.writeString(shared.resolve("one"), "of the host");
    Files.createFile(shared.resolve("other"));

    List<String> said =
        serve("ls; exec 2>&1; cat file; echo; echo new > file; touch other", share("rw", file));

    assertThat(said).contains("file", "of the host").doesNotContain("other");
    assertThat(said).anyMatch(line -> line.contains("Read-only file system"));
    assertThat(file).hasContent("new");
  }

  @Test
  void a_view_shows_neither_the_other_views_nor_the_sockets_directory() throws Exception {
    Path place = directory.resolve("place");

    List<String> said = serve("echo place: $(ls ." + place + ")", share("ro", Path.of("/")));

    assertThat(said).contains("place:");
  }

  @Test
  void the_end_of_a_server_is_told_with_its_status() throws Exception {
    List<String> said = serve("exit 3", share("ro", shared));

    assertThat(said).containsExactlyInAnyOrder("ready", "ended 0 768");
  }

  @Test
  void the_end_of_the_owner_ends_the_servers() throws Exception {
    Process process = start("echo up; exec sleep 1000", share("ro", shared));
    ProcessHandle server = awaitServer(process);

    process.getOutputStream().close();

    assertThat(process.waitFor(10, SECONDS)).isTrue();
    assertThat(server.isAlive()).isFalse();
  }

  @Test
  void sigkill_of_the_program_ends_the_servers() throws Exception {
    Process process = start("echo up; exec sleep 1000", share("ro", shared));
    ProcessHandle server = awaitServer(process);

    process.destroyForcibly();

    await().atMost(10, SECONDS).until(() -> !server.isAlive());
  }

  private static ProcessHandle awaitServer(Process process) throws IOException {
    BufferedReader said = process.inputReader(UTF_8);
    for (String line = said.readLine(); !"up".equals(line); line = said.readLine()) {
      assertThat(line).isIn("ready");
    }
    return process
        .descendants()
        .filter(child -> child.children().findAny().isEmpty())
        .findFirst()
        .orElseThrow();
  }

  @Test
  void a_source_that_is_missing_is_told() throws Exception {
    Path missing = shared.resolve("missing");

    assertThat(serve("true", share("ro", missing)))
        .containsExactly(
            "failed cannot take a view of '" + missing + "': No such file or directory");
  }

  @Test
  void in_a_user_namespace_there_is_one_user_and_nobody_elses_file_can_be_made() throws Exception {
    String script = "touch made; stat -c '%u %g' made; exec 2>&1; chown 1 made; id -u";

    List<String> said = serve(script, share("rw", shared, "user", "0", "0"));

    assertThat(said).contains("0 0", "0").anyMatch(line -> line.contains("Invalid argument"));
  }

  @Test
  void the_socket_is_there_when_it_is_said_and_nobody_elses() throws Exception {
    Process process = start("echo up; exec sleep 1000", share("ro", shared, "owner", "12", "34"));
    awaitServer(process);

    Path socket = directory.resolve("socket");
    assertThat(Files.getAttribute(socket, "unix:uid")).isEqualTo(12);
    assertThat(Files.getAttribute(socket, "unix:gid")).isEqualTo(34);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)))
        .isEqualTo("rw-------");
  }
}
