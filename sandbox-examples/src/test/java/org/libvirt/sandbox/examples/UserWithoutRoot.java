package org.libvirt.sandbox.examples;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.libvirt.sandbox.config.Identity;

/**
 * A user without root, with a home directory and nothing else that a login would give: no session
 * of systemd's, no directory for what runs, no variables. Command lines are real processes.
 */
final class UserWithoutRoot implements CheckedPlace {
  private static final Identity NOBODY = new Identity(65534, 65534, "nobody", "/nonexistent");

  private final Identity user;
  private final List<String> connection;
  private @Nullable Path home;

  private UserWithoutRoot(Identity user, List<String> connection) {
    this.user = user;
    this.connection = connection;
  }

  /** One whose command lines ask for a virtual machine. */
  static UserWithoutRoot onSession() {
    return new UserWithoutRoot(NOBODY, List.of("-c", "qemu:///session"));
  }

  /** One who asks for no connection. */
  static UserWithoutRoot withoutConnection() {
    return new UserWithoutRoot(NOBODY, List.of());
  }

  /** One whose id has no name on this host. */
  static UserWithoutRoot unknown() {
    return new UserWithoutRoot(new Identity(61234, 61234, "61234", "/"), List.of());
  }

  @Override
  public void beforeAll(ExtensionContext context) throws IOException {
    Shell.run("virt-sandbox --version"); // what is not built yet, only its owner can build
    // short, as sockets lie far below it
    home =
        Files.createDirectory(
            Path.of("/var/lib/sandbox-" + ProcessHandle.current().pid() + "-" + user.uid()));
    give(home);
  }

  @Override
  public void afterAll(ExtensionContext context) throws IOException {
    if (home != null) {
      try (Stream<Path> all = Files.walk(home)) {
        for (Path path : all.sorted((a, b) -> b.compareTo(a)).toList()) {
          Files.delete(path);
        }
      }
    }
  }

  Path home() {
    return requireNonNull(home, "it is there while a test runs");
  }

  @Override
  public Identity caller() {
    return user;
  }

  @Override
  public void give(Path path) {
    try (Stream<Path> all = Files.walk(path)) {
      for (Path each : all.toList()) {
        Files.setAttribute(each, "unix:uid", (int) user.uid());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public Ran run(byte[] input, String... arguments) {
    return run(input, List.of(), arguments);
  }

  /**
   * As {@link #run(byte[], String...)}.
   *
   * @param wrapper a command that is given the one to run, such as {@code env NAME=VALUE}
   */
  Ran run(byte[] input, List<String> wrapper, String... arguments) {
    try {
      Path directory = Files.createTempDirectory("user-without-root-");
      Path in = Files.write(directory.resolve("in"), input);
      Path out = directory.resolve("out");
      Path err = directory.resolve("err");
      try {
        Process process =
            command(wrapper, arguments)
                .redirectInput(in.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
        if (!process.waitFor(Shell.LIMIT.toSeconds(), TimeUnit.SECONDS)) {
          process.destroy();
          throw new AssertionError("not ended after " + Shell.LIMIT + ": " + process.info());
        }
        return Ran.of(process.exitValue(), Files.readAllBytes(out), Files.readAllBytes(err));
      } finally {
        for (Path file : List.of(in, out, err, directory)) {
          Files.deleteIfExists(file);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** What a process of this user's that runs virt-sandbox is started with. */
  ProcessBuilder command(List<String> wrapper, String... arguments) {
    var words = new ArrayList<>(List.of("setpriv", "--reuid=" + user.uid()));
    words.addAll(List.of("--regid=" + user.gid(), "--clear-groups"));
    words.addAll(wrapper);
    words.add(Checkout.root().resolve("bin/virt-sandbox").toString());
    words.addAll(connection);
    words.addAll(List.of(arguments));
    var builder = new ProcessBuilder(words);
    builder.environment().clear();
    builder.environment().put("PATH", System.getenv("PATH"));
    builder.environment().put("HOME", home().toString());
    return builder;
  }
}
