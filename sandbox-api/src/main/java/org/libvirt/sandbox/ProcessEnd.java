package org.libvirt.sandbox;

/** The quick end of this process, for command lines. */
public final class ProcessEnd {
  private ProcessEnd() {}

  /**
   * Ends this process at once, as {@code _exit(2)} does: no shutdown hook runs, nothing is flushed.
   * It is for programs that have closed what they opened, each {@link
   * org.libvirt.sandbox.context.SandboxContext} above all, and that would wait for nothing
   * otherwise: {@link System#exit} gives a thread that is inside native code, such as one that
   * reads standard input, 0.3 s to come out (HotSpot, {@code
   * VM_Exit::wait_for_threads_in_native_to_block}).
   *
   * @param status of which the lowest eight bits are this process's exit status
   */
  public static void exit(int status) {
    try {
      LibC._exit(status);
    } catch (LinkageError e) {
      // no native library can be called, and no such thread is in one
      Runtime.getRuntime().halt(status);
    }
  }
}
