package org.libvirt.sandbox.console;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.libvirt.sandbox.config.Resources;

/** A channel and the fake supervisor at its other end, greeted. */
final class ChannelFixture implements AutoCloseable {
  static final Duration LIMIT = Duration.ofSeconds(20);

  final Path directory;
  final SandboxChannel channel;
  final FakeSupervisor guest;

  ChannelFixture() throws IOException {
    directory = Files.createTempDirectory("channel");
    Path socket = directory.resolve("channel");
    channel = SandboxChannel.listen(socket);
    guest = FakeSupervisor.connect(socket).greet();
    channel.awaitSupervisor(LIMIT);
    guest.receive(6);
  }

  private ChannelFixture(Path directory, SandboxChannel channel, FakeSupervisor guest) {
    this.directory = directory;
    this.channel = channel;
    this.guest = guest;
  }

  /** The same through a machine's port, at whose socket a hypervisor listens. */
  static ChannelFixture atPort() throws Exception {
    Path directory = Files.createTempDirectory("channel");
    Path socket = directory.resolve("port");
    try (var hypervisor = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      hypervisor.bind(UnixDomainSocketAddress.of(socket));
      SandboxChannel channel = SandboxChannel.onPort(socket, Optional::empty);
      CompletableFuture<Boolean> met =
          inBackground(
              () -> {
                channel.awaitSupervisor(LIMIT);
                return true;
              });
      FakeSupervisor guest = new FakeSupervisor(hypervisor.accept()).greet();
      met.get();
      guest.receive(6);
      return new ChannelFixture(directory, channel, guest);
    } finally {
      Files.delete(socket);
    }
  }

  /** Starts a program that the guest answers for. */
  RpcConsole start() throws Exception {
    return started(() -> channel.start(record(), LIMIT));
  }

  /** A program with limits, which has used no processor time. */
  RpcConsole start(Resources resources) throws Exception {
    return started(() -> channel.start(record(), resources, () -> Duration.ZERO, LIMIT));
  }

  private RpcConsole started(Callable<RpcConsole> start) throws Exception {
    CompletableFuture<RpcConsole> console = inBackground(start);
    guest.startProgram();
    return console.get();
  }

  static byte[] record() {
    return new byte[] {'L', 'S', 'R', '1'};
  }

  static <T> CompletableFuture<T> inBackground(Callable<T> work) {
    CompletableFuture<T> result = new CompletableFuture<>();
    thread(
        () -> {
          try {
            result.complete(work.call());
          } catch (Throwable e) {
            result.completeExceptionally(e);
          }
        });
    return result;
  }

  static Thread thread(Runnable work) {
    Thread thread = new Thread(work);
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  @Override
  public void close() throws IOException {
    channel.close();
    guest.close();
    Files.deleteIfExists(directory);
  }
}
