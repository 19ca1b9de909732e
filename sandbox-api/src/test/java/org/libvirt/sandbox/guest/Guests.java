package org.libvirt.sandbox.guest;

/** What tests look for among a guest's processes. */
final class Guests {
  private Guests() {}

  static boolean isSleep(ProcessHandle process) {
    return process.info().command().filter(command -> command.endsWith("/sleep")).isPresent();
  }
}
