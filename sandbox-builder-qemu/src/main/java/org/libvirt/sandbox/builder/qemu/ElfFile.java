package org.libvirt.sandbox.builder.qemu;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;

/** An ELF file of 64 bits and little endian: what a kernel and its modules are. */
final class ElfFile {
  private static final byte[] MAGIC = {0x7f, 'E', 'L', 'F', 2, 1};
  private static final int HEADER = 64;
  private static final int PROGRAM_HEADER = 56;
  private static final int SECTION_HEADER = 64;
  private static final int PT_NOTE = 4;
  private static final int SHT_NOBITS = 8;

  /** Of "Xen": where a virtual machine enters the kernel without a boot loader. */
  private static final int PHYS32_ENTRY = 18;

  private final ByteBuffer content;

  private ElfFile(ByteBuffer content) {
    this.content = content;
  }

  /**
   * A file.
   *
   * @param content the whole of it
   * @throws IndexOutOfBoundsException if it ends before all that its headers tell of
   * @throws IllegalArgumentException if it is no such file
   */
  static ElfFile of(ByteBuffer content) {
    if (!begins(head(content))) {
      throw new IllegalArgumentException("it is no 64-bit ELF file");
    }
    ElfFile file = new ElfFile(content.duplicate().order(ByteOrder.LITTLE_ENDIAN));
    file.checkTables();
    return file;
  }

  /** Whether a file that begins so may be one. */
  static boolean begins(byte[] head) {
    return head.length >= MAGIC.length
        && Arrays.equals(head, 0, MAGIC.length, MAGIC, 0, MAGIC.length);
  }

  private static byte[] head(ByteBuffer content) {
    byte[] head = new byte[Math.min(MAGIC.length, content.limit())];
    content.duplicate().get(0, head);
    return head;
  }

  /** The table of sections is the last thing in a file: where it is whole, so is the rest. */
  private void checkTables() {
    Objects.checkFromIndexSize(0, HEADER, content.limit());
    slice(content.getLong(32), (long) programs() * PROGRAM_HEADER);
    slice(content.getLong(40), (long) sections() * SECTION_HEADER);
    for (int i = 0; i < programs(); i++) {
      ByteBuffer header = program(i);
      slice(header.getLong(8), header.getLong(32));
    }
    for (int i = 0; i < sections(); i++) {
      ByteBuffer header = section(i);
      if (header.getInt(4) != SHT_NOBITS) {
        slice(header.getLong(24), header.getLong(32));
      }
    }
  }

  /**
   * Whether a virtual machine can enter the kernel in this file directly (PVH).
   *
   * @return false also for what is no kernel
   */
  boolean hasMachineEntry() {
    for (int i = 0; i < programs(); i++) {
      ByteBuffer header = program(i);
      if (header.getInt(0) == PT_NOTE
          && hasMachineEntry(slice(header.getLong(8), header.getLong(32)))) {
        return true;
      }
    }
    return false;
  }

  private static boolean hasMachineEntry(ByteBuffer notes) {
    while (notes.remaining() >= 12) {
      int nameLength = notes.getInt();
      int length = notes.getInt();
      int type = notes.getInt();
      byte[] name = new byte[Objects.checkIndex(nameLength, notes.remaining() + 1)];
      notes.get(name);
      if (type == PHYS32_ENTRY && new String(name, US_ASCII).equals("Xen\0")) {
        return true;
      }
      long next = aligned(aligned(notes.position()) + Integer.toUnsignedLong(length));
      notes.position((int) Math.min(next, notes.limit()));
    }
    return false;
  }

  private static long aligned(long position) {
    return position + 3 & ~3L;
  }

  /**
   * A section's content.
   *
   * @param name such as {@code .modinfo}
   * @return empty if there is no such section
   */
  Optional<ByteBuffer> section(String name) {
    int names = Short.toUnsignedInt(content.getShort(62));
    if (sections() == 0) {
      return Optional.empty();
    }
    ByteBuffer text = body(section(Objects.checkIndex(names, sections())));
    for (int i = 0; i < sections(); i++) {
      ByteBuffer header = section(i);
      if (name.equals(text(text, header.getInt(0)))) {
        return Optional.of(body(header));
      }
    }
    return Optional.empty();
  }

  private ByteBuffer body(ByteBuffer header) {
    return slice(header.getLong(24), header.getLong(32));
  }

  private static String text(ByteBuffer texts, int start) {
    int end = start;
    while (texts.get(end) != 0) {
      end++;
    }
    byte[] bytes = new byte[end - start];
    texts.get(start, bytes);
    return new String(bytes, US_ASCII);
  }

  private int programs() {
    return Short.toUnsignedInt(content.getShort(56));
  }

  private int sections() {
    return Short.toUnsignedInt(content.getShort(60));
  }

  private ByteBuffer program(int index) {
    return slice(content.getLong(32) + (long) index * PROGRAM_HEADER, PROGRAM_HEADER);
  }

  private ByteBuffer section(int index) {
    return slice(content.getLong(40) + (long) index * SECTION_HEADER, SECTION_HEADER);
  }

  private ByteBuffer slice(long start, long length) {
    Objects.checkFromIndexSize(start, length, (long) content.limit());
    return content.slice((int) start, (int) length).order(ByteOrder.LITTLE_ENDIAN);
  }
}
