package org.libvirt.sandbox.builder.qemu;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.OutputStream;

/**
 * A cpio archive in the form "newc", which kernels unpack as their first root. All in it belongs to
 * root and has no time, so that the same content gives the same bytes.
 */
final class CpioArchive {
  private static final int DIRECTORY = 0040000;
  private static final int REGULAR_FILE = 0100000;
  private static final String TRAILER = "TRAILER!!!";

  private final OutputStream out;
  private int entries;
  private long written;

  /**
   * An archive.
   *
   * @param out where it goes; left open
   */
  CpioArchive(OutputStream out) {
    this.out = out;
  }

  /** Adds a directory. */
  void directory(String name, int permissions) throws IOException {
    entry(name, DIRECTORY | permissions, new byte[0]);
  }

  /** Adds a file. */
  void file(String name, int permissions, byte[] content) throws IOException {
    entry(name, REGULAR_FILE | permissions, content);
  }

  /** Writes the last entry, which says that there are no more. */
  void end() throws IOException {
    entry(TRAILER, 0, new byte[0]);
  }

  private void entry(String name, int mode, byte[] content) throws IOException {
    byte[] nameBytes = name.getBytes(UTF_8);
    int inode = name.equals(TRAILER) ? 0 : ++entries;
    int links = (mode & DIRECTORY) != 0 ? 2 : 1;
    write(
        header(inode, mode, 0, 0, links, 0, content.length, 0, 0, 0, 0, nameBytes.length + 1, 0)
            .getBytes(US_ASCII));
    write(nameBytes);
    write(new byte[1]);
    pad();
    write(content);
    pad();
  }

  private static String header(int... fields) {
    StringBuilder header = new StringBuilder("070701");
    for (int field : fields) {
      header.append("%08x".formatted(field));
    }
    return header.toString();
  }

  private void pad() throws IOException {
    write(new byte[(int) (-written & 3)]);
  }

  private void write(byte[] bytes) throws IOException {
    out.write(bytes);
    written += bytes.length;
  }
}
