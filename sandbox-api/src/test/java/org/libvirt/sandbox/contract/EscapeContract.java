package org.libvirt.sandbox.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.libvirt.sandbox.ExitStatus;

/**
 * The known ways out of a sandbox, each tried by a program that is a user, uid 0 or privileged:
 * none leads out. {@code escapes.c} says what each of them is.
 */
@Timeout(300)
public abstract class EscapeContract {
  private static final List<String> ATTEMPTS =
      List.of(
          "leaked-descriptor",
          "remount-root",
          "remount-bind",
          "mount",
          "take-cover-away",
          "new-mount-calls",
          "pivot-root",
          "unshare",
          "clone-namespace",
          "clone3",
          "enter-namespace",
          "make-device",
          "open-device",
          "load-module",
          "kexec",
          "set-clock",
          "reboot",
          "swap",
          "io-uring",
          "bpf",
          "perf-event",
          "userfaultfd",
          "keys",
          "ports",
          "16-bit-segment",
          "strange-sockets",
          "type-into-terminal",
          "x32",
          "i386",
          "see-host-process",
          "trace-first-process",
          "root-of-first-process",
          "overwrite-init",
          "write-host-file",
          "others-state",
          "secrets",
          "open-by-handle",
          "socket",
          "abstract-socket",
          "set-user-id",
          "knobs",
          "sysrq",
          "cgroup",
          "hardware",
          "masks");

  private static final String UNCHANGED = "unchanged";

  // not in /tmp, which a sandbox has of its own
  @TempDir(factory = VisibleDirectory.class)
  static Path directory;

  private final SandboxDaemon daemon;

  protected EscapeContract(SandboxDaemon daemon) {
    this.daemon = daemon;
  }

  @BeforeAll
  static void prepare() throws Exception {
    Path program = NativeSources.OF_CONTAINERS.compile(directory.resolve("escapes"), "escapes.c");
    Path file = Files.writeString(directory.resolve("file"), UNCHANGED);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-rw-"));
    command("cp", program.toString(), directory.resolve("raised").toString());
    command("chmod", "4755", directory.resolve("raised").toString());
    command("mknod", "-m", "666", directory.resolve("disk").toString(), "b", "7", "0");
  }

  @ParameterizedTest
  @EnumSource
  void no_known_way_leads_out(Intruder intruder) throws Exception {
    String key = "escape-" + UUID.randomUUID();
    Path socket = directory.resolve("socket");
    List<String> things = List.of("stream:" + socket, "abstract:" + key);
    String own = Long.toString(ProcessHandle.current().pid());
    String pattern = Files.readString(Path.of("/proc/sys/kernel/core_pattern"));
    try (var hosted = HostedThings.start(directory, things)) {

      Outcome outcome =
          daemon.run(
              intruder
                  .config()
                  .command(directory.resolve("escapes").toString(), directory.toString(), own, key)
                  .build());

      assertThat(outcome.lines())
          .as(outcome.stderr())
          .containsExactlyElementsOf(ATTEMPTS.stream().map(name -> name + ": refused").toList());
      assertThat(outcome.status()).isEqualTo(new ExitStatus.Exited(0));
      assertThat(hosted.isHeld()).isTrue();
    } finally {
      Files.deleteIfExists(socket);
    }
    assertThat(directory.resolve("file")).hasContent(UNCHANGED);
    assertThat(directory.resolve("new")).doesNotExist();
    assertThat(Path.of("/proc/sys/kernel/core_pattern")).hasContent(pattern);
  }

  private static void command(String... command) throws Exception {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes());
    assertThat(process.waitFor()).as(said).isZero();
  }
}
