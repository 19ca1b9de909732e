package org.libvirt.sandbox.builder.qemu;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableListMultimap;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.zip.ZipException;
import org.libvirt.sandbox.HostLacksException;
import org.libvirt.sandbox.builder.IoProblem;

/**
 * A kernel module as the guest loads it: no longer compressed, whole, and with what it says of
 * itself.
 */
final class ModuleFile {
  /** A module of the kernel's own has 10 MiB at most; more than this is a mistake. */
  private static final int LARGEST = 256 << 20;

  private static final Splitter NAMES = Splitter.on(',').omitEmptyStrings().trimResults();

  private final byte[] content;
  private final ImmutableListMultimap<String, String> says;

  private ModuleFile(byte[] content, ImmutableListMultimap<String, String> says) {
    this.content = content;
    this.says = says;
  }

  /**
   * Reads a module, plain or compressed by gzip, xz or zstd.
   *
   * @param file where it lies on this host
   * @throws HostLacksException if it cannot be read, is damaged or is no module
   */
  static ModuleFile read(Path file) {
    byte[] content = unpacked(file);
    try {
      Optional<ByteBuffer> info = ElfFile.of(ByteBuffer.wrap(content)).section(".modinfo");
      return new ModuleFile(
          content,
          entries(
              info.orElseThrow(() -> new IllegalArgumentException("it says nothing of itself"))));
    } catch (IndexOutOfBoundsException e) {
      throw broken(file, "is truncated", e);
    } catch (IllegalArgumentException e) {
      throw broken(file, "is no kernel module: " + e.getMessage(), e);
    }
  }

  private static byte[] unpacked(Path file) {
    try {
      byte[] stored = Files.readAllBytes(file);
      Optional<Compression> compression = Compression.of(stored);
      return compression.isEmpty() ? stored : unpacked(file, compression.get(), stored);
    } catch (IOException e) {
      throw new HostLacksException(
          "cannot read kernel module %s; 'depmod' makes modules.dep anew where it is out of date"
              .formatted(IoProblem.words(e)),
          e);
    }
  }

  private static byte[] unpacked(Path file, Compression compression, byte[] stored) {
    try (InputStream in = compression.decompress(new ByteArrayInputStream(stored))) {
      byte[] content = in.readNBytes(LARGEST);
      if (in.read() >= 0) {
        throw new HostLacksException(
            "kernel module %s has more than %d MiB".formatted(file, LARGEST >> 20));
      }
      return content;
    } catch (EOFException e) {
      throw broken(file, "is truncated", e);
    } catch (ZipException e) {
      throw broken(file, "is damaged", e);
    } catch (IOException e) {
      throw broken(file, "is damaged or truncated (" + IoProblem.words(e) + ")", e);
    }
  }

  private static HostLacksException broken(Path file, String what, Exception cause) {
    return new HostLacksException(
        "kernel module %s %s; install the kernel's package again".formatted(file, what), cause);
  }

  private static ImmutableListMultimap<String, String> entries(ByteBuffer info) {
    byte[] bytes = new byte[info.remaining()];
    info.get(bytes);
    var entries = ImmutableListMultimap.<String, String>builder();
    for (String entry : Splitter.on('\0').split(new String(bytes, UTF_8))) {
      int equals = entry.indexOf('=');
      if (equals > 0) {
        entries.put(entry.substring(0, equals), entry.substring(equals + 1));
      }
    }
    return entries.build();
  }

  /** What the kernel is given; not to be changed. */
  byte[] content() {
    return content;
  }

  /** The same without its bytes, which are many. */
  ModuleFile withoutContent() {
    return new ModuleFile(new byte[0], says);
  }

  /** The modules that must be there before it, by their names with {@code _}. */
  List<String> needs() {
    return says.get("depends").stream()
        .flatMap(NAMES::splitToStream)
        .map(ModuleIndex::name)
        .collect(ImmutableList.toImmutableList());
  }

  /** The release of the kernel that it was made for; empty if it does not say. */
  Optional<String> release() {
    return says.get("vermagic").stream()
        .findFirst()
        .map(vermagic -> Splitter.on(' ').split(vermagic).iterator().next());
  }
}
