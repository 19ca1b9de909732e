package org.libvirt.sandbox;

import com.google.common.base.Strings;
import com.sun.jna.Native;
import java.nio.file.Files;
import java.nio.file.Path;

/** What lets this process call native libraries: a part of JNA that it unpacks into a file. */
final class NativeAccess {
  private static final String PLACE = "jna.tmpdir";

  private NativeAccess() {}

  /**
   * Has JNA unpack where temporary files go, if nobody has said where and this process's user has
   * no home directory: JNA would make one. To be called before the first use of JNA.
   */
  static void choosePlace() {
    if (System.getProperty(PLACE) == null
        && Strings.nullToEmpty(System.getenv("XDG_CACHE_HOME")).isBlank()
        && !Files.isDirectory(Path.of(System.getProperty("user.home")))) {
      System.setProperty(PLACE, System.getProperty("java.io.tmpdir"));
    }
  }

  /**
   * Loads it, where it is not there yet.
   *
   * @throws HostLacksException if it cannot be loaded, now or before; without a cause, which would
   *     be taken for more than its message says
   */
  static void require() {
    choosePlace();
    try {
      Native.getLastError();
    } catch (LinkageError e) {
      throw new HostLacksException(
          ("no native library can be called, as JNA cannot load its own: %s; have the system"
                  + " property jna.tmpdir, or else java.io.tmpdir, name a directory that can be"
                  + " written to and is on a file system without noexec, as by"
                  + " JAVA_TOOL_OPTIONS=-Djna.tmpdir=/srv/tmp")
              .formatted(reason(e)));
    }
  }

  /** What failed first: later failures tell of that in a message of their own. */
  private static String reason(LinkageError e) {
    Throwable reason = e;
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      reason = cause;
    }
    return String.valueOf(reason.getMessage())
        .lines()
        .findFirst()
        .orElse("")
        .replaceFirst("^Exception [\\w.]+: (.*) \\[in thread .*\\]$", "$1");
  }
}
