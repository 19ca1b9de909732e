package org.libvirt.sandbox.builder.qemu;

import java.nio.file.Path;
import java.util.List;
import org.libvirt.sandbox.config.Kernel;

/** A process that prepares what this host's newest kernel boots, and says each step. */
final class PreparingProcess {
  private PreparingProcess() {}

  public static void main(String[] arguments) {
    HostKernel kernel = KernelPlaces.ofHost().findOrNewest(Kernel.running());
    new KernelCache(Path.of(arguments[0]))
        .prepare(kernel, GuestModules.of(kernel, List.of("9p")), System.out::println);
    System.out.println("made");
  }
}
