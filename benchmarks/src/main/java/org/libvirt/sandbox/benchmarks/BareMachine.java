package org.libvirt.sandbox.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.libvirt.sandbox.builder.qemu.InitrdBuilder;
import org.libvirt.sandbox.builder.qemu.InitrdConfig;

/**
 * QEMU without libvirt and without this library, with the machine that the library has libvirt make
 * and an init that does the least.
 */
final class BareMachine {
  private static final int CHUNK = 256 * 1024;

  private final QemuCommand model;
  private final Path directory;
  private final Path initrd;

  /**
   * Machines like another.
   *
   * @param model how QEMU was started for that
   * @param kernelRelease of its kernel
   * @param source the init's
   * @param directory for what is made, which stays the caller's
   */
  BareMachine(QemuCommand model, String kernelRelease, Path source, Path directory)
      throws IOException, InterruptedException {
    this.model = model;
    this.directory = directory;
    this.initrd = directory.resolve("initrd");
    new InitrdBuilder(
            InitrdConfig.builder(kernelRelease, Path.of("/lib/modules", kernelRelease))
                .init(compile(source, directory.resolve("init")))
                .addModules(InitrdConfig.BASE, "virtio", "virtio_ring", "virtio_pci")
                .addModules(InitrdConfig.BASE, "virtio_console")
                .addModules("9p", "9pnet_virtio", "9p")
                .build())
        .build(initrd);
  }

  private static Path compile(Path source, Path program) throws IOException, InterruptedException {
    int status =
        new ProcessBuilder(
                "musl-gcc",
                "-std=c11",
                "-D_GNU_SOURCE",
                "-O2",
                "-static",
                "-o",
                program.toString(),
                source.toString())
            .inheritIO()
            .start()
            .waitFor();
    if (status != 0) {
      throw new IOException("musl-gcc cannot compile " + source);
    }
    return program;
  }

  /**
   * When a run came how far, in milliseconds after its start.
   *
   * @param init the init's first instruction
   * @param kernel how long the machine's clock had run at that moment
   * @param port the modules are loaded, and the channel is open
   * @param root the root is mounted
   * @param exit the program's end is known
   */
  record Run(double init, double kernel, double port, double root, double exit) {}

  /** Runs {@code /bin/true}. */
  Run run() throws IOException, InterruptedException {
    long start = System.nanoTime();
    try (Live live = new Live("run")) {
      double port = live.await('P', start);
      double root = live.await('R', start);
      double exit = live.await('X', start);
      Live.Init init = live.init().join();
      return new Run((init.nanoTime() - start) / 1e6, init.seconds() * 1e3, port, root, exit);
    }
  }

  /**
   * How fast bytes that a program writes to a pipe come out of the port.
   *
   * @return mebibytes a second
   */
  double out(int mebibytes) throws IOException, InterruptedException {
    try (Live live = new Live("out " + mebibytes)) {
      ByteBuffer chunk = ByteBuffer.allocateDirect(CHUNK);
      live.await('P', 0);
      live.await('R', 0);
      live.await('S', 0);
      long start = System.nanoTime();
      long left = (long) mebibytes << 20;
      while (left > 0) {
        chunk.clear().limit((int) Math.min(CHUNK, left));
        left -= live.read(chunk);
      }
      double seconds = (System.nanoTime() - start) / 1e9;
      live.await('X', 0);
      return mebibytes / seconds;
    }
  }

  /**
   * How fast bytes go into the port and a program's pipe, until it has read the last.
   *
   * @return mebibytes a second
   */
  double in(int mebibytes) throws IOException, InterruptedException {
    try (Live live = new Live("in " + mebibytes)) {
      ByteBuffer chunk = ByteBuffer.allocateDirect(CHUNK);
      live.await('P', 0);
      live.await('R', 0);
      live.await('S', 0);
      long start = System.nanoTime();
      long left = (long) mebibytes << 20;
      while (left > 0) {
        chunk.clear().limit((int) Math.min(CHUNK, left));
        left -= live.port.write(chunk);
      }
      live.await('X', 0);
      return mebibytes / ((System.nanoTime() - start) / 1e9);
    }
  }

  /** A machine that runs. */
  private final class Live implements AutoCloseable {
    private final ByteBuffer step = ByteBuffer.allocate(1);
    private final Process qemu;
    private final SocketChannel port;
    private final CompletableFuture<Init> init = new CompletableFuture<>();
    private final Queue<String> said = new ConcurrentLinkedQueue<>();

    /** When the host heard of the init's beginning, and what the machine's clock was then. */
    record Init(long nanoTime, double seconds) {}

    Live(String task) throws IOException {
      Path socket = directory.resolve("port");
      Files.deleteIfExists(socket);
      try (ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
        listener.bind(UnixDomainSocketAddress.of(socket));
        List<String> command = model.bare(initrd, task, socket);
        qemu = new ProcessBuilder(command).redirectErrorStream(true).start();
        Thread reader = new Thread(this::readConsole, "bare-machine-console");
        reader.setDaemon(true);
        reader.start();
        port = listener.accept();
      }
    }

    /** Until QEMU ends: one whose output nobody takes would stand still. */
    private void readConsole() {
      try (BufferedReader lines = qemu.inputReader(UTF_8)) {
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
          said.add(line);
          if (line.startsWith("init ")) {
            init.complete(
                new Init(System.nanoTime(), Double.parseDouble(line.substring(5).strip())));
          }
        }
      } catch (IOException e) {
        said.add(e.toString());
      }
      init.completeExceptionally(new IOException("the bare machine said " + said));
    }

    CompletableFuture<Init> init() {
      return init;
    }

    int read(ByteBuffer into) throws IOException {
      int count = port.read(into);
      if (count < 0) {
        qemu.onExit().join();
        throw new IOException("the bare machine ended before its time, and said " + said);
      }
      return count;
    }

    double await(char wanted, long start) throws IOException {
      step.clear();
      read(step);
      if (step.get(0) != wanted) {
        throw new IOException("the bare machine said " + (char) step.get(0) + ", not " + wanted);
      }
      return (System.nanoTime() - start) / 1e6;
    }

    @Override
    public void close() throws IOException {
      port.close();
      qemu.destroyForcibly().onExit().join();
    }
  }
}
