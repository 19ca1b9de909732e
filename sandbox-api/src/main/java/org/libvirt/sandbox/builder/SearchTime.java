package org.libvirt.sandbox.builder;

import java.nio.file.Path;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.libvirt.sandbox.HostLacksException;

/**
 * The time in which this host's sockets must be found. Each descriptor of a process takes some ten
 * microseconds, and any user can hold millions: without its sockets hidden no sandbox starts, and
 * none hangs.
 */
final class SearchTime {
  private static final Duration LIMIT = Duration.ofSeconds(10);

  private final LongSupplier nanoClock;
  private final long beginning;
  private String most = "";
  private long mostCount;

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
   * @param process whose directory of /proc is being read
   * @param what what of it, such as {@code open files}
   * @param count how many of them were looked at so far
   * @throws HostLacksException if the time is over; it names who had most
   */
  void check(Path process, String what, long count) {
    if (count >= mostCount) {
      mostCount = count;
      most = "%d %s of process %s".formatted(count, what, process.getFileName());
    }
    if (nanoClock.getAsLong() - beginning > LIMIT.toNanos()) {
      throw new HostLacksException(
          ("the Unix sockets of this host, which are hidden from sandboxes, could not be found in"
                  + " %d s; most of what was looked at are %s: end it, or limit its open files"
                  + " (ulimit -n)")
              .formatted(LIMIT.toSeconds(), most));
    }
  }
}
