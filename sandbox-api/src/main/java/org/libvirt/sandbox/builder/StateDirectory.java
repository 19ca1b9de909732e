package org.libvirt.sandbox.builder;

import static java.nio.file.attribute.PosixFilePermissions.asFileAttribute;
import static java.nio.file.attribute.PosixFilePermissions.fromString;

import com.google.common.collect.ImmutableList;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.libvirt.sandbox.HostDirectories;
import org.libvirt.sandbox.HostLacksException;
import org.libvirt.sandbox.NativeProgram;
import org.libvirt.sandbox.SandboxException;
import org.libvirt.sandbox.config.SandboxConfig;

/**
 * What one sandbox keeps on its host while it runs, below {@link HostDirectories#state()} under its
 * UUID:
 *
 * <ul>
 *   <li>{@code layout}: the version of this list, 1;
 *   <li>{@code owner}, {@code owner.lock}: the process that the sandbox belongs to;
 *   <li>{@code uuid}, {@code uri}, {@code backend}: the domain, the libvirt connection that it is
 *       on, and that connection's driver;
 *   <li>{@code group}: the cgroup that was made for the sandbox, if one was;
 *   <li>{@code sandbox.cfg}: the config, readable to its owner only;
 *   <li>{@code config/}: what the guest sees as {@code /dev/sandbox}: the supervisor's program and
 *       its socket, and what it is to copy.
 * </ul>
 *
 * <p>The directory can be passed through, as a guest with shifted ids must, but not listed by
 * others. It ends with {@link #close()}; one whose owner died without that is removed by the next
 * {@link #sweep()}, which every {@link #create} begins with.
 */
public final class StateDirectory implements AutoCloseable {
  /** What the name of a cgroup that was made for a sandbox begins with; its UUID follows. */
  static final String GROUP_PREFIX = "processes-";

  private static final Logger LOG = System.getLogger("org.libvirt.sandbox");
  private static final String LAYOUT = "1";

  private final Path path;
  private final UUID uuid;
  private final Ownership ownership;

  private StateDirectory(Path path, UUID uuid, Ownership ownership) {
    this.path = path;
    this.uuid = uuid;
    this.ownership = ownership;
  }

  /**
   * Makes the directory of a new sandbox.
   *
   * @param uuid the sandbox's UUID
   * @param uri the libvirt connection that the sandbox is to run on
   * @param driver that connection's driver
   * @param config what the sandbox is
   * @return the directory, owned by this process
   * @throws HostLacksException if the host's directory for states cannot be used
   * @throws SandboxException if there is a directory for this UUID
   */
  public static StateDirectory create(UUID uuid, String uri, String driver, SandboxConfig config) {
    Path path = pathOf(uuid);
    try {
      sweepWhatCanBe();
      if (Files.exists(path)) {
        throw new SandboxException("a sandbox with UUID " + uuid + " runs already");
      }
      StateDirectory state = new StateDirectory(path, uuid, Ownership.take(path));
      try {
        state.fill(uri, driver, config);
        return state;
      } catch (IOException | RuntimeException e) {
        state.closeAfter(e);
        throw e;
      }
    } catch (IOException e) {
      throw new HostLacksException(
          "cannot make the state directory " + path + ": " + IoProblem.words(e), e);
    }
  }

  /**
   * Where the directory of a sandbox is, or would be.
   *
   * @param uuid the sandbox's UUID
   * @return an absolute path on this host
   */
  public static Path pathOf(UUID uuid) {
    return HostDirectories.state().resolve(uuid.toString());
  }

  private void fill(String uri, String driver, SandboxConfig config) throws IOException {
    write("layout", LAYOUT);
    write("uuid", uuid.toString());
    write("uri", uri);
    write("backend", driver);
    writeSecret("sandbox.cfg", config.toText());
    Ownership.makeDirectory(config(), fromString("rwxr-xr-x"));
    NativeProgram.INIT.copyInto(config());
  }

  /** Nobody reads it after a crash of the host: it is not forced to the disk, as saving would. */
  private void writeSecret(String name, String text) throws IOException {
    Path file = Files.createFile(path.resolve(name), asFileAttribute(fromString("rw-------")));
    Files.writeString(file, text);
  }

  private void write(String name, String line) throws IOException {
    Files.writeString(Files.createFile(path.resolve(name), Ownership.READABLE), line + "\n");
  }

  /**
   * Removes what dead processes left of their sandboxes. The directories of living ones, whichever
   * process they belong to, are left alone.
   *
   * @return the UUIDs of the sandboxes whose directories were removed
   * @throws IOException if a dead one's directory cannot be removed
   */
  public static List<UUID> sweep() throws IOException {
    List<UUID> removed = new ArrayList<>();
    for (Path entry : all()) {
      if (Ownership.removeIfOrphaned(entry)) {
        removed.add(UUID.fromString(entry.getFileName().toString()));
      }
    }
    return List.copyOf(removed);
  }

  /** What a dead process left keeps no sandbox from starting. */
  private static void sweepWhatCanBe() throws IOException {
    for (Path entry : all()) {
      try {
        Ownership.removeIfOrphaned(entry);
      } catch (IOException e) {
        LOG.log(
            Level.WARNING, "the state directory of a dead process stays: {0}", IoProblem.words(e));
      }
    }
  }

  /** Those of the living and of the dead, without an order. */
  static List<Path> all() throws IOException {
    Path base = HostDirectories.state();
    if (!Files.isDirectory(base)) {
      return List.of();
    }
    try {
      HostDirectories.requireOwn(base);
      try (var entries = Files.newDirectoryStream(base, StateDirectory::isNamedByUuid)) {
        return ImmutableList.copyOf(entries);
      }
    } catch (NoSuchFileException e) {
      return List.of(); // the last one has just gone, though there may be a new one by now
    } catch (DirectoryIteratorException e) {
      if (e.getCause() instanceof NoSuchFileException) {
        return List.of();
      }
      throw e.getCause();
    }
  }

  private static boolean isNamedByUuid(Path entry) {
    String name = entry.getFileName().toString();
    try {
      return UUID.fromString(name).toString().equals(name);
    } catch (IllegalArgumentException e) {
      return false; // an embedded daemon's, which has an owner of its own kind
    }
  }

  /**
   * The directory itself.
   *
   * @return an absolute path on this host
   */
  public Path path() {
    return path;
  }

  /**
   * The part that the guest sees as {@code /dev/sandbox}, read-only.
   *
   * @return an absolute path on this host
   */
  public Path config() {
    return path.resolve("config");
  }

  /**
   * Makes a directory in this one that only this process's user can enter, if it is not there: what
   * is copied into it may have been protected by the directory that it comes from.
   *
   * @param name a relative path whose parents exist
   * @return an absolute path on this host
   * @throws HostLacksException if it cannot be made
   */
  public Path secret(String name) {
    Path directory = path.resolve(name);
    try {
      if (!Files.isDirectory(directory)) {
        Files.createDirectory(directory, asFileAttribute(fromString("rwx------")));
      }
      return directory;
    } catch (IOException e) {
      throw new HostLacksException(
          "cannot make the directory " + directory + ": " + IoProblem.words(e), e);
    }
  }

  /**
   * Notes down a cgroup that is about to be made for the sandbox, so that whoever removes this
   * directory after its owner's death removes that, too.
   *
   * @param parent the cgroup below which it will be
   * @return where it is to be made
   * @throws HostLacksException if it cannot be written
   */
  public Path noteGroup(Path parent) {
    try {
      Path group = parent.resolve(GROUP_PREFIX + path.getFileName());
      write(NotedGroup.FILE, group.toString());
      return group;
    } catch (IOException e) {
      throw new HostLacksException(
          "cannot write to the directory " + path + ": " + IoProblem.words(e), e);
    }
  }

  /**
   * Where the host listens for the supervisor.
   *
   * @return an absolute path on this host
   */
  public Path channel() {
    return config().resolve("channel");
  }

  /**
   * The supervisor's program.
   *
   * @return its file name in {@link #config()}
   */
  public String initName() {
    return NativeProgram.INIT.fileName();
  }

  /** Removes the directory. Closing twice is harmless. */
  @Override
  public void close() {
    try {
      ownership.release();
    } catch (IOException e) {
      throw new SandboxException(
          "cannot remove the state directory " + path + ": " + IoProblem.words(e), e);
    }
  }

  private void closeAfter(Exception cause) {
    try {
      close();
    } catch (SandboxException e) {
      cause.addSuppressed(e);
    }
  }
}
