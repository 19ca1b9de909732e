package org.libvirt.sandbox.builder.qemu;

import java.io.IOException;
import java.util.UUID;
import org.libvirt.sandbox.EmbeddedLibvirt;
import org.libvirt.sandbox.SandboxConnection;
import org.libvirt.sandbox.config.InteractiveConfig;
import org.libvirt.sandbox.context.InteractiveContext;

/**
 * A process that has a machine, on a daemon of its own, and stands still at one stage of its life
 * until its input ends. It says the stage once it is there; what fails before, in one line.
 */
final class MachineOwner {
  /** The stage between start and close, which is nobody's log record. */
  static final String RUNNING = "running";

  private MachineOwner() {}

  /** Arguments: UUID, stage. */
  public static void main(String[] arguments) {
    UUID uuid = UUID.fromString(arguments[0]);
    String stage = arguments[1];
    InteractiveConfig config =
        InteractiveConfig.builder().uuid(uuid).command("/bin/sleep", "1000").build();
    try (StageHook hook = StageHook.at(uuid, stage, () -> stopAt(stage));
        EmbeddedLibvirt libvirt = EmbeddedLibvirt.startFor("qemu");
        SandboxConnection connection = SandboxConnection.open(libvirt.uri("qemu"));
        InteractiveContext sandbox = InteractiveContext.start(connection, config)) {
      if (stage.equals(RUNNING)) {
        stopAt(stage);
      }
    } catch (RuntimeException e) {
      System.out.println(e.getClass().getSimpleName() + ": " + e.getMessage());
    }
  }

  private static void stopAt(String stage) {
    System.out.println(stage);
    try {
      while (System.in.read() >= 0) {
        // only its end counts
      }
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
