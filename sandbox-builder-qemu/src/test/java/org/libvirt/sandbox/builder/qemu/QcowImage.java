package org.libvirt.sandbox.builder.qemu;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;

/** Images in QEMU's format of version 2, small enough for one table of each kind. */
final class QcowImage {
  private static final int CLUSTER_BITS = 16;
  private static final int CLUSTER = 1 << CLUSTER_BITS;

  /** Of an entry that says where a cluster lies: that it belongs to this image alone. */
  private static final long COPIED = 1L << 63;

  private static final long OFFSET = 0x00fffffffffffe00L;

  private static final int REFERENCE_TABLE = 1;
  private static final int REFERENCES = 2;
  private static final int FIRST_LEVEL = 3;
  private static final int SECOND_LEVEL = 4;
  private static final int DATA = 5;

  private QcowImage() {}

  /** Writes the bytes of a disk, whole clusters of them, as an image. */
  static void write(byte[] disk, Path image) throws IOException {
    int clusters = disk.length / CLUSTER;
    ByteBuffer file = ByteBuffer.allocate((DATA + clusters) * CLUSTER);
    file.putInt(0x514649fb).putInt(2).putLong(0).putInt(0).putInt(CLUSTER_BITS);
    file.putLong(disk.length).putInt(0).putInt(1).putLong((long) FIRST_LEVEL * CLUSTER);
    file.putLong((long) REFERENCE_TABLE * CLUSTER).putInt(1).putInt(0).putLong(0);
    file.putLong(REFERENCE_TABLE * CLUSTER, (long) REFERENCES * CLUSTER);
    file.putLong(FIRST_LEVEL * CLUSTER, COPIED | (long) SECOND_LEVEL * CLUSTER);
    for (int i = 0; i < DATA + clusters; i++) {
      file.putShort(REFERENCES * CLUSTER + 2 * i, (short) 1);
    }
    for (int i = 0; i < clusters; i++) {
      file.putLong(SECOND_LEVEL * CLUSTER + 8 * i, COPIED | (long) (DATA + i) * CLUSTER);
    }
    file.put(DATA * CLUSTER, disk);
    Files.write(image, file.array());
  }

  /** The bytes of the disk in an image that {@link #write} has written, and a machine changed. */
  static byte[] read(Path image) throws IOException {
    ByteBuffer file = ByteBuffer.wrap(Files.readAllBytes(image));
    byte[] disk = new byte[(int) file.getLong(24)];
    int table = (int) (file.getLong((int) file.getLong(40)) & OFFSET);
    for (int i = 0; i < disk.length / CLUSTER; i++) {
      int data = (int) (file.getLong(table + 8 * i) & OFFSET);
      if (data != 0) {
        file.get(data, disk, i * CLUSTER, CLUSTER);
      }
    }
    return disk;
  }
}
