package org.libvirt.sandbox.builder;

import com.google.common.base.Splitter;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.libvirt.sandbox.HostLacksException;

/** The sockets of one network namespace, as {@code /proc/PID/net/unix} lists them (proc(5)). */
final class SocketTable {
  private static final int FIELDS_BEFORE_NAME = 7;

  /** The bytes of half a million sockets, and what this process's heap can stand. */
  private static final int MOST_BYTES = 32 << 20;

  private final Path process;
  private final List<String> lines;

  private SocketTable(Path process, List<String> lines) {
    this.process = process;
    this.lines = lines;
  }

  /**
   * Reads that of a process.
   *
   * @throws HostLacksException if it is too large
   */
  static SocketTable read(Path process) throws IOException {
    try (InputStream table = Files.newInputStream(process.resolve("net/unix"))) {
      byte[] bytes = table.readNBytes(MOST_BYTES + 1);
      if (bytes.length > MOST_BYTES) {
        throw new HostLacksException(
            "the network of process %s has more Unix sockets than can be looked through; end what holds them"
                .formatted(process.getFileName()));
      }
      String text = new String(bytes, StandardCharsets.ISO_8859_1);
      return new SocketTable(process, Splitter.on('\n').splitToList(text));
    }
  }

  /** Tells the names in the file system. */
  void forEachName(SearchTime time, Consumer<SocketName> action) {
    for (int i = 0; i < lines.size(); i++) {
      time.check(i, "sockets in the network of", process);
      String text = nameIn(lines.get(i));
      // one that begins with @ is abstract, which ends at the network namespace
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
