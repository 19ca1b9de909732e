package org.libvirt.sandbox.contract;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** C programs of tests, compiled by musl-gcc: static, so that they run on any root, or as init. */
public final class NativeSources {
  /** What tries the walls of sandboxes. */
  public static final NativeSources OF_CONTAINERS = new NativeSources("sandbox-builder-lxc");

  /** What is a machine's init, or runs beside one. */
  public static final NativeSources OF_MACHINES = new NativeSources("sandbox-builder-qemu");

  private final Path directory;

  private NativeSources(String module) {
    directory = Path.of("..", module, "src/test/c").toAbsolutePath().normalize();
  }

  /** Compiles one program, which whoever can reach it can execute. */
  public Path compile(Path program, String... sources) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("musl-gcc", "-std=c11", "-D_GNU_SOURCE"));
    command.addAll(List.of("-Wall", "-Wextra", "-Werror", "-O1", "-static"));
    // musl-gcc finds no kernel headers by itself
    command.addAll(List.of("-idirafter", "/usr/include"));
    command.addAll(List.of("-idirafter", "/usr/include/" + multiarch()));
    command.addAll(List.of("-o", program.toString()));
    Stream.of(sources).map(source -> directory.resolve(source).toString()).forEach(command::add);
    Process compiler = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(compiler.getInputStream().readAllBytes());
    if (compiler.waitFor() != 0) {
      throw new IOException("musl-gcc: " + said);
    }
    // whoever a sandbox's program is, and whatever the umask
    return Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private static String multiarch() throws IOException {
    Process gcc = new ProcessBuilder("gcc", "-print-multiarch").start();
    return new String(gcc.getInputStream().readAllBytes()).strip();
  }
}
