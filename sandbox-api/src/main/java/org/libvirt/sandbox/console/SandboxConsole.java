package org.libvirt.sandbox.console;

import static java.util.Objects.requireNonNull;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.libvirt.sandbox.ExitStatus;
import org.libvirt.sandbox.SandboxException;

/** The streams of something that runs in a sandbox. Its streams may be used by any thread. */
public sealed interface SandboxConsole extends AutoCloseable permits RpcConsole, RawConsole {
  /**
   * What the user says to the sandbox.
   *
   * @return always the same stream; closing it is the end of file
   */
  OutputStream stdin();

  /**
   * What the sandbox says.
   *
   * @return always the same stream; closing it says that nobody reads any more
   */
  InputStream stdout();

  /**
   * What the sandbox says apart from that, its errors above all.
   *
   * @return always the same stream, at its end from the start where there is one output only
   */
  InputStream stderr();

  /**
   * How what runs there ends.
   *
   * @return a future of the caller's own, which never fails: it gives {@link ExitStatus.Lost} where
   *     the end cannot be known any more
   */
  CompletableFuture<ExitStatus> exited();

  /**
   * How this console ends.
   *
   * @return a future of the caller's own, which never fails: it gives a cause where the sandbox was
   *     lost, and is empty after any orderly end
   */
  CompletableFuture<Optional<SandboxException>> closed();

  /**
   * Tells a listener of both ends, each once: in threads of their own, or in this one, at once,
   * where they are known already.
   *
   * @param listener told of this console's ends
   */
  default void listen(ConsoleListener listener) {
    requireNonNull(listener, "listener");
    exited().thenAccept(listener::exited);
    closed().thenAccept(listener::closed);
  }

  /**
   * Joins streams of the caller's to this console until they or this end. The end of the input is
   * passed on, ends of the outputs close nothing of the caller's.
   *
   * @param in what is typed; null for nothing, which is no end of file
   * @param out takes what the sandbox says
   * @param err takes what the sandbox says apart; may be the same stream
   * @return what undoes it
   */
  default Attachment attach(@Nullable InputStream in, OutputStream out, OutputStream err) {
    return Attachment.of(this, in, requireNonNull(out, "out"), requireNonNull(err, "err"));
  }

  /**
   * Joins this process's own standard streams, the descriptors 0, 1 and 2, to this console until
   * they or this end. A closed descriptor 0 is an end of file. Modes of a terminal there are the
   * caller's to set: see {@link org.libvirt.sandbox.LocalTerminal}.
   *
   * @return what undoes it; descriptors stay open
   */
  default Attachment attachStdio() {
    // never closed, which would close the descriptors; and not System.out, another buffer
    return attach(
        new FileInputStream(FileDescriptor.in),
        new FileOutputStream(FileDescriptor.out),
        new FileOutputStream(FileDescriptor.err));
  }

  /** Gives the streams up and leaves what runs alone. */
  void detach();

  /** Ends the interest in the streams, all of them; idempotent. */
  @Override
  void close();
}
