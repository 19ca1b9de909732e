package org.libvirt.sandbox.examples;

import java.io.IOException;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.libvirt.sandbox.EmbeddedLibvirt;
import org.libvirt.sandbox.SandboxConnection;
import org.libvirt.sandbox.config.InteractiveConfig;
import org.libvirt.sandbox.context.InteractiveContext;

/**
 * A process that starts a sandbox and closes it, and stops for ever at one stage of that, to be
 * killed there. It tells the id of its own daemon, if it has one, and the stage once it is there.
 */
final class Victim {
  /** Stands for a daemon of the victim's own in the place of a URI. */
  static final String EMBEDDED = "embedded";

  /** The stage between start and close, which is nobody's log record. */
  static final String RUNNING = "running";

  // a logger that nobody holds may be collected, and its handler with it
  private static final Logger STAGES = Logger.getLogger("org.libvirt.sandbox.stage");

  private Victim() {}

  /** Arguments: URI, UUID, name, stage. */
  public static void main(String[] arguments) {
    dieWithTheTest();
    String stage = arguments[3];
    STAGES.setLevel(Level.FINE);
    STAGES.setUseParentHandlers(false);
    STAGES.addHandler(new Stop(stage));

    SandboxConnection connection = SandboxConnection.open(uri(arguments[0]));
    InteractiveContext sandbox =
        InteractiveContext.start(
            connection,
            InteractiveConfig.builder()
                .name(arguments[2])
                .uuid(UUID.fromString(arguments[1]))
                .command("sleep", "1000")
                .build());
    if (stage.equals(RUNNING)) {
      stopAt(RUNNING);
    }
    sandbox.close();
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

  private static void dieWithTheTest() {
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

  private static final class Stop extends Handler {
    private final String stage;

    Stop(String stage) {
      this.stage = stage;
    }

    @Override
    public void publish(LogRecord entry) {
      if (entry.getParameters()[1].equals(stage)) {
        stopAt(stage);
      }
    }

    @Override
    public void flush() {
      System.out.flush();
    }

    @Override
    public void close() {
      flush();
    }
  }
}
