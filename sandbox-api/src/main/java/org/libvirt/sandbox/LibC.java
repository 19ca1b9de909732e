package org.libvirt.sandbox;

import com.sun.jna.LastErrorException;
import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.NativeLong;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.PointerByReference;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Function;

/** What is called of the C library by JNA's direct mapping. */
final class LibC {
  static {
    NativeAccess.require();
    Native.register(LibC.class, "c");
  }

  /** Larger than C's {@code struct passwd} and {@code struct group} on every architecture. */
  private static final int ENTRY_SIZE = 128;

  /** {@code pw_uid} and {@code gr_gid} stand behind two pointers, in glibc and musl. */
  private static final long ID_OFFSET = 2L * Native.POINTER_SIZE;

  private static final long GID_OFFSET = ID_OFFSET + Integer.BYTES;

  /** {@code pw_dir} stands behind both ids and {@code pw_gecos}. */
  private static final long HOME_OFFSET = GID_OFFSET + Integer.BYTES + Native.POINTER_SIZE;

  private static final int ERANGE = 34;
  private static final int LONGEST_ENTRY = 1 << 20;

  private LibC() {}

  /** What is used of C's {@code struct passwd}. */
  record User(String name, long uid, long gid, String home) {
    private static User of(Pointer passwd) {
      return new User(
          text(passwd, 0),
          Integer.toUnsignedLong(passwd.getInt(ID_OFFSET)),
          Integer.toUnsignedLong(passwd.getInt(GID_OFFSET)),
          text(passwd, HOME_OFFSET));
    }

    private static String text(Pointer passwd, long offset) {
      return passwd.getPointer(offset).getString(0, StandardCharsets.UTF_8.name());
    }
  }

  /** A user by name, by {@code getpwnam_r(3)}; empty where no service knows it. */
  static Optional<User> user(String name) {
    return entry(
        (entry, texts, size, found) -> getpwnam_r(name, entry, texts, size, found), User::of);
  }

  /** A user by id, by {@code getpwuid_r(3)}; empty where no service knows it. */
  static Optional<User> user(long uid) {
    return entry(
        (entry, texts, size, found) -> getpwuid_r((int) uid, entry, texts, size, found), User::of);
  }

  /** The group id of a name, by {@code getgrnam_r(3)}; empty where no service knows it. */
  static Optional<Long> groupId(String name) {
    return entry(
        (entry, texts, size, found) -> getgrnam_r(name, entry, texts, size, found),
        group -> Integer.toUnsignedLong(group.getInt(ID_OFFSET)));
  }

  /** One of the functions that look for an entry of a database. */
  private interface Search {
    int run(Pointer entry, Pointer texts, NativeLong size, PointerByReference found);
  }

  /** The texts of an entry have no limit: a search says where they need more memory. */
  private static <T> Optional<T> entry(Search search, Function<Pointer, T> read) {
    try (Memory entry = new Memory(ENTRY_SIZE)) {
      for (int size = 4096; size <= LONGEST_ENTRY; size *= 4) {
        try (Memory texts = new Memory(size)) {
          PointerByReference found = new PointerByReference();
          int error = search.run(entry, texts, new NativeLong(size), found);
          if (error != ERANGE) {
            return error != 0 || found.getValue() == null
                ? Optional.empty()
                : Optional.of(read.apply(entry));
          }
        }
      }
    }
    return Optional.empty();
  }

  private static native int getpwnam_r(
      String name, Pointer passwd, Pointer texts, NativeLong size, PointerByReference found);

  private static native int getpwuid_r(
      int uid, Pointer passwd, Pointer texts, NativeLong size, PointerByReference found);

  private static native int getgrnam_r(
      String name, Pointer group, Pointer texts, NativeLong size, PointerByReference found);

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
