package org.libvirt.sandbox;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;

/** What libvirt wrote about one domain: the end of its log file. */
final class DomainLog {
  private static final Logger LOG = System.getLogger("org.libvirt.sandbox");

  /** Enough for the lines that tell why; no more than one wants in a report. */
  private static final int LARGEST_TAIL = 2048;

  /** What libvirt begins each start of a domain with; the host's own words come before it. */
  private static final String BEGINNING = ": starting up";

  private DomainLog() {}

  /**
   * Reads the end of a log, which libvirt appends to: what it says of the latest start.
   *
   * @param since what was written last before this time is another domain's of the same name
   * @return empty where there is no such log, or it says nothing
   */
  static Optional<String> tail(Path file, Instant since) {
    try (RandomAccessFile log = new RandomAccessFile(file.toFile(), "r")) {
      if (Files.getLastModifiedTime(file).toInstant().isBefore(since)) {
        return Optional.empty();
      }
      byte[] tail = new byte[(int) Math.min(log.length(), LARGEST_TAIL)];
      log.seek(log.length() - tail.length);
      log.readFully(tail);
      String text = new String(tail, StandardCharsets.UTF_8);
      String latest = text.substring(Math.max(0, text.lastIndexOf(BEGINNING))).strip();
      return latest.isEmpty() ? Optional.empty() : Optional.of(latest);
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "no log of the domain: {0}", e.getMessage());
      return Optional.empty();
    }
  }
}
