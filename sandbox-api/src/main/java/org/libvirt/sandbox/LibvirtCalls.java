package org.libvirt.sandbox;

import com.google.common.base.CharMatcher;
import com.sun.jna.Native;
import com.sun.jna.NativeLong;
import com.sun.jna.Pointer;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What is called of libvirt that libvirt-java lacks, by JNA's direct mapping. Libvirt keeps errors
 * by thread: they are to be asked for at once.
 */
final class LibvirtCalls {
  static {
    Native.register(LibvirtCalls.class, "virt");
  }

  private LibvirtCalls() {}

  /** An owned reference, or null. */
  static native @Nullable Pointer virDomainLookupByUUIDString(Pointer connect, String uuid);

  static native int virDomainFree(Pointer domain);

  /** Connects a stream to a console; -1 where it cannot. */
  static native int virDomainOpenConsole(Pointer domain, String alias, Pointer stream, int flags);

  /** An owned reference, or null. */
  static native @Nullable Pointer virStreamNew(Pointer connect, int flags);

  /** Waits for bytes: how many, 0 at the end, negative for an error. The buffer is direct. */
  static native int virStreamRecv(Pointer stream, ByteBuffer into, NativeLong size);

  /** Waits until some bytes are taken: how many, negative for an error. The buffer is direct. */
  static native int virStreamSend(Pointer stream, ByteBuffer bytes, NativeLong size);

  /** Ends a stream, in which other threads may wait. */
  static native int virStreamAbort(Pointer stream);

  static native int virStreamFree(Pointer stream);

  /** The number of this thread's last error. */
  static native int virGetLastErrorCode();

  private static native @Nullable String virGetLastErrorMessage();

  /** Libvirt's own words for this thread's last error, made one line. */
  static String lastError() {
    String message = virGetLastErrorMessage();
    return message == null || message.isBlank()
        ? "libvirt gave no reason"
        : CharMatcher.javaIsoControl()
            .or(CharMatcher.whitespace())
            .trimAndCollapseFrom(message, ' ');
  }
}
