package org.libvirt.sandbox;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** What the kernel and the init of a machine say on its serial line, which a file keeps. */
public final class GuestLog {
  private static final Logger LOG = System.getLogger("org.libvirt.sandbox");

  /** Enough for a panic with its trace; no more than one wants in a report. */
  private static final int LARGEST_TAIL = 2048;

  /** What the cause of an end begins with, the most telling first. */
  private static final List<String> CAUSES = List.of("sandbox-init: ", "Kernel panic - ");

  private final Path file;

  private GuestLog(Path file) {
    this.file = file;
  }

  /**
   * The log in a file.
   *
   * @param file on this host; it need not exist
   * @return a log that is read anew each time
   */
  public static GuestLog of(Path file) {
    return new GuestLog(file);
  }

  /**
   * The last lines.
   *
   * @return at most 2 KiB; empty where there is no such file, or nothing was said
   */
  public Optional<String> tail() {
    try (RandomAccessFile log = new RandomAccessFile(file.toFile(), "r")) {
      byte[] tail = new byte[(int) Math.min(log.length(), LARGEST_TAIL)];
      log.seek(log.length() - tail.length);
      log.readFully(tail);
      // a serial line ends its lines as terminals want them
      String text = new String(tail, StandardCharsets.UTF_8).replace("\r\n", "\n").strip();
      return text.isEmpty() ? Optional.empty() : Optional.of(text);
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "no log of the guest: {0}", e.getMessage());
      return Optional.empty();
    }
  }

  /**
   * Why the machine ended, if it could tell.
   *
   * @return one line of the init, or of the kernel's panic; empty where there is none
   */
  public Optional<String> cause() {
    List<String> lines = tail().stream().flatMap(String::lines).toList();
    return CAUSES.stream()
        .flatMap(
            cause ->
                lines.stream()
                    .filter(line -> line.contains(cause))
                    .map(line -> line.substring(line.indexOf(cause)).strip()))
        .findFirst();
  }
}
