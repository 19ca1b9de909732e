package org.libvirt.sandbox;

import com.google.common.base.CharMatcher;
import java.util.regex.Pattern;
import org.libvirt.Error;
import org.libvirt.LibvirtException;

/** Libvirt's errors as this library's. */
final class Refusals {
  /** {@code VIR_ERR_SYSTEM_ERROR} of libvirt's virterror.h: the kernel has refused. */
  private static final int SYSTEM_ERROR = 38;

  /** {@code VIR_ERR_NO_DOMAIN} of libvirt's virterror.h. */
  static final int NO_DOMAIN = 42;

  /** {@code VIR_ERR_NO_NETWORK} of libvirt's virterror.h. */
  static final int NO_NETWORK = 43;

  private static final Pattern QEMU_LINE = Pattern.compile("qemu-[\\w-]+: ");

  /** With the time before it, and the advice that a line of its own gives. */
  private static final Pattern QEMU_WARNING =
      Pattern.compile(
          "(?:[\\dT:.-]+Z )?[^\\s:]*"
              + QEMU_LINE.pattern()
              + "(?:-[^\\n]*: )?warning: [^\\n]*(?:\\n *Please use [^\\n]*)?(?:\\n|$)");

  private Refusals() {}

  /**
   * An exception for a call that libvirt refused.
   *
   * @param asked what was asked of libvirt, without a stop
   * @param e libvirt's answer
   */
  static LibvirtRefusedException of(String asked, LibvirtException e) {
    return new LibvirtRefusedException(asked + ": " + words(e), code(e), e);
  }

  /** An exception for a daemon that is not there, or that does not let this process in. */
  static LibvirtRefusedException ofConnecting(String uri, LibvirtException e) {
    String cure =
        code(e) == SYSTEM_ERROR
            ? "; see that its daemon runs, and that this user may connect to it"
            : "";
    return new LibvirtRefusedException(
        "cannot connect to libvirt at %s: %s%s".formatted(uri, words(e), cure), code(e), e);
  }

  /** Libvirt's own words, made one line: its messages may hold several and end in one. */
  static String words(LibvirtException e) {
    Error error = e.getError();
    String message = error == null ? e.getMessage() : error.getMessage();
    if (message == null || message.isBlank()) {
      return "libvirt gave no reason";
    }
    return CharMatcher.javaIsoControl()
        .or(CharMatcher.whitespace())
        .trimAndCollapseFrom(withoutWarnings(message), ' ');
  }

  /** QEMU warns of what libvirt itself asks for, before it says what is wrong. */
  static String withoutWarnings(String message) {
    String left = QEMU_WARNING.matcher(message).replaceAll("");
    return QEMU_LINE.matcher(left).find() ? left : message;
  }

  /** Libvirt's error number, in whose order libvirt-java lists its constants; 0 for none. */
  static int code(LibvirtException e) {
    Error error = e.getError();
    return error == null || error.getCode() == null ? 0 : error.getCode().ordinal();
  }
}
