package org.libvirt.sandbox.examples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.awaitility.core.ConditionTimeoutException;
import org.libvirt.sandbox.EmbeddedLibvirt;
import org.libvirt.sandbox.HostDirectories;
import org.libvirt.sandbox.SandboxConnection;
import org.libvirt.sandbox.SandboxException;
import org.libvirt.sandbox.config.InteractiveConfig;
import org.libvirt.sandbox.context.InteractiveContext;

/**
 * A process that starts sandboxes while it lacks something, a little less each time, until one
 * comes to run, and then something else: each step that needs it fails once. It tells a line a
 * start, and what that left.
 */
final class StarvedOwner {
  /** Before the line of a start that failed as it should. */
  static final String REFUSED = "refused: ";

  /** The line of a start that came to run: the first of all, and the last for each want. */
  static final String RAN = "ran";

  /** Before what a failed start left. */
  static final String LEFT = "left: ";

  private static final Duration SOON = Duration.ofSeconds(20);

  /** More than any start takes of anything. */
  private static final int ENOUGH = 400;

  /** Descriptors that keep others from having any. */
  private static final Deque<InputStream> WASTED = new ArrayDeque<>();

  /** What is lacking. */
  enum Want {
    /** Files, in a file system of the state directory's own. */
    FILES {
      @Override
      void impose(int rest) throws Exception {
        remount("nr_inodes=" + (used("%c %d") + rest));
      }

      @Override
      void lift() throws Exception {
        remount("nr_inodes=10000");
      }
    },

    /** Pages of 4 KiB there, five at a time. */
    SPACE {
      @Override
      void impose(int rest) throws Exception {
        remount("size=" + (used("%b %f") + 5L * rest) * 4096);
      }

      @Override
      void lift() throws Exception {
        remount("size=64m");
      }
    },

    /** The right to write there: a mount above it has not. */
    WRITING {
      @Override
      void impose(int rest) throws Exception {
        String place = HostDirectories.state().toString();
        run("mount", "--bind", place, place);
        remount(rest == 0 ? "bind,ro" : "bind,rw");
      }

      @Override
      void lift() throws Exception {
        run("umount", HostDirectories.state().toString());
      }
    },

    /** File descriptors. */
    DESCRIPTORS {
      @Override
      void impose(int rest) throws Exception {
        try {
          while (true) {
            WASTED.push(new FileInputStream("/dev/null"));
          }
        } catch (IOException e) {
          for (int i = 0; i < rest; i++) {
            WASTED.pop().close();
          }
        }
      }

      @Override
      void lift() throws Exception {
        while (!WASTED.isEmpty()) {
          WASTED.pop().close();
        }
      }

      /** A directory that cannot be listed for want of a descriptor goes with the next start. */
      @Override
      List<String> left(Remains remains) {
        return remains.running();
      }
    };

    /** Leaves so much of it. */
    abstract void impose(int rest) throws Exception;

    /** Gives plenty. */
    abstract void lift() throws Exception;

    List<String> left(Remains remains) {
      return remains.all();
    }
  }

  private final SandboxConnection connection;
  private int count;

  private StarvedOwner(SandboxConnection connection) {
    this.connection = connection;
  }

  public static void main(String[] arguments) throws Exception {
    Victim.dieWithTheTest();
    try (EmbeddedLibvirt libvirt = EmbeddedLibvirt.start();
        SandboxConnection connection = SandboxConnection.open(libvirt.uri("lxc"))) {
      StarvedOwner owner = new StarvedOwner(connection);
      // a class that cannot be loaded for want of a descriptor stays away
      owner.start(Want.WRITING, ENOUGH);
      List<String> descriptors = descriptors();
      for (Want want : Want.values()) {
        for (int rest = 0; !owner.start(want, rest) && rest < ENOUGH; rest++) {
          List<String> more = descriptors();
          descriptors.forEach(more::remove);
          more.forEach(each -> System.out.println(LEFT + "descriptor of " + each));
        }
      }
    }
    try (Stream<Path> states = Files.list(HostDirectories.state())) {
      states.forEach(state -> System.out.println(LEFT + state));
    }
    System.out.close();
    System.exit(0);
  }

  /** Tells whether the sandbox came to run. */
  private boolean start(Want want, int rest) throws Exception {
    UUID uuid = UUID.randomUUID();
    String name = "starved-" + ProcessHandle.current().pid() + "-" + count++;
    InteractiveConfig config =
        InteractiveConfig.builder().name(name).uuid(uuid).command("/bin/echo", "ok").build();
    String line;
    want.impose(rest);
    try (InteractiveContext sandbox = InteractiveContext.start(connection, config)) {
      String output = new String(sandbox.console().stdout().readAllBytes(), UTF_8);
      line = output.equals("ok\n") ? RAN : "wrong output '" + output + "'";
    } catch (SandboxException e) {
      line = REFUSED + e.getMessage();
    } catch (RuntimeException | Error e) {
      line = "wrong: " + e;
      System.getLogger(StarvedOwner.class.getName()).log(System.Logger.Level.ERROR, line, e);
    } finally {
      want.lift();
    }
    System.out.println(line);
    tellWhatIsLeft(want, new Remains(name, uuid));
    return line.equals(RAN);
  }

  private static void tellWhatIsLeft(Want want, Remains remains) {
    try {
      await().atMost(SOON).until(() -> left(want, remains), List::isEmpty);
    } catch (ConditionTimeoutException e) {
      left(want, remains).forEach(each -> System.out.println(LEFT + each));
    }
  }

  private static List<String> left(Want want, Remains remains) {
    List<String> all = new ArrayList<>(want.left(remains));
    Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> name.startsWith("sandbox-") && !name.equals("sandbox-shutdown"))
        .forEach(name -> all.add("thread " + name));
    return all;
  }

  /** What they are of; a socket's number is its own. */
  private static List<String> descriptors() throws IOException {
    List<String> open = new ArrayList<>();
    try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
      for (Path descriptor : descriptors.toList()) {
        if (Files.isSymbolicLink(descriptor)) { // the one of this list is closed
          open.add(Files.readSymbolicLink(descriptor).toString().replaceAll("\\d+", "N"));
        }
      }
    }
    return open;
  }

  private static void remount(String options) throws Exception {
    run("mount", "-o", "remount," + options, HostDirectories.state().toString());
  }

  /** All but what is free, of two numbers of {@code stat -f}. */
  private static long used(String numbers) throws Exception {
    String[] both =
        run("stat", "-f", "-c", numbers, HostDirectories.state().toString()).strip().split(" ");
    return Long.parseLong(both[0]) - Long.parseLong(both[1]);
  }

  private static String run(String... command) throws Exception {
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException(List.of(command) + " ended with " + process.exitValue());
    }
    return output;
  }
}
