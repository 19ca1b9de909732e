package org.libvirt.sandbox.builder.qemu;

import com.google.common.collect.Lists;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.libvirt.sandbox.HostDirectories;
import org.libvirt.sandbox.InvalidSandboxException;
import org.libvirt.sandbox.builder.BuildRequest;
import org.libvirt.sandbox.builder.HostCopy;
import org.libvirt.sandbox.builder.HostSecrets;
import org.libvirt.sandbox.builder.HostServer;
import org.libvirt.sandbox.builder.LaunchRecord;
import org.libvirt.sandbox.builder.LaunchRecord.MountFlag;
import org.libvirt.sandbox.builder.LaunchRecord.Share;
import org.libvirt.sandbox.builder.OwnPlaces;
import org.libvirt.sandbox.config.GuestBindMount;
import org.libvirt.sandbox.config.HostBindMount;
import org.libvirt.sandbox.config.HostDirectoryRoot;
import org.libvirt.sandbox.config.HostImageMount;
import org.libvirt.sandbox.config.Mount;
import org.libvirt.sandbox.config.RamMount;
import org.libvirt.sandbox.domain.Filesystem;

/**
 * The file tree of a machine: the root, what is fresh in it, what is hidden of it, and the mounts
 * of the config in their order, later ones over earlier ones.
 */
final class GuestShares {
  private static final String ROOT_TAG = "sandbox:root";
  private static final String STORE_TAG = "sandbox:config";
  private static final String MOUNT_TAG = "sandbox:mount";
  private static final String SHARED_MEMORY = "/dev/shm";

  /** Where files of the host come from, which are bound to their targets. */
  private static final String FILES = "/dev/files/";

  /** Fresh for every sandbox on a root of this host, as in a container. */
  private static final List<String> FRESH = List.of("/run", "/tmp", "/var/tmp");

  private static final long FRESH_SIZE = 256L << 20;
  private static final long SMALL_SIZE = 64L << 20;

  /** What tells of, or leads to, the daemons of this host and other sandboxes. */
  private static final List<Path> HIDDEN =
      List.of(
          HostDirectories.state(),
          HostDirectories.cache(),
          Path.of("/etc/libvirt"),
          Path.of("/var/lib/libvirt"),
          Path.of("/var/log/libvirt"),
          Path.of("/var/cache/libvirt"));

  /**
   * Of the host's kernel, not of its files; a share has no use of them, even where it holds them.
   */
  private static final List<Path> OF_THE_KERNEL =
      List.of(Path.of("/proc"), Path.of("/sys"), Path.of("/dev"));

  private static final Set<MountFlag> ROOT_FLAGS = EnumSet.of(MountFlag.READ_ONLY, MountFlag.NODEV);
  private static final Set<MountFlag> FLAGS = EnumSet.of(MountFlag.NOSUID, MountFlag.NODEV);

  private final BuildRequest request;
  private final GuestDisks disks;
  private final DirectoryShares directories;
  private final GuestIncludes includes;

  /** Where something else than the root is, as far as it is known. */
  private final List<GuestPath> targets = new ArrayList<>(List.of(GuestPath.of("/dev")));

  /** The fresh directories of the host that are seen at targets. */
  private final Map<GuestPath, Path> freshAt = new HashMap<>();

  private boolean isHost;
  private final List<Filesystem> devices = new ArrayList<>();
  private final List<Consumer<LaunchRecord.Builder>> items = new ArrayList<>();

  private GuestShares(BuildRequest request, GuestDisks disks, DirectoryShares directories) {
    this.request = request;
    this.disks = disks;
    this.directories = directories;
    this.includes = new GuestIncludes(request);
  }

  /**
   * The file tree of a request's config.
   *
   * @param disks which has the images
   * @param directories how the machine sees directories of this host
   */
  static GuestShares of(BuildRequest request, GuestDisks disks, DirectoryShares directories) {
    GuestShares shares = new GuestShares(request, disks, directories);
    List<Mount> roots = request.config().mounts().stream().filter(GuestShares::isRoot).toList();
    if (roots.size() > 1) {
      throw new InvalidSandboxException(
          "%d mounts have the target '/'; keep the one that is the root".formatted(roots.size()));
    }
    if (roots.isEmpty()) {
      shares.addConfigRoot((HostDirectoryRoot) request.config().root());
    } else {
      shares.addRoot(roots.get(0));
    }
    request.config().mounts().stream().filter(mount -> !isRoot(mount)).forEach(shares::addMount);
    shares.addStore();
    return shares;
  }

  private static boolean isRoot(Mount mount) {
    return GuestPath.of(mount.target()).isRoot();
  }

  private void addConfigRoot(HostDirectoryRoot root) {
    Path directory = HostPath.of("root", root.directory().toString()).requireDirectory().path();
    List<String> fresh = fresh(directory);
    List<Path> secrets = secrets(directory);
    String tag = share(directory, ROOT_TAG, true, covered(fresh, secrets));
    items.add(record -> record.mount(directories.kind(), tag, "/", ROOT_FLAGS));
    addFresh(directory, fresh);
    hide(directory, GuestPath.of("/"));
    secrets.forEach(path -> items.add(record -> record.hide(path)));
  }

  private void addRoot(Mount mount) {
    if (!mount.includes().isEmpty()) {
      throw new InvalidSandboxException(
          "the mount at '/' has includes; add a mount below it for them");
    }
    if (mount instanceof HostBindMount bind && !bind.isTemporary()) {
      Path directory = source(bind).requireDirectory().path();
      boolean isThisHosts = directory.equals(Path.of("/"));
      List<String> fresh = isThisHosts ? fresh(directory) : List.of();
      List<Path> secrets = secrets(directory);
      String tag = share(directory, ROOT_TAG, bind.readOnly(), covered(fresh, secrets));
      items.add(
          record ->
              record.mount(directories.kind(), tag, "/", flags(EnumSet.of(MountFlag.NODEV), bind)));
      if (isThisHosts) {
        addFresh(directory, fresh);
      }
      hide(directory, GuestPath.of("/"));
      secrets.forEach(path -> items.add(record -> record.hide(path)));
    } else if (mount instanceof HostImageMount image) {
      String device = "/dev/" + disks.images().get(image);
      items.add(record -> record.mount(Share.IMAGE, device, "/", EnumSet.of(MountFlag.NODEV)));
      addSharedMemory();
    } else {
      throw new InvalidSandboxException(
          "a ram mount, guest-bind or fresh directory cannot be the root of a sandbox; mount a"
              + " directory or an image at '/'");
    }
  }

  private static Set<MountFlag> flags(Set<MountFlag> flags, HostBindMount bind) {
    Set<MountFlag> all = EnumSet.copyOf(flags);
    if (bind.readOnly()) {
      all.add(MountFlag.READ_ONLY);
    }
    return all;
  }

  private List<Path> secrets(Path root) {
    return root.equals(Path.of("/")) ? HostSecrets.of(request.config(), request.host()) : List.of();
  }

  /** What of a root its kernel need not see: virtiofs can cover directories, not files. */
  private static List<String> covered(List<String> fresh, List<Path> secrets) {
    Stream<String> directories =
        secrets.stream()
            .filter(path -> Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS))
            .map(Path::toString);
    return Stream.concat(fresh.stream(), directories).toList();
  }

  /** Only those that the root has; a link leads to one that is fresh, or to nothing writable. */
  private static List<String> fresh(Path root) {
    return FRESH.stream()
        .filter(
            path -> Files.isDirectory(root.resolve(path.substring(1)), LinkOption.NOFOLLOW_LINKS))
        .toList();
  }

  private void addFresh(Path root, List<String> fresh) {
    isHost = root.equals(Path.of("/"));
    for (String path : fresh) {
      long size = path.equals("/run") ? SMALL_SIZE : FRESH_SIZE;
      int mode = path.equals("/run") ? 0755 : 01777;
      items.add(record -> record.tmpfs(path, size, mode));
      targets.add(GuestPath.of(path));
    }
    addSharedMemory();
  }

  private void addSharedMemory() {
    items.add(record -> record.tmpfs(SHARED_MEMORY, SMALL_SIZE, 01777));
  }

  /** Hides what must not be seen of a directory of the host, where the machine has it. */
  private void hide(Path directory, GuestPath target) {
    within(directory, HIDDEN)
        .map(path -> Path.of(target.toString()).resolve(path))
        .forEach(seen -> items.add(record -> record.mask(seen)));
  }

  /** Where some paths of the host are in a directory, relative to it. */
  private Stream<Path> within(Path directory, List<Path> paths) {
    return paths.stream()
        .flatMap(path -> request.host().namesOf(path).stream())
        .filter(path -> path.startsWith(directory) && !path.equals(directory))
        .distinct()
        .map(directory::relativize);
  }

  private void addMount(Mount mount) {
    String target = GuestPath.of(mount.target()).toString();
    OwnPlaces.refuse(mount, target);
    requireTarget(mount, target);
    makeInFresh(mount, target);
    targets.add(GuestPath.of(target));
    freshAt.remove(GuestPath.of(target));
    if (mount instanceof HostBindMount bind) {
      addBind(bind, target);
    } else if (mount instanceof HostImageMount image) {
      String device = "/dev/" + disks.images().get(image);
      items.add(record -> record.mount(Share.IMAGE, device, target, FLAGS));
    } else if (mount instanceof GuestBindMount bind) {
      String source = GuestPath.of(bind.source()).toString();
      OwnPlaces.refuseSource(bind, source);
      refuseRoot(bind, source);
      items.add(record -> record.mount(Share.BIND, source, target, FLAGS));
    } else if (mount instanceof RamMount ram) {
      items.add(record -> record.tmpfs(target, ram.usage(), 0755));
    }
    boolean done = mount instanceof HostBindMount bind && bind.isTemporary();
    if (!done) {
      mount.includes().forEach(include -> includes.add(mount, include));
    }
  }

  /** What is shared of this host is shown with its mounts: /proc and /sys would be the host's. */
  private void refuseRoot(GuestBindMount bind, String source) {
    Path onHost = Path.of(source);
    boolean exists = isHost && Files.exists(onHost);
    if (exists && HostPath.of("guest-bind", source).path().equals(Path.of("/"))) {
      throw new InvalidSandboxException(
          ("guest-bind source '%s' is the root, which is the host's: /proc and /sys in it would be"
                  + " the host's, too; bind the directories below it that are needed")
              .formatted(bind.source()));
    }
  }

  /**
   * Refuses a target that is missing in a root of this host: nothing is made there. What lies in a
   * mount before it, or where the machine has something of its own, is known only there.
   */
  private void requireTarget(Mount mount, String target) {
    boolean known = isHost && targets.stream().noneMatch(place -> place.holds(target));
    Path onHost = Path.of(target);
    boolean wantsFile = wantsFile(mount);
    if (!known || (wantsFile ? Files.isRegularFile(onHost) : Files.isDirectory(onHost))) {
      return;
    }
    if (Files.notExists(onHost)) {
      throw new InvalidSandboxException(
          ("mount target '%s' does not exist, and nothing is made on the host; run '%s %s'"
                  + " there, or first mount ram or an empty host-bind above it")
              .formatted(mount.target(), wantsFile ? "touch" : "mkdir -p", onHost));
    }
    if (wantsFile) {
      throw new InvalidSandboxException(
          "mount target '%s' is no file, but what is mounted there is; choose a file"
              .formatted(mount.target()));
    }
    if (!(mount instanceof GuestBindMount)) {
      throw new InvalidSandboxException(
          "mount target '%s' is no directory, but what is mounted there is; choose a directory"
              .formatted(mount.target()));
    }
  }

  /**
   * Makes a target in a fresh directory: the machine makes what is missing in its own memory only.
   */
  private void makeInFresh(Mount mount, String target) {
    for (GuestPath place : Lists.reverse(targets)) {
      if (place.holds(target)) {
        Path directory = freshAt.get(place);
        if (directory != null) {
          make(mount, directory, place.below(target));
        }
        return;
      }
    }
  }

  /** What includes have brought stays what it is; a link of theirs leads on in the machine only. */
  private void make(Mount mount, Path directory, GuestPath target) {
    Path place = directory;
    for (String name : target.names()) {
      place = place.resolve(name);
      if (Files.exists(place, LinkOption.NOFOLLOW_LINKS)
          && !Files.isDirectory(place, LinkOption.NOFOLLOW_LINKS)) {
        return;
      }
    }
    if (Files.exists(place, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    if (wantsFile(mount)) {
      HostCopy.makeFile(place, request.config().identity());
    } else {
      HostCopy.makeDirectory(place, request.config().identity());
    }
  }

  private void addBind(HostBindMount bind, String target) {
    if (isOfFile(bind)) {
      addFile(bind, target);
      return;
    }
    Path directory = bind.isTemporary() ? fresh(bind) : source(bind).requireDirectory().path();
    String tag = MOUNT_TAG + devices.size();
    if (bind.isTemporary()) {
      shareMade(directory, tag, bind.readOnly());
    } else {
      share(directory, tag, bind.readOnly());
    }
    items.add(record -> record.mount(directories.kind(), tag, target, flags(FLAGS, bind)));
    hide(directory, GuestPath.of(target));
  }

  private boolean wantsFile(Mount mount) {
    return mount instanceof HostBindMount bind && isOfFile(bind);
  }

  private boolean isOfFile(HostBindMount bind) {
    return directories.kind() == Share.VIRTIOFS
        && !bind.isTemporary()
        && Files.isRegularFile(HostPath.of("host-bind", bind.source()).path());
  }

  /** What of the host a bind shows. */
  private HostPath source(HostBindMount bind) {
    HostPath source = HostPath.of("host-bind", bind.source());
    OwnPlaces.refuseSource(bind, source.path(), request.host());
    return source;
  }

  /** It comes alone in a directory, out of which the machine binds it. */
  private void addFile(HostBindMount bind, String target) {
    Path file = source(bind).path();
    String place = FILES + devices.size();
    String tag = share(file, MOUNT_TAG + devices.size(), bind.readOnly());
    items.add(record -> record.mount(directories.kind(), tag, place, FLAGS));
    items.add(record -> record.mount(Share.BIND, place + "/file", target, flags(FLAGS, bind)));
  }

  /** A directory of the host that goes with the machine, with copies of its includes. */
  private Path fresh(HostBindMount bind) {
    Path parent = request.state().secret("fresh");
    Path directory = parent.resolve(String.valueOf(devices.size()));
    HostCopy.makeDirectory(directory, request.config().identity());
    bind.includes().forEach(include -> includes.copyInto(directory, include));
    directories
        .mapping()
        .ifPresent(
            mapping -> {
              mapping.open(parent);
              mapping.map(directory);
            });
    freshAt.put(GuestPath.of(bind.target()), directory);
    return directory;
  }

  /** What the supervisor copies from; only where there is something. */
  private void addStore() {
    if (!includes.isEmpty()) {
      directories.mapping().ifPresent(includes::giveTo);
      shareMade(request.state().config(), STORE_TAG, true);
      items.add(
          record ->
              record.mount(
                  directories.kind(),
                  STORE_TAG,
                  GuestIncludes.STORE,
                  EnumSet.of(MountFlag.READ_ONLY)));
    }
  }

  private String share(Path directory, String tag, boolean readOnly) {
    return share(directory, tag, readOnly, List.of());
  }

  /** What stands under something fresh is of no use to the machine, and its kernel could look. */
  private String share(Path directory, String tag, boolean readOnly, List<String> covered) {
    List<Path> hidden =
        Stream.concat(
                Stream.of(HIDDEN, OF_THE_KERNEL).flatMap(paths -> within(directory, paths)),
                covered.stream().map(path -> Path.of(path.substring(1))))
            .toList();
    devices.add(directories.add(new SharedDirectory(directory, tag, readOnly, false, hidden)));
    return tag;
  }

  /** Shares what was made for the machine, and so is this sandbox's alone. */
  private void shareMade(Path directory, String tag, boolean readOnly) {
    boolean isMapped = directories.mapping().isPresent();
    devices.add(
        directories.add(new SharedDirectory(directory, tag, readOnly, isMapped, List.of())));
  }

  /** What libvirt is told. */
  List<Filesystem> devices() {
    return List.copyOf(devices);
  }

  /** What must run on the host beside the machine, in the order of their starts. */
  List<HostServer> servers() {
    return Stream.of(includes.places(), directories.server()).flatMap(Optional::stream).toList();
  }

  /** Whether another process than QEMU has the machine's memory. */
  boolean needSharedMemory() {
    return directories.server().isPresent() && !devices.isEmpty();
  }

  /** Tells the supervisor what to mount. */
  void describe(LaunchRecord.Builder record) {
    items.forEach(item -> item.accept(record));
    includes.describe(record);
  }
}
