package org.libvirt.sandbox.builder;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.libvirt.sandbox.HostLacksException;
import org.libvirt.sandbox.InvalidSandboxException;
import org.libvirt.sandbox.config.GuestBindMount;
import org.libvirt.sandbox.config.InteractiveConfig;
import org.libvirt.sandbox.config.Mount;
import org.libvirt.sandbox.config.SandboxConfig;

/**
 * What a sandbox whose root is this host's does not see of it: the files that only root may read.
 * What its config asks for is seen in any case: the targets of its mounts, the directory that its
 * program starts in, the program. A hidden directory that one of these lies in shows the way to it,
 * and of what lies beside it the names only: each neighbour has a cover of its own.
 */
public final class HostSecrets {
  private static final List<String> PATTERNS =
      DataLines.of("hidden-secrets.txt").stream()
          .map(line -> line.substring(0, line.indexOf(" | ")))
          .toList();

  /** How many neighbours of what is wanted are hidden: each costs every start a mount. */
  private static final int MOST_NEIGHBOURS = 1000;

  private final Path host;
  private final HostFacts facts;
  private final Set<Path> wanted = new LinkedHashSet<>();

  HostSecrets(Path host, HostFacts facts) {
    this.host = host;
    this.facts = facts;
  }

  /**
   * The paths that are hidden, as they are now, under each name by which this host's mounts show
   * them.
   *
   * @param config whose sandbox, on a root that is this host's
   * @param facts what was found on the host
   * @return absolute paths without symbolic links; empty where the config shows them
   * @throws HostLacksException if it cannot be told what is there to hide
   * @throws InvalidSandboxException if too much lies beside what the config wants to be seen
   */
  public static List<Path> of(SandboxConfig config, HostFacts facts) {
    if (!config.hardening().hidesSecrets()) {
      return List.of();
    }
    HostSecrets secrets = new HostSecrets(Path.of("/"), facts);
    for (Mount mount : config.mounts()) {
      secrets.want(mount.target());
      if (mount instanceof GuestBindMount bind) {
        secrets.want(bind.source());
      }
    }
    config.directory().ifPresent(secrets::want);
    if (config instanceof InteractiveConfig interactive) {
      secrets.want(interactive.command().get(0));
    }
    return secrets.find();
  }

  /** Has a path of the sandbox, and what is below it, be seen though it lies in what is hidden. */
  void want(String path) {
    if (!path.startsWith("/") || path.startsWith("/proc/")) {
      return; // a program that is looked up on the PATH; what is this process's own in /proc
    }
    try {
      Path onHost = host.resolve(path.substring(1)).normalize();
      wanted.add(onHost);
      wanted.add(onHost.toRealPath());
    } catch (InvalidPathException | IOException e) {
      // what is not there, or has no name here, is not hidden either
    }
  }

  List<Path> find() {
    Set<Path> hidden = new LinkedHashSet<>();
    for (String pattern : PATTERNS) {
      matches(pattern)
          .flatMap(path -> facts.namesOf(path).stream())
          .forEach(path -> hidden.addAll(checked(path, without(path))));
    }
    // what lies in a hidden directory needs no cover of its own
    return hidden.stream().filter(path -> !liesIn(hidden, path)).toList();
  }

  private static boolean liesIn(Set<Path> directories, Path path) {
    for (Path above = path.getParent(); above != null; above = above.getParent()) {
      if (directories.contains(above)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isBelow(Path path, Path directory) {
    return !path.equals(directory) && path.startsWith(directory);
  }

  /** The files of a pattern, whose last name only has an asterisk. */
  private Stream<Path> matches(String pattern) {
    Path path = host.resolve(pattern.substring(1));
    List<Path> found = new ArrayList<>();
    if (pattern.indexOf('*') < 0) {
      found.add(path);
    } else {
      Path parent = requireNonNull(path.getParent(), "no pattern is the root directory");
      found.addAll(list(parent, String.valueOf(path.getFileName())));
    }
    return found.stream().flatMap(HostSecrets::real);
  }

  private static Stream<Path> real(Path path) {
    try {
      return Stream.of(path.toRealPath());
    } catch (IOException e) {
      checkNothingIsThere(path, e);
      return Stream.empty();
    }
  }

  private static List<Path> list(Path directory, String glob) {
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory, glob)) {
      List<Path> found = new ArrayList<>();
      entries.forEach(found::add);
      return found;
    } catch (DirectoryIteratorException e) {
      checkNothingIsThere(directory, requireNonNull(e.getCause(), "it always has one"));
    } catch (IOException e) {
      checkNothingIsThere(directory, e);
    }
    return List.of();
  }

  /** What this process cannot reach, a sandbox of the same user cannot either. */
  private static void checkNothingIsThere(Path path, IOException e) {
    if (e instanceof NoSuchFileException
        || e instanceof NotDirectoryException
        || e instanceof AccessDeniedException
        || isLoop(e)
        || liesInFile(path)) {
      return;
    }
    throw new HostLacksException(
        "cannot tell whether '"
            + path
            + "' has to be hidden from a sandbox: "
            + IoProblem.words(e)
            + "; repair it, or show the host's secrets (--show-secrets)",
        e);
  }

  /** The JDK has no class of its own for ELOOP, but adds these words to the system's. */
  private static boolean isLoop(IOException e) {
    return e instanceof FileSystemLoopException
        || (e instanceof FileSystemException problem
            && problem.getReason() != null
            && problem.getReason().endsWith("attributes of symbolic link"));
  }

  /** It has none for ENOTDIR either, where that is not said of the path itself. */
  private static boolean liesInFile(Path path) {
    Path above = path.getParent();
    while (above != null && !Files.exists(above)) {
      above = above.getParent();
    }
    return above != null && !Files.isDirectory(above);
  }

  private static List<Path> checked(Path path, List<Path> neighbours) {
    if (neighbours.size() > MOST_NEIGHBOURS) {
      throw new InvalidSandboxException(
          "what the config names in '"
              + path
              + "' has "
              + neighbours.size()
              + " neighbours, and at most "
              + MOST_NEIGHBOURS
              + " can be hidden one by one; name '"
              + path
              + "' itself, move what is named elsewhere, or show the host's secrets"
              + " (--show-secrets)");
    }
    return neighbours;
  }

  /** What of a path is hidden so that all that is wanted of it is seen. */
  private List<Path> without(Path path) {
    if (wanted.contains(path)) {
      return List.of();
    }
    if (wanted.stream().noneMatch(one -> isBelow(one, path))) {
      return List.of(path);
    }
    if (!Files.isDirectory(path)) {
      return List.of(path); // what is wanted below it cannot be there
    }
    return list(path, "*").stream()
        // a link would have what it leads to covered; that is hidden or seen by its own name
        .filter(entry -> !Files.isSymbolicLink(entry))
        .flatMap(entry -> without(entry).stream())
        .toList();
  }
}
