package org.libvirt.sandbox.builder;

import java.nio.file.Path;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.libvirt.sandbox.HostLacksException;

/**
 * The time in which this host's sockets must be found. Each place where one can lie takes some
 * microseconds, and who may write to directories of the host can make millions: without its sockets
 * hidden no sandbox starts, and none hangs.
 */
final class SearchTime {
  private static final Duration LIMIT = Duration.ofSeconds(10);

  private final LongSupplier nanoClock;
  private final long beginning;
  private long mostCount;
  private String most = "";
  private Path whose = Path.of("");

  /** By a clock of its own. */
  SearchTime(LongSupplier nanoClock) {
    this.nanoClock = nanoClock;
    this.beginning = nanoClock.getAsLong();
  }

  /** From now on. */
  static SearchTime begin() {
    return new SearchTime(System::nanoTime);
  }

  /**
   * Ends a search that takes too long.
   *
   * @param count how many of them were looked at so far
   * @param what what they are, such as {@code files in}
   * @param of whose they are: a directory, or that of a process in /proc
   * @throws HostLacksException if the time is over; it names whose were most
   */
  void check(long count, String what, Path of) {
    if (count >= mostCount) {
      mostCount = count;
      most = what;
      whose = of;
    }
    if (nanoClock.getAsLong() - beginning > LIMIT.toNanos()) {
      throw new HostLacksException(
          ("the Unix sockets of this host, which are hidden from sandboxes, could not be found in"
                  + " %d s; most of what was looked at are %d %s %s: end or remove what makes so"
                  + " many")
              .formatted(LIMIT.toSeconds(), mostCount, most, whose));
    }
  }
}
