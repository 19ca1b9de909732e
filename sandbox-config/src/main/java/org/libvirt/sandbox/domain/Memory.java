package org.libvirt.sandbox.domain;

import jakarta.xml.bind.annotation.XmlAccessType;
import jakarta.xml.bind.annotation.XmlAccessorType;
import jakarta.xml.bind.annotation.XmlAttribute;
import jakarta.xml.bind.annotation.XmlValue;
import java.math.BigInteger;
import org.jspecify.annotations.Nullable;

/** An amount of memory with its unit, as libvirt writes it. */
@XmlAccessorType(XmlAccessType.FIELD)
final class Memory {
  private static final long KIB = 1024;

  @XmlAttribute private @Nullable String unit;
  @XmlValue private long amount;

  private Memory() {}

  /** Memory of at least so many bytes: libvirt counts in KiB, and rounds up as well. */
  static Memory ofBytes(long bytes) {
    if (bytes < 1) {
      throw new IllegalArgumentException("memory of " + bytes + " bytes; write 1 or more");
    }
    Memory memory = new Memory();
    memory.unit = "KiB";
    memory.amount = (bytes - 1) / KIB + 1;
    return memory;
  }

  long bytes() {
    return bytes(BigInteger.valueOf(amount), unit);
  }

  /**
   * Returns an amount of one of libvirt's units (KiB if null) in bytes, at most what long holds.
   */
  static long bytes(BigInteger amount, @Nullable String unit) {
    return amount
        .multiply(BigInteger.valueOf(unit == null ? KIB : bytesPer(unit)))
        .min(BigInteger.valueOf(Long.MAX_VALUE))
        .longValue();
  }

  private static long bytesPer(String unit) {
    return switch (unit) {
      case "b", "bytes" -> 1;
      case "KB" -> 1000;
      case "k", "KiB" -> KIB;
      case "MB" -> 1000_000;
      case "M", "MiB" -> KIB * KIB;
      case "GB" -> 1000_000_000;
      case "G", "GiB" -> KIB * KIB * KIB;
      case "TB" -> 1000_000_000_000L;
      case "T", "TiB" -> KIB * KIB * KIB * KIB;
      default -> throw new IllegalArgumentException("memory unit '" + unit + "' is not known");
    };
  }
}
