package org.libvirt.sandbox.builder;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;

/** The cgroup that a state directory says was made for its sandbox. */
final class NotedGroup {
  static final String FILE = "group";

  private static final Logger LOG = System.getLogger("org.libvirt.sandbox");

  private NotedGroup() {}

  /**
   * Removes what an owner has left, and tells whether nothing of it is there. Processes that are
   * still about to end keep it.
   */
  static boolean remove(Path stateDirectory) {
    Optional<Path> group = of(stateDirectory);
    if (group.isEmpty()) {
      return true;
    }
    try {
      Files.deleteIfExists(group.get());
      return true;
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "the cgroup {0} stays: {1}", group.get(), IoProblem.words(e));
      return false;
    }
  }

  /** Only a name that is the sandbox's own, whatever the file says. */
  private static Optional<Path> of(Path stateDirectory) {
    String name = StateDirectory.GROUP_PREFIX + stateDirectory.getFileName();
    try {
      Path group = Path.of(Files.readString(stateDirectory.resolve(FILE)).strip());
      return Optional.of(group).filter(Path::isAbsolute).filter(path -> path.endsWith(name));
    } catch (IOException e) {
      return Optional.empty(); // it had none
    } catch (InvalidPathException e) {
      LOG.log(Level.DEBUG, "the note in {0} is damaged: {1}", stateDirectory, e.getMessage());
      return Optional.empty();
    }
  }
}
