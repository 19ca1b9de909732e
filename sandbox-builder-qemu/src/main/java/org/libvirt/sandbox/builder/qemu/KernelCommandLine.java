package org.libvirt.sandbox.builder.qemu;

import java.util.ArrayList;
import java.util.List;

/** What a machine's kernel is told. */
final class KernelCommandLine {
  /** The name of the port that is the channel, and the init's first argument. */
  static final String PORT = "org.libvirt.sandbox.0";

  private KernelCommandLine() {}

  /**
   * What a kernel does at its start that no program of a sandbox needs, and that takes long where
   * its processor is emulated. A kernel that has no such function passes its name over.
   *
   * <ul>
   *   <li>setting up the tracing of events and probes
   *   <li>the interpreter of ACPI's tables; the tables themselves are read, and tell of the timers
   *   <li>a self-test of the crypto library, which has no other switch
   *   <li>the search for a keyboard, a loudspeaker and a second way to the clock
   * </ul>
   */
  private static final String NEEDLESS =
      "event_trace_init,tracer_init_tracefs,init_kprobe_trace,acpi_init,crypto_kdf108_init"
          + ",i8042_init,add_pcspkr,cmos_init";

  /**
   * The words for a machine.
   *
   * @param processors how many it has
   * @param groups the groups of modules that the init loads at once
   * @param isTalkative whether the kernel tells all that it does
   */
  static String of(
      String architecture,
      Accelerator accelerator,
      int processors,
      List<String> groups,
      boolean isTalkative) {
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
      addEmulated(words, processors);
    }
    words.add("--");
    words.add("virtio:" + PORT);
    words.add(String.join(",", groups));
    return String.join(" ", words);
  }

  /**
   * With KVM none of these takes noticeable time, and its kernels have timers of their own, so they
   * are told nothing of it.
   */
  private static void addEmulated(List<String> words, int processors) {
    // interrupts by the older tables, as ACPI's interpreter is left out. Not acpi=off: without
    // ACPI's timers the clock is made of ticks, and loses those that a busy host delivers late
    words.add("pci=noacpi");
    words.add("initcall_blacklist=" + NEEDLESS);
    // the processor's counter is measured once, which on a busy host was wrong by a factor of two
    words.add("clocksource=hpet");
    // the check counts ticks while it spins, and panics when a busy host has none delivered
    words.add("no_timer_check");
    if (processors == 1) {
      // its calibration spins for a tenth of a second; the HPET does for one processor
      words.add("noapictimer");
    }
    // each place that is rewritten costs the translation of the code around it
    words.add("noreplace-smp");
    // without a policy the others decide nothing; these two are a program's own to use
    words.add("lsm=landlock,yama");
  }
}
