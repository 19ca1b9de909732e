package org.libvirt.sandbox.builder;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.UserPrincipal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.libvirt.sandbox.HostLacksException;
import org.libvirt.sandbox.SandboxException;
import org.libvirt.sandbox.config.SandboxConfig;

/**
 * A sandbox of this user on this host, whichever process has started it, as its state directory
 * tells. It lives when it is looked for, and may end at any time after that.
 *
 * @param name the sandbox's name, which two may have that are on different daemons
 * @param uuid its UUID, which is its domain's
 * @param uri the libvirt connection that it is on; an embedded daemon's can be opened by other
 *     processes, too
 * @param driver that connection's driver, such as {@code lxc}
 * @param owner the id of the process that it ends with
 * @param since when that process began to make it
 */
public record RunningSandbox(
    String name, UUID uuid, String uri, String driver, long owner, Instant since) {
  private static final Logger LOG = System.getLogger("org.libvirt.sandbox");

  /** What is read of a state directory. */
  private static final List<String> FILES =
      List.of("owner", "sandbox.cfg", "uuid", "uri", "backend");

  /** Of a daemon of this host: other transports run programs, or lead to other hosts. */
  private static final Pattern LOCAL_URI = Pattern.compile("[a-z]+(\\+unix)?:///.*");

  /** Checks that nothing is missing. */
  public RunningSandbox {
    requireNonNull(name, "name");
    requireNonNull(uuid, "uuid");
    requireNonNull(uri, "uri");
    requireNonNull(driver, "driver");
    requireNonNull(since, "since");
  }

  /**
   * Finds all sandboxes that live now, those that are being started among them.
   *
   * @return the oldest first
   * @throws HostLacksException if their state directories cannot be read
   */
  public static List<RunningSandbox> list() {
    try {
      List<RunningSandbox> found = new ArrayList<>();
      for (Path directory : StateDirectory.all()) {
        Ownership.look(directory, () -> read(directory)).ifPresent(found::add);
      }
      found.sort(Comparator.comparing(RunningSandbox::since).thenComparing(RunningSandbox::uuid));
      return List.copyOf(found);
    } catch (IOException e) {
      throw new HostLacksException("cannot look for running sandboxes: " + IoProblem.words(e), e);
    }
  }

  /**
   * Finds a sandbox by its name or UUID.
   *
   * @param name what it is called, or its UUID as text
   * @return empty if none is called so
   * @throws SandboxException if several sandboxes have the name; it lists their UUIDs, one of which
   *     can be given instead
   * @throws HostLacksException if the state directories cannot be read
   */
  public static Optional<RunningSandbox> find(String name) {
    List<RunningSandbox> found =
        list().stream()
            .filter(
                sandbox -> sandbox.name().equals(name) || sandbox.uuid().toString().equals(name))
            .toList();
    if (found.size() > 1) {
      throw new SandboxException(
          "%d sandboxes are called '%s'; name one by its UUID: %s"
              .formatted(
                  found.size(),
                  name,
                  found.stream()
                      .map(sandbox -> "%s (process %d)".formatted(sandbox.uuid(), sandbox.owner()))
                      .collect(Collectors.joining(", "))));
    }
    return found.stream().findFirst();
  }

  /** Empty while its owner has not written it all yet; {@code config} is what comes last. */
  private static Optional<RunningSandbox> read(Path directory) throws IOException {
    if (!Files.isDirectory(directory.resolve("config"))) {
      return Optional.empty();
    }
    try {
      requireUntouched(directory);
      return Optional.of(
          new RunningSandbox(
              SandboxConfig.load(directory.resolve("sandbox.cfg")).name(),
              UUID.fromString(line(directory, "uuid")),
              localUri(line(directory, "uri")),
              line(directory, "backend"),
              Ownership.ownerOf(directory),
              Ownership.since(directory)));
    } catch (IllegalArgumentException e) {
      LOG.log(
          Level.WARNING,
          "{0} is passed over, as no sandbox of this version has it so: {1}",
          directory,
          e.getMessage());
      return Optional.empty();
    }
  }

  /** Whoever can write there can have this process, root's perhaps, connect to what he likes. */
  private static void requireUntouched(Path directory) throws IOException {
    UserPrincipal owner = Files.getOwner(directory, LinkOption.NOFOLLOW_LINKS);
    requireUntouched(directory, owner);
    for (String name : FILES) {
      requireUntouched(directory.resolve(name), owner);
    }
  }

  private static void requireUntouched(Path path, UserPrincipal owner) throws IOException {
    PosixFileAttributes found =
        Files.readAttributes(path, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    if (!found.owner().equals(owner)
        || found.isSymbolicLink()
        || found.permissions().contains(PosixFilePermission.GROUP_WRITE)
        || found.permissions().contains(PosixFilePermission.OTHERS_WRITE)) {
      throw new IllegalArgumentException(
          "others than %s could have written to %s; end its sandbox, and start it anew"
              .formatted(owner, path));
    }
  }

  private static String localUri(String uri) {
    if (!LOCAL_URI.matcher(uri).matches()) {
      throw new IllegalArgumentException(
          "the connection URI '%s' is not one of this host; it would be such as 'lxc:///system'"
              .formatted(uri));
    }
    return uri;
  }

  private static String line(Path directory, String name) throws IOException {
    return Files.readString(directory.resolve(name)).strip();
  }
}
