package org.libvirt.sandbox.builder.lxc;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.libvirt.sandbox.builder.lxc.Battlefield.Outcome;
import org.libvirt.sandbox.contract.HostedThings;
import org.libvirt.sandbox.contract.Intruder;

/** What a hostile program can reach from inside a sandbox. */
@Timeout(300)
final class IsolationIT {
  private static final String NAME = "sandbox-attack-" + UUID.randomUUID();
  private static final byte[] NOTHING = new byte[0];

  @SuppressWarnings("NullAway.Init")
  private static Battlefield field;

  @BeforeAll
  static void prepare() throws IOException, InterruptedException {
    field = Battlefield.prepare();
  }

  @AfterAll
  static void tidyUp() throws IOException {
    field.close();
  }

  @ParameterizedTest
  @EnumSource
  void no_file_of_the_host_can_be_changed(Intruder intruder)
      throws IOException, InterruptedException {
    Path victim = Files.createDirectories(field.directory().resolve("victim"));
    Files.setPosixFilePermissions(victim, PosixFilePermissions.fromString("rwxrwxrwx"));
    Path file = Files.writeString(victim.resolve("file"), "unchanged");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-rw-"));
    device(victim.resolve("disk"), "b", "7", "0");
    device(victim.resolve("memory"), "c", "1", "1");
    device(victim.resolve("tunnel"), "c", "10", "200");

    Outcome outcome = field.attack(intruder, "files", victim);

    assertThat(outcome.stdout()).as(outcome.stderr()).isEqualTo("done\n");
    assertThat(file).hasContent("unchanged");
    try (var entries = Files.list(victim)) {
      assertThat(entries).hasSize(4);
    }
  }

  @ParameterizedTest
  @EnumSource
  void nothing_that_the_machine_has_once_can_be_reached(Intruder intruder)
      throws IOException, InterruptedException {
    try (var hosted = HostedThings.start(field.directory(), List.of("things:" + NAME))) {

      Outcome outcome = field.attack(intruder, "kernel", NAME, NOTHING);

      assertThat(outcome.stdout()).as(outcome.stderr()).isEqualTo("done\n");
      assertThat(hosted.isHeld()).isTrue();
    }
  }

  @ParameterizedTest
  @EnumSource
  void no_socket_of_the_host_can_be_reached(Intruder intruder)
      throws IOException, InterruptedException {
    Path real = Files.createDirectories(field.directory().resolve("sockets"));
    Files.createDirectories(real.resolve("long".repeat(30)));
    Path link = Files.createSymbolicLink(field.directory().resolve("link"), real);
    String there = real + "/";
    List<String> things =
        List.of(
            "stream:" + there + "stream",
            "datagram:" + there + "datagram",
            "packet:" + there + "packet",
            "stream:" + link + "/by-link",
            "stream:" + there + "with blanks",
            "stream:" + there + "'quoted\"",
            "stream:" + there + "new%0Aline",
            "stream:" + there + "new%0A0000: 00000002 00000000 00010000 0001 01 1 %0A",
            "stream:" + there + "not-utf-8-%FF%FE",
            "stream:" + there + "utf-8-%C3%BC",
            "relative:" + there + "relative",
            "relative:" + there + "long".repeat(30) + "/relative",
            "renamed:" + there + "renamed",
            "elsewhere:" + there + "elsewhere",
            "apart:" + there + "apart",
            "inside:" + there + "inside",
            "stream:/root/" + NAME.substring(0, 20),
            "stream:/home/" + NAME.substring(0, 20),
            "stream:/var/lib/" + NAME.substring(0, 20),
            "abstract:" + NAME);
    try (var hosted = HostedThings.start(field.directory(), things)) {

      Outcome outcome =
          field.attack(intruder, "sockets", "-", paths(things, field.libvirt().socket()));

      assertThat(outcome.stdout()).as(outcome.stderr()).isEqualTo("done\n");
      assertThat(hosted.isHeld()).isTrue();
    } finally {
      remove(link);
      for (String directory : List.of("/root/", "/home/", "/var/lib/")) {
        remove(Path.of(directory + NAME.substring(0, 20)));
      }
      removeAll(real);
    }
  }

  @ParameterizedTest
  @EnumSource
  void a_set_user_id_program_gives_nothing(Intruder intruder)
      throws IOException, InterruptedException {
    Path program = field.directory().resolve("raised");
    Files.copy(field.directory().resolve("attack"), program, StandardCopyOption.REPLACE_EXISTING);
    command("chown", "1:1", program.toString());
    command("chmod", "6755", program.toString());

    Outcome outcome = field.run(intruder, NOTHING, program.toString(), "whoami");

    // without no_new_privs it may become another user of the same rights, on mounts without nosuid
    String own = intruder == Intruder.NOBODY ? "65534 65534\n" : "0 0\n";
    assertThat(outcome.stdout()).isEqualTo(intruder == Intruder.PRIVILEGED ? "1 1\n" : own);
  }

  @ParameterizedTest
  @EnumSource
  void the_capabilities_are_none_or_those_of_the_list(Intruder intruder) {
    Outcome outcome = field.run(intruder, NOTHING, "/bin/cat", "/proc/self/status");

    String set = intruder == Intruder.PRIVILEGED ? "00000000a00435fb" : "0000000000000000";
    String privileges = intruder == Intruder.PRIVILEGED ? "0" : "1";
    assertThat(outcome.stdout())
        .contains("CapPrm:\t" + set, "CapEff:\t" + set, "CapBnd:\t" + set)
        .contains("CapAmb:\t0000000000000000")
        .contains("NoNewPrivs:\t" + privileges);
  }

  private static byte[] paths(List<String> things, Path socket) {
    var paths = new ByteArrayOutputStream();
    List<String> all = new ArrayList<>(things);
    all.add("stream:" + socket);
    for (String thing : all) {
      String path = thing.substring(thing.indexOf(':') + 1);
      for (int i = 0; i < path.length(); i++) {
        boolean escaped = path.charAt(i) == '%';
        paths.write(escaped ? Integer.parseInt(path.substring(i + 1, i + 3), 16) : path.charAt(i));
        i += escaped ? 2 : 0;
      }
      paths.write(0);
    }
    return paths.toByteArray();
  }

  private static void device(Path path, String... numbers)
      throws IOException, InterruptedException {
    if (!Files.exists(path)) {
      List<String> command = new ArrayList<>(List.of("mknod", "-m", "666", path.toString()));
      command.addAll(List.of(numbers));
      command(command.toArray(String[]::new));
    }
  }

  private static void command(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
  }

  private static void remove(Path path) throws IOException {
    Files.deleteIfExists(path);
  }

  private static void removeAll(Path directory) throws IOException {
    try (var paths = Files.walk(directory)) {
      for (Path path : paths.sorted((one, other) -> other.compareTo(one)).toList()) {
        remove(path);
      }
    }
  }
}
