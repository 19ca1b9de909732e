package org.libvirt.sandbox.builder.lxc;

/** The names of a container's disks: {@code sda} to {@code sdz}, then {@code sdaa} and on. */
final class DiskName {
  private static final int LETTERS = 'z' - 'a' + 1;

  private DiskName() {}

  /** The name of a disk by its number, from 0. */
  static String of(int number) {
    StringBuilder letters = new StringBuilder();
    for (int left = number; left >= 0; left = left / LETTERS - 1) {
      letters.insert(0, (char) ('a' + left % LETTERS));
    }
    return "sd" + letters;
  }
}
