package org.libvirt.sandbox.builder.qemu;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.google.common.base.Splitter;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.libvirt.sandbox.HostLacksException;
import org.libvirt.sandbox.builder.IoProblem;

/**
 * A kernel's file: what its first bytes say of it, and the form of it that a machine starts
 * fastest.
 *
 * <p>On x86 that is the ELF file {@code vmlinux}, which a bzImage holds compressed: unpacking it
 * once here takes less than letting each machine do it. The header is that of Linux's x86 boot
 * protocol.
 */
final class KernelImage {
  private static final int HEAD = 0x1000;
  private static final int SECTOR = 512;
  private static final int SETUP_SECTORS = 0x1f1;
  private static final int OLDEST_SETUP_SECTORS = 4;
  private static final int SIGNATURE = 0x202;
  private static final int HDRS = 0x53726448;
  private static final int PROTOCOL = 0x206;
  private static final int VERSION = 0x20e;
  private static final int PAYLOAD_START = 0x248;
  private static final int PAYLOAD_LENGTH = 0x24c;

  /** The first protocol whose header tells of the payload. */
  private static final int PROTOCOL_WITH_PAYLOAD = 0x208;

  /** Longer than any release, so that what has no end is not read on and on. */
  private static final int LONGEST_VERSION = 256;

  /** "ARM\x64" and "zimg": an image for aarch64, plain, and packed for firmware. */
  private static final int ARM64_MAGIC_AT = 56;

  private static final int ARM64_MAGIC = 0x644d5241;
  private static final int ZBOOT_MAGIC_AT = 4;
  private static final int ZBOOT_MAGIC = 0x676d697a;

  private final Path file;
  private final byte[] start;
  private final ByteBuffer head;

  private KernelImage(Path file, byte[] start) {
    this.file = file;
    this.start = start;
    this.head = ByteBuffer.wrap(start).order(ByteOrder.LITTLE_ENDIAN);
  }

  /**
   * Reads the first bytes of a kernel.
   *
   * @param file the kernel's file on this host
   * @throws HostLacksException if it cannot be read, or is no kernel
   */
  static KernelImage read(Path file) {
    if (Files.exists(file) && !Files.isRegularFile(file)) {
      throw noKernel(file, "no regular file"); // a FIFO would be waited for
    }
    try (InputStream in = Files.newInputStream(file)) {
      KernelImage image = new KernelImage(file, in.readNBytes(HEAD));
      if (!image.isKernel()) {
        throw new HostLacksException(
            "%s is no Linux kernel; name the file that a boot loader would load".formatted(file));
      }
      if (ElfFile.begins(image.start) && !isMachineProgram(file)) {
        throw noKernel(file, "an ELF file without an entry for virtual machines (PVH)");
      }
      return image;
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  private static HostLacksException noKernel(Path file, String what) {
    return new HostLacksException(
        "%s is no Linux kernel: it is %s; name the file that a boot loader would load"
            .formatted(file, what));
  }

  /** A program begins like an unpacked kernel. */
  private static boolean isMachineProgram(Path file) throws IOException {
    try {
      return hasMachineEntry(file);
    } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
      throw new HostLacksException(
          "the kernel %s is damaged: it is no whole ELF file; copy it again".formatted(file), e);
    }
  }

  private static HostLacksException unreadable(IOException e) {
    return new HostLacksException(
        "cannot read the kernel %s; %s"
            .formatted(
                IoProblem.words(e),
                e instanceof AccessDeniedException
                    ? "copy it as root, and name the copy with --kernpath"
                    : "--kernpath takes the file that a boot loader would load"),
        e);
  }

  private boolean isKernel() {
    return hasSetupHeader()
        || ElfFile.begins(start)
        || word(ARM64_MAGIC_AT) == ARM64_MAGIC
        || word(ZBOOT_MAGIC_AT) == ZBOOT_MAGIC
        || Compression.of(start).equals(Optional.of(Compression.GZIP));
  }

  private boolean hasSetupHeader() {
    return head.limit() == HEAD && word(SIGNATURE) == HDRS;
  }

  private int word(int position) {
    return head.limit() < position + 4 ? 0 : head.getInt(position);
  }

  /** The release of the kernel, where the file's first bytes tell it: those of a bzImage. */
  Optional<String> release() {
    if (!hasSetupHeader() || head.getShort(VERSION) == 0) {
      return Optional.empty();
    }
    int start = Short.toUnsignedInt(head.getShort(VERSION)) + SECTOR;
    try (InputStream in = Files.newInputStream(file)) {
      in.skipNBytes(start);
      String text = new String(in.readNBytes(LONGEST_VERSION), ISO_8859_1);
      return Splitter.on(' ').splitToStream(text).findFirst().filter(release -> !release.isEmpty());
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  /**
   * Writes the kernel in the form that a machine starts fastest.
   *
   * @param target the file to write, which must not exist; after an error it may be there in part
   * @throws HostLacksException if this kernel's file is damaged
   * @throws IOException if the target cannot be written
   */
  void writeTo(Path target) throws IOException {
    if (!unpackTo(target) || !isMachineKernel(target)) {
      Files.deleteIfExists(target);
      Files.copy(file, target);
    }
  }

  /** False if the kernel is not packed, or in a way that is not known here. */
  private boolean unpackTo(Path target) throws IOException {
    Optional<KernelPayload> payload = payload();
    return payload.isPresent() && payload.get().unpackTo(target);
  }

  private Optional<KernelPayload> payload() {
    if (!hasSetupHeader() || Short.toUnsignedInt(head.getShort(PROTOCOL)) < PROTOCOL_WITH_PAYLOAD) {
      return Optional.empty();
    }
    int sectors = Byte.toUnsignedInt(head.get(SETUP_SECTORS));
    long setup = ((sectors == 0 ? OLDEST_SETUP_SECTORS : sectors) + 1L) * SECTOR;
    return Optional.of(
        new KernelPayload(
            file,
            setup + Integer.toUnsignedLong(head.getInt(PAYLOAD_START)),
            Integer.toUnsignedLong(head.getInt(PAYLOAD_LENGTH))));
  }

  /** What no machine can enter directly is left to its own unpacking code. */
  private boolean isMachineKernel(Path unpacked) throws IOException {
    try {
      return hasMachineEntry(unpacked);
    } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
      throw new HostLacksException(
          "the kernel %s is damaged: what is packed in it is no whole kernel; install its package again"
              .formatted(file),
          e);
    }
  }

  private static boolean hasMachineEntry(Path elf) throws IOException {
    try (FileChannel channel = FileChannel.open(elf)) {
      return ElfFile.of(channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size()))
          .hasMachineEntry();
    }
  }
}
