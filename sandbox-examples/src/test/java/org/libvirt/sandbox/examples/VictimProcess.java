package org.libvirt.sandbox.examples;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/** A {@link Victim} that has come to its stage. */
final class VictimProcess implements AutoCloseable {
  private static final int PATIENCE_SECONDS = 60;

  private final UUID uuid = UUID.randomUUID();
  private final String name =
      "death-" + HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextInt());
  private final Remains remains = new Remains(name, uuid);
  private final Process process;

  private VictimProcess(String uri, String stage) throws IOException {
    process =
        java(Victim.class, uri, uuid.toString(), name, stage)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try {
      BufferedReader output = process.inputReader();
      if (uri.equals(Victim.EMBEDDED)) {
        remains.alsoOf(line(output));
      }
      String reached = line(output);
      if (!reached.equals(stage)) {
        throw new IOException("the victim said '" + reached + "'");
      }
    } catch (IOException e) {
      process.destroyForcibly();
      throw e;
    }
  }

  /** Starts one and waits for it. */
  static VictimProcess at(String uri, String stage) throws IOException {
    return new VictimProcess(uri, stage);
  }

  /**
   * A main class of this class path in a small JVM. It has every signal's default: a shell that put
   * this build in the background has it ignore SIGINT, and children inherit that.
   */
  static ProcessBuilder java(Class<?> main, String... arguments) {
    List<String> command =
        new ArrayList<>(
            List.of(
                "env",
                "--default-signal",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command);
  }

  private static String line(BufferedReader output) throws IOException {
    String line = output.readLine();
    if (line == null) {
      throw new IOException("the victim ended before its time");
    }
    return line;
  }

  UUID uuid() {
    return uuid;
  }

  Remains remains() {
    return remains;
  }

  /** Sends it a signal and waits for its end; gives its exit status. */
  int killedBy(String signal) throws IOException, InterruptedException {
    signal(process.pid(), signal);
    if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      throw new IOException("the victim lives on after SIG" + signal);
    }
    return process.exitValue();
  }

  static void signal(long pid, String signal) throws IOException, InterruptedException {
    int status =
        new ProcessBuilder("kill", "-s", signal, Long.toString(pid)).inheritIO().start().waitFor();
    if (status != 0) {
      throw new IOException("kill -s " + signal + " " + pid + " ended with " + status);
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
