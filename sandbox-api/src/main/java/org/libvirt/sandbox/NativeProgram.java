package org.libvirt.sandbox;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/** A static Linux program that this library carries for the machine it runs on. */
public enum NativeProgram {
  /** The guest's half: supervisor of a sandbox's programs. */
  INIT("sandbox-init"),
  /** The launcher of an embedded libvirt daemon. */
  LAUNCHER("sandbox-libvirtd"),
  /** What serves directories of the host to one machine by virtiofs. */
  FILES("sandbox-virtiofs");

  /** How ProcessBuilder words ETXTBSY. */
  private static final String TEXT_FILE_BUSY = "error=26,";

  private static final Duration BUSY_LIMIT = Duration.ofSeconds(2);
  private static final Duration RETRY = Duration.ofMillis(1);

  private final String fileName;

  /** Read once: each start writes the init anew, and taking it out of the jar is dearer. */
  private static final Map<NativeProgram, byte[]> CONTENT = new ConcurrentHashMap<>();

  NativeProgram(String fileName) {
    this.fileName = fileName;
  }

  /**
   * The program's file name, the same in the jar and where it is copied to.
   *
   * @return a name without directories
   */
  public String fileName() {
    return fileName;
  }

  /**
   * Writes the program into a directory, executable for everybody.
   *
   * @param directory where to; a file of the program's name must not be there yet
   * @return the file written
   * @throws HostLacksException if this library has no program for this machine's architecture
   * @throws IOException if it cannot be written
   */
  public Path copyInto(Path directory) throws IOException {
    Path file = directory.resolve(fileName);
    byte[] program = bytes();
    try (var channel =
        Files.newByteChannel(
            file,
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")))) {
      var buffer = ByteBuffer.wrap(program);
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
    }
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    return file;
  }

  /**
   * The program itself.
   *
   * @return a copy of its bytes
   * @throws HostLacksException if this library has no program for this machine's architecture
   */
  public byte[] content() {
    return bytes().clone();
  }

  /**
   * Starts a program that was written just now. Whatever another thread of this process forked in
   * that moment holds the file open for writing until its own exec, and the kernel executes no such
   * file.
   *
   * @param program the program and its arguments
   * @return the process
   * @throws IOException if it cannot be started
   */
  public static Process execute(ProcessBuilder program) throws IOException {
    long deadline = System.nanoTime() + BUSY_LIMIT.toNanos();
    while (true) {
      try {
        return program.start();
      } catch (IOException e) {
        if (!String.valueOf(e.getMessage()).contains(TEXT_FILE_BUSY)
            || System.nanoTime() > deadline) {
          throw e;
        }
        // there is nothing to wait on: the other process is anybody's
        LockSupport.parkNanos(RETRY.toNanos());
      }
    }
  }

  private byte[] bytes() {
    return CONTENT.computeIfAbsent(this, NativeProgram::read);
  }

  private byte[] read() {
    String architecture = System.getProperty("os.arch").replace("amd64", "x86_64");
    String resource = "/linux-" + architecture + "/" + fileName;
    try (InputStream in = NativeProgram.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new HostLacksException(
            "this build of sandbox-api carries no "
                + fileName
                + " for "
                + architecture
                + "; build it on such a machine");
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + resource + " from sandbox-api's jar", e);
    }
  }
}
