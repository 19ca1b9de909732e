package org.libvirt.sandbox.builder.lxc;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.libvirt.sandbox.EmbeddedLibvirt;
import org.libvirt.sandbox.ExitStatus;
import org.libvirt.sandbox.SandboxConnection;
import org.libvirt.sandbox.config.Hardening;
import org.libvirt.sandbox.config.InteractiveConfig;
import org.libvirt.sandbox.config.SystemCallFilter;
import org.libvirt.sandbox.console.RpcConsole;
import org.libvirt.sandbox.context.InteractiveContext;
import org.libvirt.sandbox.contract.Intruder;
import org.libvirt.sandbox.contract.NativeSources;

/**
 * A daemon, and a directory of the host that sandboxes see, with the attacking program in it and
 * all rights for everybody.
 */
final class Battlefield implements AutoCloseable {
  private static final long LIMIT_SECONDS = 120;

  private final Path directory;
  private final EmbeddedLibvirt libvirt;
  private final SandboxConnection connection;

  private Battlefield(Path directory, EmbeddedLibvirt libvirt, SandboxConnection connection) {
    this.directory = directory;
    this.libvirt = libvirt;
    this.connection = connection;
  }

  /** What a run said and how it ended. */
  record Outcome(String stdout, String stderr, ExitStatus status) {}

  static Battlefield prepare() throws IOException, InterruptedException {
    // /tmp and /var/tmp are the sandbox's own
    Path directory = Files.createTempDirectory(Path.of("/opt"), "sandbox-attack-");
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    NativeSources.OF_CONTAINERS.compile(
        directory.resolve("attack"),
        "attack.c",
        "files.c",
        "kernel.c",
        "processes.c",
        "sockets.c",
        "endings.c",
        "newcomers.c");
    EmbeddedLibvirt libvirt = EmbeddedLibvirt.start();
    return new Battlefield(directory, libvirt, SandboxConnection.open(libvirt.uri("lxc")));
  }

  Path directory() {
    return directory;
  }

  EmbeddedLibvirt libvirt() {
    return libvirt;
  }

  SandboxConnection connection() {
    return connection;
  }

  InteractiveContext start(Intruder intruder, String... command) {
    // the filter of system calls comes on top: what is attacked here must hold without it
    Hardening bare = Hardening.standard().withSystemCalls(SystemCallFilter.unconfined());
    return start(intruder.config().hardening(bare).command(command).build());
  }

  InteractiveContext start(InteractiveConfig config) {
    return InteractiveContext.start(connection, config);
  }

  Outcome attack(Intruder intruder, String name, String argument, byte[] stdin) {
    return run(intruder, stdin, directory.resolve("attack").toString(), name, argument);
  }

  Outcome attack(Intruder intruder, String name, Path argument) {
    return attack(intruder, name, argument.toString(), new byte[0]);
  }

  Outcome run(Intruder intruder, byte[] stdin, String... command) {
    try (InteractiveContext sandbox = start(intruder, command)) {
      RpcConsole console = sandbox.console();
      CompletableFuture<String> stdout =
          CompletableFuture.supplyAsync(() -> read(console.stdout()));
      CompletableFuture<String> stderr =
          CompletableFuture.supplyAsync(() -> read(console.stderr()));
      try (OutputStream to = console.stdin()) {
        to.write(stdin);
      }
      ExitStatus status = console.exited().orTimeout(LIMIT_SECONDS, TimeUnit.SECONDS).join();
      return new Outcome(stdout.join(), stderr.join(), status);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String read(InputStream stream) {
    try {
      byte[] bytes = stream.readAllBytes();
      return new String(bytes, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() throws IOException {
    try {
      connection.close();
      libvirt.close();
    } finally {
      Files.walkFileTree(
          directory,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                throws IOException {
              Files.delete(file);
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException failure)
                throws IOException {
              Files.delete(visited);
              return FileVisitResult.CONTINUE;
            }
          });
    }
  }
}
