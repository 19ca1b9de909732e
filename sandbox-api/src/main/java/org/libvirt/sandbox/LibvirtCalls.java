package org.libvirt.sandbox;

import com.google.common.base.CharMatcher;
import com.sun.jna.Callback;
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

  /** {@code VIR_STREAM_NONBLOCK} of libvirt-stream.h. */
  static final int NONBLOCK = 1;

  /** {@code VIR_STREAM_EVENT_READABLE} of libvirt-stream.h. */
  static final int READABLE = 1;

  /** What {@link #virStreamRecv} answers where there is nothing yet. */
  static final int NOTHING_YET = -2;

  private LibvirtCalls() {}

  /** Told by libvirt's event loop of what a stream is ready for. */
  interface StreamCallback extends Callback {
    /** The parameters are libvirt's. */
    void invoke(Pointer stream, int events, @Nullable Pointer opaque);
  }

  /** An owned reference, or null. */
  static native @Nullable Pointer virDomainLookupByUUIDString(Pointer connect, String uuid);

  static native int virDomainFree(Pointer domain);

  /** Connects a stream to a console; -1 where it cannot. */
  static native int virDomainOpenConsole(Pointer domain, String alias, Pointer stream, int flags);

  /** An owned reference, or null. */
  static native @Nullable Pointer virStreamNew(Pointer connect, int flags);

  /** How many bytes there were, 0 at the end, negative for an error. The buffer is direct. */
  static native int virStreamRecv(Pointer stream, ByteBuffer into, NativeLong size);

  /** Waits until some bytes are taken: how many, negative for an error. The buffer is direct. */
  static native int virStreamSend(Pointer stream, ByteBuffer bytes, NativeLong size);

  /** Has the callback told of events as long as they hold; libvirt keeps only a pointer to it. */
  static native int virStreamEventAddCallback(
      Pointer stream,
      int events,
      StreamCallback callback,
      @Nullable Pointer opaque,
      @Nullable Pointer free);

  static native int virStreamEventUpdateCallback(Pointer stream, int events);

  static native int virStreamEventRemoveCallback(Pointer stream);

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
