package org.libvirt.sandbox.builder;

import com.google.common.base.Splitter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Scanner;
import java.util.function.Consumer;
import org.libvirt.sandbox.HostLacksException;

/** The sockets of one network namespace, as {@code /proc/PID/net/unix} lists them (proc(5)). */
final class SocketTable {
  private static final int FIELDS_BEFORE_NAME = 7;

  /** Of sockets with a name in a file system, each of which has an inode there, too. */
  private static final int MOST_BYTES = 32 << 20;

  /** In place of any number of lines that name nothing in a file system. */
  private static final String OTHERS = "00000000: ";

  private final Path process;
  private final List<String> lines;

  private SocketTable(Path process, List<String> lines) {
    this.process = process;
    this.lines = lines;
  }

  /**
   * Reads that of a process. Sockets without a name, or with an abstract one, cost their maker next
   * to nothing: there can be hundreds of thousands, which are not kept.
   *
   * @throws HostLacksException if too many have a name
   */
  static SocketTable read(Path process) throws IOException {
    List<String> lines = new ArrayList<>();
    long kept = 0;
    // not a BufferedReader's lines: a name may have a carriage return
    try (Scanner table =
        new Scanner(process.resolve("net/unix"), StandardCharsets.ISO_8859_1).useDelimiter("\n")) {
      while (table.hasNext()) {
        String line = table.next();
        if (!namesNothing(line)) {
          lines.add(line);
          kept += line.length();
        } else if (lines.isEmpty() || !lines.get(lines.size() - 1).equals(OTHERS)) {
          lines.add(OTHERS);
        }
        if (kept > MOST_BYTES) {
          throw new HostLacksException(
              "the network of process %s has more Unix sockets than can be looked through; end what holds them"
                  .formatted(process.getFileName()));
        }
      }
      if (table.ioException() != null) {
        throw table.ioException();
      }
    }
    return new SocketTable(process, lines);
  }

  /** An abstract name begins with @, and ends at the network namespace. */
  private static boolean namesNothing(String line) {
    String name = nameIn(line);
    return SocketName.isTableLine(line)
        && (name.isEmpty() || name.startsWith("@") || name.equals("Path"));
  }

  /** Tells the names in the file system. */
  void forEachName(SearchTime time, Consumer<SocketName> action) {
    for (int i = 0; i < lines.size(); i++) {
      time.check(i, "sockets in the network of", process);
      String text = nameIn(lines.get(i));
      if (!text.isEmpty() && !text.startsWith("@") && !text.equals("Path")) {
        action.accept(new SocketName(text, lines.subList(i + 1, lines.size())));
      }
    }
  }

  /** The last of {@code NUM: REFCOUNT PROTOCOL FLAGS TYPE STATE INODE NAME}; it may hold blanks. */
  private static String nameIn(String line) {
    List<String> fields =
        Splitter.on(' ').omitEmptyStrings().limit(FIELDS_BEFORE_NAME + 1).splitToList(line);
    return fields.size() > FIELDS_BEFORE_NAME ? fields.get(FIELDS_BEFORE_NAME) : "";
  }
}
