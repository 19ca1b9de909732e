package org.libvirt.sandbox;

import com.sun.jna.LastErrorException;
import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.NativeLong;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.PointerByReference;
import java.util.OptionalLong;

/** What is called of the C library by JNA's direct mapping. */
final class LibC {
  static {
    Native.register(LibC.class, "c");
  }

  /** Larger than C's {@code struct passwd} on every architecture. */
  private static final int PASSWD_SIZE = 128;

  /** {@code pw_uid} stands behind two pointers, in glibc and musl. */
  private static final long UID_OFFSET = 2L * Native.POINTER_SIZE;

  private static final int ERANGE = 34;
  private static final int LONGEST_ENTRY = 1 << 20;

  private LibC() {}

  /** The user id of a name, by {@code getpwnam_r(3)}; empty where no service knows it. */
  static OptionalLong uidOf(String userName) {
    try (Memory passwd = new Memory(PASSWD_SIZE)) {
      for (int size = 4096; size <= LONGEST_ENTRY; size *= 4) {
        try (Memory texts = new Memory(size)) {
          PointerByReference found = new PointerByReference();
          int error = getpwnam_r(userName, passwd, texts, new NativeLong(size), found);
          if (error != ERANGE) {
            return error != 0 || found.getValue() == null
                ? OptionalLong.empty()
                : OptionalLong.of(Integer.toUnsignedLong(passwd.getInt(UID_OFFSET)));
          }
        }
      }
    }
    return OptionalLong.empty();
  }

  private static native int getpwnam_r(
      String name, Pointer passwd, Pointer texts, NativeLong size, PointerByReference found);

  /**
   * {@code getgrouplist(3)}: a negative result says that {@code groups} is too small, and {@code
   * count[0]} how many there are.
   */
  static native int getgrouplist(String user, int group, int[] groups, int[] count);

  /** {@code fcntl(2)} of a command that takes a number. */
  static native int fcntl(int descriptor, int command, int number);

  /** {@code close(2)}. */
  static native int close(int descriptor);

  /** {@code _exit(2)}. */
  static native void _exit(int status);

  /** {@code isatty(3)}: 1 for a terminal. */
  static native int isatty(int descriptor);

  /** {@code tcgetattr(3)}; JNA throws what {@code errno} says. */
  static native int tcgetattr(int descriptor, byte[] attributes) throws LastErrorException;

  /** {@code tcsetattr(3)}; JNA throws what {@code errno} says. */
  static native int tcsetattr(int descriptor, int when, byte[] attributes)
      throws LastErrorException;

  /** {@code cfmakeraw(3)}. */
  static native void cfmakeraw(byte[] attributes);

  /** {@code tcgetpgrp(3)}: -1 where the terminal is not the process's controlling one. */
  static native int tcgetpgrp(int descriptor);

  /** {@code getpgrp(2)}. */
  static native int getpgrp();

  /** {@code raise(3)}: a signal to the calling thread, or to its process where it stops or ends. */
  static native int raise(int signal);

  /** {@code open(2)} of what is there; JNA throws what {@code errno} says. */
  static native int open(String path, int flags) throws LastErrorException;

  /** {@code read(2)}; JNA throws what {@code errno} says. */
  static native NativeLong read(int descriptor, byte[] bytes, NativeLong size)
      throws LastErrorException;

  /** {@code write(2)}; JNA throws what {@code errno} says. */
  static native NativeLong write(int descriptor, byte[] bytes, NativeLong size)
      throws LastErrorException;

  /** {@code poll(2)}; JNA throws what {@code errno} says. */
  static native int poll(Pointer descriptors, NativeLong count, int milliseconds)
      throws LastErrorException;

  /** {@code eventfd(2)}; JNA throws what {@code errno} says. */
  static native int eventfd(int value, int flags) throws LastErrorException;

  /** {@code ioctl(2)} of a request that fills in four 16-bit numbers. */
  static native int ioctl(int descriptor, NativeLong request, short[] numbers);
}
