package org.libvirt.sandbox.examples;

import java.io.IOException;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import org.libvirt.sandbox.ChannelKind;
import org.libvirt.sandbox.EmbeddedLibvirt;
import org.libvirt.sandbox.SandboxConnection;
import org.libvirt.sandbox.config.InteractiveConfig;
import org.libvirt.sandbox.context.InteractiveContext;
import org.libvirt.sandbox.context.StartOptions;

/**
 * A process that starts a sandbox and closes it, and stops for ever at one stage of that, to be
 * killed there. It tells the id of its own daemon, if it has one, and the stage once it is there.
 */
final class Victim {
  /** Stands for a daemon of the victim's own in the place of a URI. */
  static final String EMBEDDED = "embedded";

  /** The stage between start and close, which is nobody's log record. */
  static final String RUNNING = "running";

  /** The same, of a sandbox whose channel is a stream through libvirt. */
  static final String STREAMING = "streaming";

  private Victim() {}

  /** Arguments: URI, UUID, name, stage. */
  public static void main(String[] arguments) {
    dieWithTheTest();
    String stage = arguments[3];
    UUID uuid = UUID.fromString(arguments[1]);
    StageHook hook = StageHook.at(uuid, stage, () -> stopAt(stage));

    SandboxConnection connection = SandboxConnection.open(uri(arguments[0]));
    InteractiveContext sandbox =
        InteractiveContext.start(
            connection,
            InteractiveConfig.builder()
                .name(arguments[2])
                .uuid(uuid)
                .command("sleep", "1000")
                .build(),
            StartOptions.builder()
                .channel(
                    stage.equals(STREAMING) ? ChannelKind.LIBVIRT_STREAM : ChannelKind.UNIX_SOCKET)
                .build());
    if (stage.equals(RUNNING) || stage.equals(STREAMING)) {
      stopAt(stage);
    }
    sandbox.close();
    hook.close();
    throw new IllegalStateException("there is no stage " + stage);
  }

  private static String uri(String given) {
    if (!given.equals(EMBEDDED)) {
      return given;
    }
    EmbeddedLibvirt libvirt = EmbeddedLibvirt.start();
    System.out.println(libvirt.socket().getParent().getFileName());
    return libvirt.uri("lxc");
  }

  private static void stopAt(String stage) {
    System.out.println(stage);
    while (true) {
      LockSupport.park();
    }
  }

  static void dieWithTheTest() {
    Thread thread =
        new Thread(
            () -> {
              try {
                System.in.read();
              } catch (IOException e) {
                System.err.println("the test is lost: " + e);
              }
              Runtime.getRuntime().halt(3);
            },
            "test");
    thread.setDaemon(true);
    thread.start();
  }
}
