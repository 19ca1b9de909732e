package org.libvirt.sandbox.builder.qemu;

import java.util.ArrayList;
import java.util.List;

/** What a machine's kernel is told. */
final class KernelCommandLine {
  /** The name of the port that is the channel, and the init's first argument. */
  static final String PORT = "org.libvirt.sandbox.0";

  private KernelCommandLine() {}

  /**
   * The words for a machine.
   *
   * @param groups the groups of modules that the init loads at once
   * @param isTalkative whether the kernel tells all that it does
   */
  static String of(
      String architecture, Accelerator accelerator, List<String> groups, boolean isTalkative) {
    boolean pc = architecture.equals("x86_64");
    List<String> words = new ArrayList<>();
    // panics go there whole, at no cost; the log of a machine that fails is made of them
    words.add(pc ? "console=ttyS0" : "console=ttyAMA0");
    words.add(isTalkative ? "loglevel=7" : "quiet");
    // a panic ends the machine; a reset by the triple fault needs neither ACPI nor a keyboard
    words.add("panic=-1");
    if (pc) {
      words.add("reboot=t");
    }
    // self-tests of the crypto library: half a second emulated, nothing that a sandbox needs
    words.add("cryptomgr.notests");
    if (pc && !accelerator.isKvm()) {
      // emulated, what costs most: the interpreter of ACPI's tables, and tracing; with KVM the
      // first
      // finds the interrupts of all processors, and neither takes noticeable time
      words.add("acpi=off");
      words.add("initcall_blacklist=event_trace_init,tracer_init_tracefs,init_kprobe_trace");
      // the kernel tries whether its timer interrupts, and panics where a busy host lets it wait
      words.add("no_timer_check");
    }
    words.add("--");
    words.add("virtio:" + PORT);
    words.add(String.join(",", groups));
    return String.join(" ", words);
  }
}
