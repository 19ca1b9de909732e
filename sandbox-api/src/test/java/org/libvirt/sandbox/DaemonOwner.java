package org.libvirt.sandbox;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A process that owns a daemon and does nothing else, for tests that kill it. */
final class DaemonOwner implements AutoCloseable {
  private final Process process;
  private final Path directory;

  private DaemonOwner(Process process, Path directory) {
    this.process = process;
    this.directory = directory;
  }

  /** Starts the process; state directories of these names are marked for removal. */
  static DaemonOwner start(DaemonSite site, String... marked) throws IOException {
    var command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                DaemonOwner.class.getName(),
                site.state().toString(),
                site.cache().toString()));
    command.addAll(List.of(marked));
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    String directory = process.inputReader().readLine();
    if (directory == null) {
      process.destroyForcibly();
      throw new IOException("the owner of a daemon did not start");
    }
    return new DaemonOwner(process, Path.of(directory));
  }

  public static void main(String[] arguments) throws IOException {
    var site =
        new DaemonSite(
            Path.of(arguments[0]), Path.of(arguments[1]), DaemonSite.ofHost().programs());
    var libvirt = EmbeddedLibvirt.start(site);
    for (String name : List.of(arguments).subList(2, arguments.length)) {
      libvirt.removeWhenOrphaned(site.state().resolve(name));
    }
    System.out.println(libvirt.socket().getParent());
    // until it is killed, or the test that started it ends
    System.in.read();
    System.exit(3);
  }

  DaemonTraces traces() {
    return new DaemonTraces(directory);
  }

  Path socket() {
    return directory.resolve("socket");
  }

  void kill() {
    process.destroyForcibly();
  }

  @Override
  public void close() throws IOException {
    process.getOutputStream().close();
    process.destroyForcibly();
  }
}
