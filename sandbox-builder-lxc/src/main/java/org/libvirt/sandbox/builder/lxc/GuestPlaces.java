package org.libvirt.sandbox.builder.lxc;

import com.google.common.collect.Lists;
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
import java.util.function.Predicate;

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
    final int number;
    final int origin;
    final List<String> target;
    final String path;
    final String prefix;
    final Content content;
    final Path source;

    Layer(int number, int origin, List<String> target, Content content, Path source) {
      this.number = number;
      this.origin = origin;
      this.target = target;
      this.path = textOf(target);
      this.prefix = target.isEmpty() ? path : path + "/";
      this.content = content;
      this.source = source;
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
  record Place(String path, Kind kind, int mount, Content content, Optional<Path> onHost) {
    /** Whether this is a directory of the sandbox, or below it. */
    boolean isBelow(String directory) {
      return (path + "/").startsWith(directory + "/");
    }
  }

  /** A place that cannot be: through a file, through links without an end, or out of nothing. */
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
    int number = layers.size();
    layers.add(new Layer(number, number, names(target), content, source));
    return number;
  }

  /** Adds a mount that shows at one place what is at another now. */
  int bind(String target, Place source) {
    int number = layers.size();
    Content content = source.kind() == Kind.FILE ? Content.HOST_FILE : source.content();
    layers.add(
        new Layer(
            number,
            layers.get(source.mount()).origin,
            names(target),
            content,
            source.onHost().orElse(Path.of("/"))));
    return number;
  }

  /** The mount whose content a mount shows: another's where it is a bind, else its own. */
  int originOf(int mount) {
    return layers.get(mount).origin;
  }

  /** Adds a mount of the sandbox's own. */
  int mountOwn(String target) {
    return mount(target, Content.OWN, Path.of("/"));
  }

  /** What of the host a mount, or the root, has at its target. */
  Path sourceOf(int mount) {
    return layers.get(mount).source;
  }

  /**
   * The mount that is seen at a path without symbolic links, {@code .} and {@code ..}. It may be
   * asked for each of tens of thousands of sockets.
   */
  int mountAt(String path) {
    return uppermost(layer -> path.startsWith(layer.prefix) || path.equals(layer.path)).number;
  }

  /** Follows a path. */
  Place follow(String path) throws NoPlaceException {
    try {
      // also where no file of the host is on the way: the launch record takes paths
      return new Walk(Path.of(path).toString()).toEnd();
    } catch (InvalidPathException e) {
      throw new NoPlaceException(
          "'" + e.getInput() + "' has no name in this JVM's locale; set LANG to one of UTF-8");
    }
  }

  /** A path on its way, name by name. */
  private final class Walk {
    private final String path;
    private final Deque<String> left;
    private final List<String> at = new ArrayList<>();
    private int links;

    Walk(String path) {
      this.path = path;
      this.left = new ArrayDeque<>(names(path));
    }

    Place toEnd() throws NoPlaceException {
      Place place = placeAt(at);
      while (!left.isEmpty() && place.kind() == Kind.DIRECTORY) {
        step(left.pop());
        place = placeAt(at);
      }
      if (left.isEmpty()) {
        return place;
      }
      if (place.kind() == Kind.FILE) {
        throw new NoPlaceException("'" + place.path() + "' in '" + path + "' is no directory");
      }
      if (left.contains("..")) {
        throw new NoPlaceException(
            "'%s' in '%s' %s, and '..' comes after it; write the path without '..'"
                .formatted(
                    place.path(),
                    path,
                    place.kind() == Kind.MISSING ? "does not exist" : "is in an image"));
      }
      at.addAll(left);
      return placeAt(at);
    }

    private void step(String name) throws NoPlaceException {
      if (!name.equals("..")) {
        at.add(name);
        followLink();
      } else if (!at.isEmpty()) {
        up();
      }
    }

    private void up() {
      at.remove(at.size() - 1);
    }

    private void followLink() throws NoPlaceException {
      Layer layer = layerAt(at);
      boolean inside = at.size() > layer.target.size();
      if (layer.content != Content.HOST_DIRECTORY || !inside) {
        return;
      }
      Path onHost = layer.onHost(at);
      if (!Files.isSymbolicLink(onHost)) {
        return;
      }
      if (++links > MOST_LINKS) {
        throw new NoPlaceException("'" + path + "' leads through too many symbolic links");
      }
      Path link = linkAt(onHost);
      if (link.isAbsolute()) {
        at.clear();
      } else {
        up();
      }
      Lists.reverse(names(link.toString())).forEach(left::push);
    }
  }

  private Place placeAt(List<String> at) {
    Layer layer = layerAt(at);
    boolean ofHost = layer.content == Content.HOST_DIRECTORY || layer.content == Content.HOST_FILE;
    return new Place(
        textOf(at),
        kindAt(layer, at),
        layer.number,
        layer.content,
        ofHost ? Optional.of(layer.onHost(at)) : Optional.empty());
  }

  private Layer layerAt(List<String> path) {
    return uppermost(layer -> layer.isAbove(path));
  }

  private Layer uppermost(Predicate<Layer> above) {
    for (Layer layer : Lists.reverse(layers)) {
      if (above.test(layer)) {
        return layer;
      }
    }
    throw new IllegalStateException("no root was mounted");
  }

  private Kind kindAt(Layer layer, List<String> path) {
    if (layer.content == Content.HOST_FILE) {
      return Kind.FILE;
    }
    if (path.size() == layer.target.size() || holdsMount(layer, path)) {
      return Kind.DIRECTORY;
    }
    return switch (layer.content) {
      case HOST_DIRECTORY -> kindOf(layer.onHost(path));
      case OWN -> Kind.MISSING;
      default -> Kind.UNKNOWN;
    };
  }

  /** Whether a mount over this one stands below a path: the directories above it are there then. */
  private boolean holdsMount(Layer lower, List<String> path) {
    return layers.subList(lower.number + 1, layers.size()).stream()
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

  /** The names of a path, without what leads nowhere: empty ones and {@code .}. */
  static List<String> names(String path) {
    return Arrays.stream(path.split("/", -1))
        .filter(name -> !name.isEmpty() && !name.equals("."))
        .toList();
  }

  private static String textOf(List<String> names) {
    return "/" + String.join("/", names);
  }
}
