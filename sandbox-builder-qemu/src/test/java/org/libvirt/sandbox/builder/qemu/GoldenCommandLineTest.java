package org.libvirt.sandbox.builder.qemu;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.base.Splitter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the original told a machine's kernel, held against what this library tells it. */
final class GoldenCommandLineTest {
  private static final Pattern CMDLINE = Pattern.compile("<cmdline>(.*)</cmdline>");
  private static final Splitter WORDS = Splitter.on(' ').omitEmptyStrings();

  /** From each word of the original that is not said any more to the reason. */
  private static final Map<String, String> DROPPED = new LinkedHashMap<>();

  /** Has a kernel's code rewritten less, which is slow where it is translated. */
  private static final String OF_EMULATION = "noreplace-smp";

  /** From each word that the original did not say to the reason. */
  private static final Map<String, String> ADDED = new LinkedHashMap<>();

  static {
    DROPPED.put("loglevel=0", "errors of the kernel belong into the log of a start that fails");
    DROPPED.put("edd=off", "kept the kernel from asking firmware for disks; none runs here");
    DROPPED.put("printk.time=1", "is what distributions' kernels do by themselves");
    DROPPED.put("cgroup_disable=memory", "saved memory that kernels no longer set aside");
    DROPPED.put("pci=noearly", "was for hosts that emulate another way to ask for devices");
    DROPPED.put("noapic", "takes the interrupts from all processors but the first");
    DROPPED.put("selinux=0", "without a policy, which no machine loads, it decides nothing");

    ADDED.put("reboot=t", "the way to end a machine that needs neither ACPI nor a keyboard");
    ADDED.put("cryptomgr.notests", "half a second of self-tests");
    ADDED.put("pci=noacpi", "emulated, the interpreter of ACPI's tables is slow, and left out");
    ADDED.put(
        "initcall_blacklist=event_trace_init,tracer_init_tracefs,init_kprobe_trace,acpi_init"
            + ",crypto_kdf108_init,i8042_init,add_pcspkr,cmos_init",
        "emulated, this is slow to set up, and no program of a sandbox has a use for it");
    ADDED.put("clocksource=hpet", "emulated on a busy host, the processor's counter is misjudged");
    ADDED.put("no_timer_check", "emulated on a busy host, the check finds a timer late and panics");
    ADDED.put("noapictimer", "emulated, its calibration spins; one processor has the HPET");
    ADDED.put("lsm=landlock,yama", "emulated, others take time, and have no policy to decide by");
    ADDED.put("--", "what follows is the init's");
    ADDED.put("virtio:org.libvirt.sandbox.0", "its carrier");
    ADDED.put("9p", "the modules that it loads");
  }

  private static List<String> original() {
    Matcher line =
        CMDLINE.matcher(
            GoldenConfig.read(GoldenConfig.DOMAINS + "interactive-defaults-name-qemu.xml"));
    assertThat(line.find()).isTrue();
    return WORDS.splitToList(line.group(1));
  }

  private static List<String> ours(boolean kvm) {
    return WORDS.splitToList(
        KernelCommandLine.of(
            "x86_64", new Accelerator(kvm, "a test"), 1, List.of(GuestModules.NINE_P), false));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void a_kernel_is_told_what_the_originals_is_but_for_what_differs_on_purpose(boolean kvm) {
    List<String> kept = new ArrayList<>(original());
    kept.removeAll(DROPPED.keySet());
    if (kvm) {
      kept.remove(OF_EMULATION); // it kept an instruction that an old KVM was slow at
    }

    assertThat(ours(kvm).stream().filter(word -> !ADDED.containsKey(word)))
        .containsExactlyInAnyOrderElementsOf(kept);
  }

  @Test
  void each_difference_is_one() {
    assertThat(original())
        .containsAll(DROPPED.keySet())
        .doesNotContainAnyElementsOf(ADDED.keySet());
    assertThat(ours(false)).containsAll(ADDED.keySet());
  }

  @Test
  void of_the_words_for_emulated_machines_those_of_kvm_have_none() {
    assertThat(ours(true))
        .noneMatch(word -> word.contains("acpi") || word.startsWith("initcall_blacklist"))
        .doesNotContain(OF_EMULATION, "noapictimer", "no_timer_check");
  }
}
