package org.libvirt.sandbox.benchmarks;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import org.libvirt.sandbox.ChannelKind;
import org.libvirt.sandbox.SandboxConnection;
import org.libvirt.sandbox.config.InteractiveConfig;
import org.libvirt.sandbox.context.InteractiveContext;
import org.libvirt.sandbox.context.StartOptions;

/** A way that a program's streams take to this JVM. */
interface Carrier {
  /** The pipes that the JDK gives every process. */
  Carrier PIPES =
      command -> {
        Process process = new ProcessBuilder(command).start();
        return new Program(process.getInputStream(), process.getOutputStream()) {
          @Override
          void end() {
            process.onExit().join();
          }

          @Override
          public void close() {
            process.destroyForcibly().onExit().join();
          }
        };
      };

  /** Starts a program whose streams go this way. */
  Program start(List<String> command) throws IOException;

  /** A sandbox's, of one kind. */
  static Carrier of(SandboxConnection connection, ChannelKind kind, boolean terminal) {
    return command -> {
      InteractiveConfig config = InteractiveConfig.builder().command(command).tty(terminal).build();
      InteractiveContext sandbox =
          InteractiveContext.start(
              connection, config, StartOptions.builder().channel(kind).build());
      return new Program(sandbox.console().stdout(), sandbox.console().stdin()) {
        @Override
        void end() {
          sandbox.console().exited().join();
        }

        @Override
        public void close() {
          sandbox.close();
        }
      };
    };
  }

  /** A program that runs. */
  abstract class Program implements AutoCloseable {
    private final InputStream stdout;
    private final OutputStream stdin;

    Program(InputStream stdout, OutputStream stdin) {
      this.stdout = stdout;
      this.stdin = stdin;
    }

    InputStream stdout() {
      return stdout;
    }

    OutputStream stdin() {
      return stdin;
    }

    /** Waits for the program's end. */
    abstract void end();

    @Override
    public abstract void close();
  }
}
