package org.libvirt.sandbox.builder.qemu;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a cpio archive of the form "newc" holds. */
final class CpioListing {
  private final Map<String, byte[]> contents = new LinkedHashMap<>();
  private final List<String> lines = new ArrayList<>();

  static CpioListing of(Path archive) throws IOException {
    CpioListing listing = new CpioListing();
    listing.read(Files.readAllBytes(archive));
    return listing;
  }

  private void read(byte[] archive) throws IOException {
    int at = 0;
    while (true) {
      String header = new String(archive, at, 110, US_ASCII);
      if (!header.startsWith("070701")) {
        throw new IOException("no header at " + at);
      }
      int mode = field(header, 1);
      int size = field(header, 6);
      int nameSize = field(header, 11);
      String name = new String(archive, at + 110, nameSize - 1, US_ASCII);
      int start = aligned(at + 110 + nameSize);
      if (name.equals("TRAILER!!!")) {
        return;
      }
      contents.put(name, Arrays.copyOfRange(archive, start, start + size));
      lines.add("%o %d:%d %s".formatted(mode, field(header, 2), field(header, 3), name));
      at = aligned(start + size);
    }
  }

  private static int field(String header, int index) {
    return Integer.parseInt(header.substring(6 + 8 * index, 14 + 8 * index), 16);
  }

  private static int aligned(int position) {
    return (position + 3) & ~3;
  }

  /** The entries in their order: mode, owner and name. */
  List<String> lines() {
    return lines;
  }

  List<String> names() {
    return List.copyOf(contents.keySet());
  }

  byte[] content(String name) {
    return contents.get(name);
  }

  String text(String name) {
    return new String(content(name), US_ASCII);
  }
}
