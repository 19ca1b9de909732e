package org.libvirt.sandbox.builder.lxc;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * What a container's file tree is before it starts: its root, and one mount over the other. Paths
 * are followed in it as the kernel will, symbolic links of the host's directories included.
 */
final class GuestPlaces {
  /** The kernel's own limit. */
  private static final int MOST_LINKS = 40;

  private final List<Layer> layers = new ArrayList<>();

  /** A mount, or the root, as far as it is known beforehand. */
  private static final class Layer {
    final List<String> target;
    final Content content;
    final Path source;

    /** The root or mount of which this shows a part; itself, if it is no second bind. */
    final Layer origin;

    Layer(List<String> target, Content content, Path source) {
      this.target = target;
      this.content = content;
      this.source = source;
      this.origin = this;
    }

    Layer(List<String> target, Content content, Path source, Layer origin) {
      this.target = target;
      this.content = content;
      this.source = source;
      this.origin = origin;
    }

    boolean isAbove(List<String> path) {
      return path.size() >= target.size() && path.subList(0, target.size()).equals(target);
    }

    Path onHost(List<String> path) {
      Path onHost = source;
      for (String name : path.subList(target.size(), path.size())) {
        onHost = onHost.resolve(name);
      }
      return onHost;
    }
  }

  /** What a layer holds. */
  enum Content {
    /** A directory of the host: what is missing in it must not be made. */
    HOST_DIRECTORY,
    /** A file of the host. */
    HOST_FILE,
    /** A file system that is the sandbox's alone, in which libvirt makes what is missing. */
    OWN,
    /** An image, which nobody has looked into. */
    UNKNOWN
  }

  /** What is at a path. */
  enum Kind {
    DIRECTORY,
    FILE,
    MISSING,
    UNKNOWN
  }

  /**
   * Where a path leads.
   *
   * @param path the path without symbolic links, {@code .} and {@code ..}; where something is
   *     missing, up to the first name that is, and the others as they were given
   * @param kind what is there
   * @param mount the number of the mount that it lies on
   * @param content what that mount holds
   * @param onHost the path on the host that it is, if that mount is of the host's files
   */
  record Place(String path, Kind kind, int mount, Content content, Optional<Path> onHost) {}

  /** A place that cannot be: a path through a file, or through links without an end. */
  static final class NoPlaceException extends Exception {
    private static final long serialVersionUID = 1L;

    NoPlaceException(String message) {
      super(message);
    }
  }

  /**
   * Adds a mount over those added before, at a place that was found here; the root is the first.
   *
   * @return its number, in the order of mounts
   */
  int mount(String target, Content content, Path source) {
    layers.add(new Layer(names(target), content, source));
    return layers.size() - 1;
  }

  /** Adds a mount of the sandbox's own. */
  int mountOwn(String target) {
    return mount(target, Content.OWN, Path.of("/"));
  }

  /** Adds a mount of what is at another place. */
  int mountAgain(String target, Place place) {
    Content content = place.kind() == Kind.FILE ? Content.HOST_FILE : place.content();
    Path source = place.onHost().orElse(Path.of("/"));
    layers.add(new Layer(names(target), content, source, layers.get(place.mount()).origin));
    return layers.size() - 1;
  }

  /** What of the host the root, or the mount of the config, has that a mount shows a part of. */
  Path originOf(int mount) {
    return layers.get(mount).origin.source;
  }

  /** What of the host a mount, or the root, has at its target. */
  Path sourceOf(int mount) {
    return layers.get(mount).source;
  }

  /** Whether a mount shows a part of the root. */
  boolean isOfRoot(int mount) {
    return layers.get(mount).origin == layers.get(0);
  }

  /** The mount that is seen at a path without symbolic links. */
  int mountAt(String path) {
    return layers.indexOf(layerAt(names(path)));
  }

  /** Follows a path. */
  Place follow(String path) throws NoPlaceException {
    try {
      // also where no file of the host is on the way: the launch record takes paths
      return follow(path, new ArrayDeque<>(names(Path.of(path).toString())));
    } catch (InvalidPathException e) {
      throw new NoPlaceException(
          "'" + e.getInput() + "' has no name in this JVM's locale; set LANG to one of UTF-8");
    }
  }

  private Place follow(String path, Deque<String> left) throws NoPlaceException {
    List<String> at = new ArrayList<>();
    int links = 0;
    while (!left.isEmpty()) {
      String name = left.pop();
      if (name.equals("..")) {
        if (!at.isEmpty()) {
          at.remove(at.size() - 1);
        }
        continue;
      }
      at.add(name);
      Layer layer = layerAt(at);
      if (layer.content == Content.HOST_DIRECTORY && at.size() > layer.target.size()) {
        Path onHost = layer.onHost(at);
        if (Files.isSymbolicLink(onHost)) {
          if (++links > MOST_LINKS) {
            throw new NoPlaceException("'" + path + "' leads through too many symbolic links");
          }
          at.remove(at.size() - 1);
          Path link = linkAt(onHost);
          if (link.isAbsolute()) {
            at.clear();
          }
          push(left, link);
          continue;
        }
      }
      Kind kind = kindAt(layer, at);
      if (kind == Kind.FILE && !left.isEmpty()) {
        throw new NoPlaceException("'" + textOf(at) + "' in '" + path + "' is no directory");
      }
      if (kind == Kind.MISSING || kind == Kind.UNKNOWN) {
        at.addAll(left);
        return place(layer, at, kind);
      }
    }
    Layer layer = layerAt(at);
    return place(layer, at, kindAt(layer, at));
  }

  private Place place(Layer layer, List<String> at, Kind kind) {
    boolean ofHost = layer.content == Content.HOST_DIRECTORY || layer.content == Content.HOST_FILE;
    return new Place(
        textOf(at),
        kind,
        layers.indexOf(layer),
        layer.content,
        ofHost ? Optional.of(layer.onHost(at)) : Optional.empty());
  }

  private Layer layerAt(List<String> path) {
    Layer uppermost = layers.get(0);
    for (Layer layer : layers) {
      if (layer.isAbove(path)) {
        uppermost = layer;
      }
    }
    return uppermost;
  }

  private Kind kindAt(Layer layer, List<String> path) {
    if (layer.content == Content.HOST_FILE) {
      return Kind.FILE;
    }
    if (path.size() == layer.target.size() || holdsMount(path)) {
      return Kind.DIRECTORY;
    }
    return switch (layer.content) {
      case HOST_DIRECTORY -> kindOf(layer.onHost(path));
      case OWN -> Kind.MISSING;
      default -> Kind.UNKNOWN;
    };
  }

  /** Whether a mount stands below a path: the directories above it are there then. */
  private boolean holdsMount(List<String> path) {
    return layers.stream()
        .anyMatch(
            layer ->
                layer.target.size() > path.size()
                    && layer.target.subList(0, path.size()).equals(path));
  }

  private static Kind kindOf(Path onHost) {
    if (Files.isDirectory(onHost, LinkOption.NOFOLLOW_LINKS)) {
      return Kind.DIRECTORY;
    }
    return Files.exists(onHost, LinkOption.NOFOLLOW_LINKS) ? Kind.FILE : Kind.MISSING;
  }

  private static Path linkAt(Path onHost) throws NoPlaceException {
    try {
      return Files.readSymbolicLink(onHost);
    } catch (IOException e) {
      throw new NoPlaceException("the link '" + onHost + "' cannot be read: " + e.getMessage());
    }
  }

  private static void push(Deque<String> left, Path link) {
    List<String> names = names(link.toString());
    for (int i = names.size() - 1; i >= 0; i--) {
      left.push(names.get(i));
    }
  }

  private static List<String> names(String path) {
    return Arrays.stream(path.split("/", -1))
        .filter(name -> !name.isEmpty() && !name.equals("."))
        .toList();
  }

  private static String textOf(List<String> names) {
    return "/" + String.join("/", names);
  }
}
