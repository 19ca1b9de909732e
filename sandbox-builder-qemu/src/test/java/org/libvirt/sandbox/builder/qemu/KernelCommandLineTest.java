package org.libvirt.sandbox.builder.qemu;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class KernelCommandLineTest {
  private static final Accelerator KVM = new Accelerator(true, "a test");
  private static final Accelerator TCG = new Accelerator(false, "a test");

  @Test
  void an_emulated_pc_leaves_out_what_takes_long() {
    assertThat(KernelCommandLine.of("x86_64", TCG, 1, List.of("9p", "disk"), false))
        .isEqualTo(
            "console=ttyS0 quiet panic=-1 reboot=t cryptomgr.notests pci=noacpi"
                + " initcall_blacklist=event_trace_init,tracer_init_tracefs,init_kprobe_trace"
                + ",acpi_init,crypto_kdf108_init,i8042_init,add_pcspkr,cmos_init"
                + " clocksource=hpet no_timer_check noapictimer noreplace-smp lsm=landlock,yama"
                + " -- virtio:org.libvirt.sandbox.0 9p,disk");
  }

  @Test
  void several_emulated_processors_keep_their_own_timers() {
    assertThat(KernelCommandLine.of("x86_64", TCG, 2, List.of("9p"), false))
        .contains(" no_timer_check ")
        .doesNotContain("noapictimer");
  }

  @Test
  void a_pc_with_kvm_keeps_acpi() {
    assertThat(KernelCommandLine.of("x86_64", KVM, 1, List.of("9p"), false))
        .isEqualTo(
            "console=ttyS0 quiet panic=-1 reboot=t cryptomgr.notests"
                + " -- virtio:org.libvirt.sandbox.0 9p");
  }

  @Test
  void other_machines_have_another_console_and_no_words_of_a_pc() {
    assertThat(KernelCommandLine.of("aarch64", TCG, 1, List.of("9p"), true))
        .isEqualTo(
            "console=ttyAMA0 loglevel=7 panic=-1 cryptomgr.notests"
                + " -- virtio:org.libvirt.sandbox.0 9p");
  }
}
