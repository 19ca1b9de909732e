package org.libvirt.sandbox.config;

import java.util.Arrays;
import java.util.Locale;

/** What runs the instructions of a virtual machine. */
public enum Acceleration {
  /** KVM where libvirt, {@code /dev/kvm} and the processor have it, else the emulator. */
  AUTO,
  /** The host's processor by KVM, and nothing else. */
  KVM,
  /** QEMU's emulator (TCG), which every host can have. */
  TCG;

  /**
   * An acceleration of its name.
   *
   * @param name {@code auto}, {@code kvm} or {@code tcg}
   * @return the acceleration
   * @throws IllegalArgumentException if it is another word
   */
  public static Acceleration of(String name) {
    return Arrays.stream(values())
        .filter(acceleration -> acceleration.toString().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "acceleration '%s' is unknown; write auto, kvm or tcg".formatted(name)));
  }

  /** The name, as {@link #of} reads it. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
