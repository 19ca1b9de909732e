package org.libvirt.sandbox.examples.tutorial;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.libvirt.sandbox.EmbeddedLibvirt;
import org.libvirt.sandbox.SandboxConnection;
import org.libvirt.sandbox.SandboxException;
import org.libvirt.sandbox.config.Identity;
import org.libvirt.sandbox.config.InteractiveConfig;
import org.libvirt.sandbox.config.RamMount;
import org.libvirt.sandbox.context.ProgramResult;
import org.libvirt.sandbox.context.ProgramRun;

/**
 * Grades what students handed in: {@code Grade SUBMISSIONS EXPECTED} runs each shell script of a
 * directory in a sandbox of its own, four at a time, and compares what it writes.
 */
public final class Grade {
  private static final Identity STUDENT = new Identity(65534, 65534, "nobody", "/");
  private static final int AT_A_TIME = 4;
  private static final Duration TIME_LIMIT = Duration.ofSeconds(5);
  private static final int LARGEST_OUTPUT = 1 << 20;

  private Grade() {}

  /**
   * Prints a line for each submission.
   *
   * @param arguments the directory, and the file of what a right one writes
   * @throws Exception if a submission cannot be read, or there can be no sandbox
   */
  public static void main(String[] arguments) throws Exception {
    if (arguments.length != 2) {
      System.err.println("usage: Grade SUBMISSIONS EXPECTED");
      System.exit(2);
    }
    List<Path> submissions;
    try (Stream<Path> files = Files.list(Path.of(arguments[0]))) {
      submissions = files.sorted().toList();
    }
    String expected = Files.readString(Path.of(arguments[1]));

    ExecutorService graders = Executors.newFixedThreadPool(AT_A_TIME);
    try (var libvirt = EmbeddedLibvirt.start();
        var connection = SandboxConnection.open(libvirt.uri("lxc"))) {
      List<Future<String>> grades = new ArrayList<>();
      for (Path submission : submissions) {
        grades.add(graders.submit(() -> grade(connection, submission, expected)));
      }
      for (int i = 0; i < grades.size(); i++) {
        System.out.println(submissions.get(i).getFileName() + ": " + grades.get(i).get());
      }
    } finally {
      graders.shutdownNow();
    }
  }

  /** The submission is copied into the sandbox: it need not be readable for anybody else. */
  private static ProgramResult run(SandboxConnection connection, Path submission)
      throws InterruptedException {
    var config =
        InteractiveConfig.builder()
            .command("/bin/sh", "/tmp/submission")
            .identity(STUDENT)
            .mount(RamMount.of("/tmp", 16 << 20))
            .include("/tmp/submission", submission.toAbsolutePath().toString())
            .build();
    return ProgramRun.of(connection, config)
        .withTimeLimit(TIME_LIMIT)
        .withOutputLimit(LARGEST_OUTPUT)
        .run();
  }

  private static String grade(SandboxConnection connection, Path submission, String expected)
      throws InterruptedException {
    ProgramResult result;
    try {
      result = run(connection, submission);
    } catch (SandboxException e) {
      return "not graded, " + e.getMessage(); // the others are
    }
    if (result.isTimedOut()) {
      return "took more than " + TIME_LIMIT.toSeconds() + " s";
    }
    if (!result.isSuccess()) {
      return "failed, " + result.status();
    }
    return result.stdoutText().equals(expected) ? "right" : "wrong";
  }
}
