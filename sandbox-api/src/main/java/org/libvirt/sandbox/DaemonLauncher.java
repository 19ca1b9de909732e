package org.libvirt.sandbox;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The native launcher, as this process starts it: its program lies in a directory {@code
 * starting-PID-ID} of its own, which it renames to {@code daemon-ID} once it holds that directory's
 * lock. A directory that nobody holds, or whose process is gone, is removed by the next sweep.
 */
final class DaemonLauncher {
  /** The launcher makes libvirtd take its drivers from there, if it exists. */
  private static final String DRIVERS = "drivers";

  /** Of a directory in the launcher's report; all else it says is a problem. */
  private static final Pattern NAME = Pattern.compile("(daemon|starting)-[0-9a-f-]+");

  private static final SecureRandom RANDOM = new SecureRandom();

  private DaemonLauncher() {}

  /** A launcher that has said "ready". */
  record Started(Process process, BufferedReader output, Path directory) {}

  /**
   * Starts a daemon.
   *
   * @param drivers those of libvirt's drivers that it has; none stands for all
   * @param options what the launcher takes after the path of libvirtd
   * @throws HostLacksException if the host does not let it start
   */
  static Started run(DaemonSite site, Path libvirtd, List<String> drivers, List<String> options) {
    String id = HexFormat.of().toHexDigits(RANDOM.nextInt());
    Path starting = starting(site, id);
    requireOwn(site);
    try {
      Path program = furnish(site, starting);
      if (!drivers.isEmpty()) {
        ConnectionDrivers.link(drivers, starting.resolve(DRIVERS));
      }
      List<String> command = new ArrayList<>();
      command.addAll(List.of(program.toString(), "run", site.state().toString(), id));
      command.addAll(List.of(site.cache().toString(), libvirtd.toString()));
      command.addAll(options);
      Process process =
          NativeProgram.execute(
              new ProcessBuilder(command)
                  .redirectError(starting.resolve("log/libvirtd.log").toFile()));
      BufferedReader output = process.inputReader(StandardCharsets.UTF_8);
      requireReady(process, output.readLine());
      return new Started(process, output, site.state().resolve("daemon-" + id));
    } catch (IOException e) {
      throw new HostLacksException(
          "cannot start an embedded libvirt daemon in "
              + site.state()
              + ", which must be writable and on a file system without noexec"
              + site.cure()
              + ": "
              + e.getMessage(),
          e);
    } finally {
      remove(site, starting, drivers);
    }
  }

  /** Removes what dead daemons left, by a launcher's program of this library's own. */
  static List<String> sweep(DaemonSite site) {
    Path starting = starting(site, HexFormat.of().toHexDigits(RANDOM.nextInt()));
    requireOwn(site);
    try {
      return sweep(site, furnish(site, starting));
    } catch (IOException e) {
      throw new HostLacksException(
          "cannot sweep " + site.state() + ", which must be on a file system without noexec", e);
    } finally {
      remove(site, starting, List.of());
    }
  }

  /**
   * Removes what dead daemons left, by a launcher's program that is there already.
   *
   * @return the names of their directories
   */
  static List<String> sweep(DaemonSite site, Path program) throws IOException {
    Process process =
        NativeProgram.execute(
            new ProcessBuilder(program.toString(), "sweep", site.state().toString())
                .redirectErrorStream(true));
    process.getOutputStream().close();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    List<String> problems = said.lines().filter(line -> !isName(line)).toList();
    if (!problems.isEmpty()) {
      throw new IOException("sweeping " + site.state() + ": " + String.join("; ", problems));
    }
    return said.lines().toList();
  }

  private static boolean isName(String line) {
    return NAME.matcher(line).matches();
  }

  private static Path starting(DaemonSite site, String id) {
    return site.state().resolve("starting-" + ProcessHandle.current().pid() + "-" + id);
  }

  /** Before anything is made in it, or removed. */
  private static void requireOwn(DaemonSite site) {
    try {
      site.requireOwnState();
    } catch (IOException e) {
      throw new HostLacksException("cannot look at " + site.state() + ": " + e.getMessage(), e);
    }
  }

  private static Path furnish(DaemonSite site, Path directory) throws IOException {
    makeDirectory(site, directory);
    Files.createDirectory(directory.resolve("log"));
    return NativeProgram.LAUNCHER.copyInto(directory);
  }

  private static void makeDirectory(DaemonSite site, Path directory) throws IOException {
    var owner = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
    HostDirectories.makeIn(
        site.state(),
        () -> {
          site.makeDirectories();
          Files.createDirectory(directory, owner);
        });
  }

  private static void requireReady(Process process, @Nullable String answer) {
    if ("ready".equals(answer)) {
      return;
    }
    process.destroyForcibly();
    String reason =
        answer == null ? "its launcher was killed" : answer.replaceFirst("^failed ", "");
    throw new HostLacksException("cannot start an embedded libvirt daemon: " + reason);
  }

  /** Whatever became of it: nothing where the launcher has taken it over. */
  private static void remove(DaemonSite site, Path starting, List<String> drivers) {
    try {
      ConnectionDrivers.unlink(drivers, starting.resolve(DRIVERS));
      for (String file : List.of("log/libvirtd.log", "log", "owner")) {
        Files.deleteIfExists(starting.resolve(file));
      }
      Files.deleteIfExists(starting.resolve(NativeProgram.LAUNCHER.fileName()));
      Files.deleteIfExists(starting);
      site.removeStateIfEmpty();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot remove " + starting, e);
    }
  }
}
