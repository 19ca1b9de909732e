package org.libvirt.sandbox.console;

import com.google.common.base.Splitter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The processors of this host, of which this process may be allowed fewer than a sandbox is. */
final class HostProcessors {
  private static final Path ONLINE = Path.of("/sys/devices/system/cpu/online");

  private HostProcessors() {}

  /** How many there are, or as many as this process has where the host does not tell. */
  static int count() {
    try {
      return countIn(Files.readString(ONLINE));
    } catch (IOException | NumberFormatException e) {
      return Runtime.getRuntime().availableProcessors();
    }
  }

  /**
   * How many a list such as {@code 0-3,8} names.
   *
   * @throws NumberFormatException if it is no such list
   */
  static int countIn(String list) {
    int count = 0;
    for (String range : Splitter.on(',').split(list.strip())) {
      List<String> ends = Splitter.on('-').limit(2).splitToList(range);
      int first = Integer.parseInt(ends.get(0));
      count += Integer.parseInt(ends.get(ends.size() - 1)) - first + 1;
    }
    return count;
  }
}
