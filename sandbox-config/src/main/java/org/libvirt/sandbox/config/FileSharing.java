package org.libvirt.sandbox.config;

import java.util.Arrays;

/** How a virtual machine sees directories of its host. */
public enum FileSharing {
  /** Whichever of the others the machine's kernel, the host and the connection can do. */
  AUTO("auto"),
  /** By virtiofs, from a virtiofsd for each directory, and nothing else. */
  VIRTIOFS("virtiofs"),
  /** By 9p, from QEMU itself, and nothing else. */
  NINE_P("9p");

  private final String text;

  FileSharing(String text) {
    this.text = text;
  }

  /**
   * A sharing of its name.
   *
   * @param name {@code auto}, {@code virtiofs} or {@code 9p}
   * @return the sharing
   * @throws IllegalArgumentException if it is another word
   */
  public static FileSharing of(String name) {
    return Arrays.stream(values())
        .filter(sharing -> sharing.text.equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "file sharing '%s' is unknown; write auto, virtiofs or 9p".formatted(name)));
  }

  /** The name, as {@link #of} reads it. */
  @Override
  public String toString() {
    return text;
  }
}
