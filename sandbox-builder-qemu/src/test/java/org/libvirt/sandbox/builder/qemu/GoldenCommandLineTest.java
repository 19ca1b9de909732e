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

  /** From each word that the original did not say to the reason. */
  private static final Map<String, String> ADDED = new LinkedHashMap<>();

  static {
    DROPPED.put("loglevel=0", "errors of the kernel belong into the log of a start that fails");
    DROPPED.put("edd=off", "kept the kernel from asking firmware for disks; none runs here");
    DROPPED.put("printk.time=1", "is what distributions' kernels do by themselves");
    DROPPED.put("noreplace-smp", "kept an instruction that an old KVM was slow at");
    DROPPED.put("cgroup_disable=memory", "saved memory that kernels no longer set aside");
    DROPPED.put("pci=noearly", "was for hosts that emulate another way to ask for devices");
    DROPPED.put("noapic", "takes the interrupts from all processors but the first");
    DROPPED.put("selinux=0", "without a policy, which no machine loads, it decides nothing");

    ADDED.put("reboot=t", "the way to end a machine that needs neither ACPI nor a keyboard");
    ADDED.put("cryptomgr.notests", "half a second of self-tests");
    ADDED.put("acpi=off", "emulated, the interpreter of its tables is slow");
    ADDED.put(
        "initcall_blacklist=event_trace_init,tracer_init_tracefs,init_kprobe_trace",
        "emulated, tracing is slow to set up, and no program of a sandbox traces the kernel");
    ADDED.put("no_timer_check", "a busy host is late with it, and the kernel panics");
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
            "x86_64", new Accelerator(kvm, "a test"), List.of(GuestModules.NINE_P), false));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void a_kernel_is_told_what_the_originals_is_but_for_what_differs_on_purpose(boolean kvm) {
    List<String> kept = new ArrayList<>(original());
    kept.removeAll(DROPPED.keySet());

    assertThat(ours(kvm).stream().filter(word -> !ADDED.containsKey(word)))
        .containsExactlyElementsOf(kept);
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
        .noneMatch(word -> word.startsWith("acpi") || word.startsWith("initcall_blacklist"));
  }
}
