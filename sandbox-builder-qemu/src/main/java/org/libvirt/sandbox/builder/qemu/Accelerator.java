package org.libvirt.sandbox.builder.qemu;

import static java.util.Objects.requireNonNull;

import com.google.common.base.Splitter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.libvirt.sandbox.HostLacksException;
import org.libvirt.sandbox.InvalidSandboxException;
import org.libvirt.sandbox.builder.IoProblem;
import org.libvirt.sandbox.config.Acceleration;
import org.libvirt.sandbox.domain.HostCapabilities;

/**
 * What runs a machine's instructions: the host's processor by KVM, or QEMU's emulator (TCG).
 *
 * @param isKvm whether it is KVM
 * @param reason why, in words for who asks
 */
record Accelerator(boolean isKvm, String reason) {
  /** The variable of the environment that overrides what a config says. */
  private static final String VARIABLE = "LIBVIRT_SANDBOX_ACCEL";

  private static final Path DEVICE = Path.of("/dev/kvm");
  private static final Path PROCESSORS = Path.of("/proc/cpuinfo");
  private static final Splitter WORDS = Splitter.on(' ').omitEmptyStrings();

  Accelerator {
    requireNonNull(reason, "reason");
  }

  /**
   * What a machine on this host gets.
   *
   * @param configured what its config asks for
   */
  static Accelerator choose(
      Acceleration configured, HostCapabilities capabilities, String architecture) {
    Acceleration wanted =
        Optional.ofNullable(System.getenv(VARIABLE))
            .filter(set -> !set.isEmpty())
            .map(Accelerator::ofVariable)
            .orElse(configured);
    return choose(wanted, obstacle(capabilities, architecture));
  }

  private static Acceleration ofVariable(String set) {
    try {
      return Acceleration.of(set);
    } catch (IllegalArgumentException e) {
      throw new InvalidSandboxException(
          "the environment's %s: %s".formatted(VARIABLE, e.getMessage()), e);
    }
  }

  /**
   * What fits a wish.
   *
   * @param obstacle why KVM cannot be had; empty where it can
   */
  static Accelerator choose(Acceleration wanted, Optional<String> obstacle) {
    return switch (wanted) {
      case AUTO ->
          obstacle
              .map(why -> new Accelerator(false, why))
              .orElseGet(() -> new Accelerator(true, "libvirt and the processor have KVM"));
      case TCG -> new Accelerator(false, "it was asked for");
      case KVM ->
          obstacle
              .map(Accelerator::refuse)
              .orElseGet(() -> new Accelerator(true, "it was asked for"));
    };
  }

  private static Accelerator refuse(String obstacle) {
    throw new HostLacksException(
        "KVM was asked for and cannot be had: %s; take acceleration auto or tcg"
            .formatted(obstacle));
  }

  /** Why KVM cannot be had on this host; empty where it can. */
  private static Optional<String> obstacle(HostCapabilities capabilities, String architecture) {
    if (capabilities.support("kvm", architecture).isEmpty()) {
      return Optional.of("libvirt offers no KVM for " + architecture);
    }
    if (!Files.isReadable(DEVICE) || !Files.isWritable(DEVICE)) {
      return Optional.of(DEVICE + " cannot be opened by this user");
    }
    try (Stream<String> lines = Files.lines(PROCESSORS)) {
      return virtualizationObstacle(architecture, lines.toList());
    } catch (IOException e) {
      throw new HostLacksException(
          "cannot look at this host's processor: " + IoProblem.words(e), e);
    }
  }

  /**
   * A KVM in software, which some hosts have that are virtual machines themselves, runs ordinary
   * kernels at a crawl.
   */
  static Optional<String> virtualizationObstacle(String architecture, List<String> cpuinfo) {
    if (!architecture.equals("x86_64") && !architecture.equals("i686")) {
      return Optional.empty();
    }
    boolean has =
        cpuinfo.stream()
            .filter(line -> line.startsWith("flags"))
            .flatMap(WORDS::splitToStream)
            .anyMatch(flag -> flag.equals("vmx") || flag.equals("svm"));
    return has ? Optional.empty() : Optional.of("the processor has neither vmx nor svm");
  }

  /** Libvirt's type of such domains. */
  String domainType() {
    return isKvm ? "kvm" : "qemu";
  }
}
