package org.libvirt.sandbox.builder.lxc;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toList;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What hides the host's sockets from a sandbox: each is covered by itself, but a directory that
 * holds many sockets and nothing else as a whole. Else a user of the host could bind so many that a
 * launch record cannot name them all.
 */
final class SocketMasks {
  /** How many sockets of a directory are covered one by one in any case. */
  private static final int FEW = 64;

  private static final int FILE_TYPE = 0170000;
  private static final int SOCKET = 0140000;

  private final List<Path> directories = new ArrayList<>();
  private final List<Path> single = new ArrayList<>();

  private SocketMasks() {}

  /** The masks of these sockets, which are paths of this host. */
  static SocketMasks of(Stream<Path> sockets) {
    SocketMasks masks = new SocketMasks();
    sockets
        .sorted()
        .collect(groupingBy(SocketMasks::directoryOf, TreeMap::new, toList()))
        .forEach(masks::add);
    return masks;
  }

  private static Path directoryOf(Path socket) {
    Path parent = socket.getParent();
    return parent == null ? socket : parent;
  }

  private void add(Path directory, List<Path> sockets) {
    if (sockets.size() > FEW && holdsOnlySockets(directory)) {
      directories.add(directory);
    } else {
      single.addAll(sockets);
    }
  }

  Stream<Path> directories() {
    return directories.stream();
  }

  Stream<Path> single() {
    return single.stream();
  }

  private static boolean holdsOnlySockets(Path directory) {
    try (DirectoryStream<Path> others =
        Files.newDirectoryStream(directory, entry -> !isSocket(entry))) {
      return !others.iterator().hasNext();
    } catch (IOException | DirectoryIteratorException e) {
      return false; // it changes just now
    }
  }

  private static boolean isSocket(Path path) throws IOException {
    int mode = (int) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS);
    return (mode & FILE_TYPE) == SOCKET;
  }
}
