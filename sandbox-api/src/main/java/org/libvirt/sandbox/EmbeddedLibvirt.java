package org.libvirt.sandbox;

import com.google.common.util.concurrent.Uninterruptibles;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A private libvirt daemon of this process. It needs libvirt's programs, and no service of the
 * system; what it writes lies in a directory of its own below {@link HostDirectories#state()}, and
 * nothing of it is left when it is closed or when this process ends, however that ends.
 *
 * <pre>{@code
 * try (var libvirt = EmbeddedLibvirt.start()) {
 *   var connect = new Connect(libvirt.uri("lxc"));
 *   ...
 * }
 * }</pre>
 *
 * <ul>
 *   <li>Root's can run containers and virtual machines, that of any other user virtual machines
 *       only, as that user.
 *   <li>Root's daemon and all that it runs live in a PID namespace of their own: the process ids
 *       that libvirt tells are not the host's.
 *   <li>Root's sees the host's files, but for {@code /run}, {@code /etc/libvirt}, {@code
 *       /var/lib/libvirt}, {@code /var/log/libvirt} and {@code /var/cache/libvirt}, which are its
 *       own. These exist for it, and for containers on the host's root, also where the host has
 *       none.
 *   <li>It defines no network, and reads none of the host's libvirt settings. Only one that was
 *       started {@linkplain #startWithPrivateNetwork() with a network of its own} has networks for
 *       sandboxes: another's would be made on the host.
 *   <li>A libvirtd that dies is started again on the same socket; the sandboxes live on.
 *   <li>Each is a daemon of its own. Any number may run at once, in any number of processes.
 * </ul>
 *
 * <p>Safe for use by many threads.
 */
public final class EmbeddedLibvirt implements AutoCloseable {
  private static final Logger LOG = System.getLogger(EmbeddedLibvirt.class.getName());

  /** A launcher that has not ended by then never will: it is killed. */
  private static final Duration END_LIMIT = Duration.ofSeconds(20);

  /** The size of C's {@code struct termios} on Linux, on every 64-bit architecture. */
  static final int TERMIOS_SIZE = 60;

  private static final Pattern MARKABLE =
      Pattern.compile("(?!daemon-|starting-)[A-Za-z0-9_-]{1,64}");

  /** The daemons of this process that have not ended, by their sockets. */
  private static final Map<Path, EmbeddedLibvirt> LIVE = new ConcurrentHashMap<>();

  /** What the launcher covers, and keeps below {@code host}; its places.c has the same list. */
  private static final List<Path> COVERED =
      List.of(
          Path.of("/run"),
          Path.of("/etc/libvirt"),
          Path.of("/var/lib/libvirt"),
          Path.of("/var/log/libvirt"),
          Path.of("/var/cache/libvirt"));

  private static final String SOCKET_PARAMETER = "?socket=";

  /** The one of libvirt's drivers that works without root. */
  private static final String MACHINES = "qemu";

  private final DaemonSite site;
  private final boolean privateNetwork;
  private final DaemonLauncher.Started launcher;
  private final CompletableFuture<Void> ended;
  private final ReentrantLock commands = new ReentrantLock();

  private EmbeddedLibvirt(
      DaemonSite site, boolean privateNetwork, DaemonLauncher.Started launcher) {
    this.site = site;
    this.privateNetwork = privateNetwork;
    this.launcher = launcher;
    this.ended = launcher.process().onExit().thenAccept(this::cleanUpAfter);
    LIVE.put(socket(), this);
    ended.thenRun(() -> LIVE.remove(socket()));
  }

  /**
   * The daemon of this process that serves a connection URI, if it is one that {@link #uri} gave.
   */
  static Optional<EmbeddedLibvirt> serving(String uri) {
    int parameter = uri.indexOf(SOCKET_PARAMETER);
    return parameter < 0
        ? Optional.empty()
        : decoded(uri.substring(parameter + SOCKET_PARAMETER.length())).map(LIVE::get);
  }

  /** A path as the value of a URI's parameter, byte for byte, whatever is special there. */
  static String encoded(Path path) {
    return path.toUri().getRawPath().replace("&", "%26").replace(";", "%3B").replace("'", "%27");
  }

  /** Empty where it is none that {@link #encoded} gives. */
  static Optional<Path> decoded(String parameter) {
    try {
      return Optional.of(Path.of(URI.create("file://" + parameter)));
    } catch (IllegalArgumentException e) {
      return Optional.empty(); // of a daemon that is not this library's
    }
  }

  /**
   * Starts a daemon. It returns as soon as the socket takes connections; the first call on one
   * waits until libvirtd is up.
   *
   * @return the daemon; close it
   * @throws HostLacksException if libvirtd is not installed, or, where this process is root's, the
   *     host lacks cgroups or the right to use them, or else does not know the user's name
   */
  public static EmbeddedLibvirt start() {
    return start(DaemonSite.ofHost());
  }

  static EmbeddedLibvirt start(DaemonSite site) {
    Path libvirtd = site.libvirtd();
    return site.isRoot() ? start(site, libvirtd, List.of()) : startSession(site, libvirtd);
  }

  /**
   * Starts a daemon that has one of libvirt's drivers only, and so is up in a part of the time:
   * libvirtd answers nobody before all of its drivers are ready. Otherwise as {@link #start()}.
   *
   * @param driver libvirt's name of a driver, {@code lxc} or {@code qemu}
   * @return the daemon; close it
   * @throws HostLacksException as {@link #start()}, and if this process is not root's and the
   *     driver is not {@code qemu}
   * @throws IllegalArgumentException if the driver is no name
   */
  public static EmbeddedLibvirt startFor(String driver) {
    requireName(driver);
    DaemonSite site = DaemonSite.ofHost();
    Path libvirtd = site.libvirtd();
    if (!driver.equals(MACHINES)) {
      site.requireRoot();
    }
    if (!site.isRoot()) {
      return startSession(site, libvirtd);
    }
    return driver.equals(MACHINES) && ContainerObstacle.ofThisProcess().isPresent()
        ? startMachines(site, libvirtd)
        : start(site, libvirtd, List.of(driver));
  }

  private static EmbeddedLibvirt start(DaemonSite site, Path libvirtd, List<String> drivers) {
    return new EmbeddedLibvirt(site, false, DaemonLauncher.run(site, libvirtd, drivers, List.of()));
  }

  /** Of a root that cannot have containers: without cgroups. */
  private static EmbeddedLibvirt startMachines(DaemonSite site, Path libvirtd) {
    return new EmbeddedLibvirt(
        site, false, DaemonLauncher.run(site, libvirtd, List.of(MACHINES), List.of("machines")));
  }

  /** Nothing but its QEMU driver is of use to a user without root. */
  private static EmbeddedLibvirt startSession(DaemonSite site, Path libvirtd) {
    site.requireKnownUser();
    return new EmbeddedLibvirt(
        site, false, DaemonLauncher.run(site, libvirtd, List.of(MACHINES), List.of("session")));
  }

  /**
   * Starts a daemon with a network namespace of its own, in which nothing of the host is reached.
   * Networks for its sandboxes are made by {@link SandboxConnection#createNetwork}, and end with
   * the daemon. Otherwise as {@link #start()}.
   *
   * @return the daemon; close it
   * @throws HostLacksException as {@link #start()}, if this process is not root's, and if the
   *     programs that libvirt makes networks with, dnsmasq and iptables, are not installed
   */
  public static EmbeddedLibvirt startWithPrivateNetwork() {
    return startWithPrivateNetwork(DaemonSite.ofHost());
  }

  static EmbeddedLibvirt startWithPrivateNetwork(DaemonSite site) {
    Path libvirtd = site.libvirtd();
    site.requireNetworkPrograms();
    site.requireRoot();
    return new EmbeddedLibvirt(
        site, true, DaemonLauncher.run(site, libvirtd, List.of(), List.of("private-network")));
  }

  /**
   * Removes what dead embedded daemons left: directories, cgroups, and processes if any. It is part
   * of every start; daemons that live, of any process, are left alone.
   *
   * @return the names of the dead daemons' directories, which are removed
   * @throws HostLacksException if something cannot be removed
   */
  public static List<String> sweep() {
    return sweep(DaemonSite.ofHost());
  }

  static List<String> sweep(DaemonSite site) {
    return Files.isDirectory(site.state()) ? DaemonLauncher.sweep(site) : List.of();
  }

  /**
   * The URI at which libvirt's clients find this daemon.
   *
   * @param driver libvirt's name of a driver, {@code lxc} or {@code qemu}
   * @return such as {@code lxc+unix:///system?socket=/…}, with {@code session} where this process
   *     is not root's
   * @throws IllegalArgumentException if the driver is no name
   */
  public String uri(String driver) {
    requireName(driver);
    return driver
        + (site.isRoot() ? "+unix:///system" : "+unix:///session")
        + SOCKET_PARAMETER
        + encoded(socket());
  }

  private static void requireName(String driver) {
    if (!driver.matches("[a-z]+")) {
      throw new IllegalArgumentException(
          "libvirt driver '" + driver + "' is not a name; write 'lxc' or 'qemu'");
    }
  }

  /**
   * The Unix-domain socket at which libvirtd listens. Only this process's user can reach it.
   *
   * @return an absolute path, shorter than 108 bytes
   */
  public Path socket() {
    return launcher.directory().resolve("socket");
  }

  /**
   * The log of libvirtd and of its launcher. It goes with the daemon.
   *
   * @return an absolute path
   */
  public Path log() {
    return launcher.directory().resolve("log/libvirtd.log");
  }

  /** The list of the cgroups that the launcher has made for this daemon, a line each. */
  Path cgroups() {
    return launcher.directory().resolve("cgroups");
  }

  /** Where a domain's log is. It goes with the container, or with the daemon, too. */
  Path log(String driver, String domain) {
    Path logs =
        site.isRoot()
            ? log().resolveSibling(driver)
            : launcher.directory().resolve("cache/libvirt").resolve(driver).resolve("log");
    return logs.resolve(domain + ".log");
  }

  /**
   * Refuses networks on a daemon that would make them on the host.
   *
   * @throws HostLacksException if the daemon has no network of its own
   */
  void requirePrivateNetwork() {
    if (!site.isRoot()) {
      throw new HostLacksException(
          "libvirt's networks need root; without a source an interface is on QEMU's own network,"
              + " which needs none");
    }
    if (!privateNetwork) {
      throw new HostLacksException(
          "this embedded libvirt daemon has no networks, as it would make them on the host; start"
              + " it by EmbeddedLibvirt.startWithPrivateNetwork(), or connect to the system's"
              + " libvirt daemon");
    }
  }

  /**
   * Where this daemon finds a file or directory of the host: it keeps those that it covers by
   * directories of its own.
   *
   * @param path an absolute path on this host, without symbolic links
   * @return the path in the daemon's mount namespace
   */
  Path libvirtPath(Path path) {
    return site.isRoot() && COVERED.stream().anyMatch(path::startsWith)
        ? launcher.directory().resolve("host").resolve(Path.of("/").relativize(path))
        : path;
  }

  /**
   * Whether the daemon runs. It is no promise: it may end at any moment.
   *
   * @return false once the daemon has ended, for whatever reason
   */
  public boolean isAlive() {
    return launcher.process().isAlive();
  }

  /**
   * The daemon's end: {@link #close()}, or the death of its launcher.
   *
   * @return completes when nothing of the daemon is left; never exceptionally
   */
  public CompletableFuture<Void> ended() {
    return ended.copy();
  }

  /**
   * Has a sandbox's state directory removed if this process dies, or closes this daemon, without
   * having removed it. Where only the daemon dies, the directory stays with this process; one whose
   * {@code owner.lock} another living process holds is never removed.
   *
   * @param directory directly below {@link HostDirectories#state()}, and no embedded daemon's
   * @return false if that had been asked for already; then it is not this caller's to take back
   * @throws IllegalArgumentException if it is another directory
   * @throws SandboxLostException if the daemon has ended
   * @throws HostLacksException if the host has no room for the mark
   */
  public boolean removeWhenOrphaned(Path directory) {
    Path mark = mark(directory);
    try {
      Files.createFile(mark);
      return true;
    } catch (FileAlreadyExistsException e) {
      return false;
    } catch (NoSuchFileException e) {
      throw new SandboxLostException(
          "cannot mark " + directory + " for removal: the embedded libvirt daemon has ended", e);
    } catch (IOException e) {
      throw new HostLacksException(
          "cannot mark "
              + directory
              + " for removal: "
              + e.getMessage()
              + "; this user must be able to write there, and there must be room",
          e);
    }
  }

  /**
   * Takes back {@link #removeWhenOrphaned}, also after the daemon's end.
   *
   * @param directory directly below {@link HostDirectories#state()}, marked or not
   * @throws IllegalArgumentException if it is another directory
   */
  public void keep(Path directory) {
    Path mark = mark(directory);
    try {
      Files.deleteIfExists(mark);
    } catch (IOException e) {
      throw new SandboxException("cannot take the mark from " + directory, e);
    }
  }

  /**
   * Has a terminal's attributes set if this process dies, or closes this daemon, without having
   * called {@link #terminalRestored()}. One terminal at a time: the last told counts.
   *
   * @param terminal the terminal's own path, such as {@code /dev/pts/3}; not {@code /dev/tty},
   *     which is another one for the launcher
   * @param attributes C's {@code struct termios}, as tcgetattr of glibc or musl filled it in
   * @throws IllegalArgumentException if either is not of that form
   * @throws SandboxLostException if the daemon has ended
   */
  public void restoreWhenOrphaned(Path terminal, byte[] attributes) {
    String path = terminal.toString();
    if (!terminal.isAbsolute() || "/dev/tty".equals(path) || path.matches("(?s).*[\\s].*")) {
      throw new IllegalArgumentException(
          "terminal '" + path + "' is not a terminal's own path; write one such as '/dev/pts/3'");
    }
    if (attributes.length != TERMIOS_SIZE) {
      throw new IllegalArgumentException(
          "terminal attributes of "
              + attributes.length
              + " bytes are no struct termios; it has "
              + TERMIOS_SIZE);
    }
    command("terminal " + path + " " + HexFormat.of().formatHex(attributes));
  }

  /**
   * Takes back {@link #restoreWhenOrphaned}: this process has restored the terminal.
   *
   * @throws SandboxLostException if the daemon has ended
   */
  public void terminalRestored() {
    command("terminal");
  }

  /**
   * Ends the daemon and all domains that it runs. When it returns, no process, mount, cgroup or
   * file of the daemon is left. Closing again does nothing.
   */
  @Override
  public void close() {
    closeCommands();
    try {
      Uninterruptibles.getUninterruptibly(ended, END_LIMIT);
    } catch (TimeoutException e) {
      LOG.log(Level.WARNING, "the launcher of {0} does not end: killing it", launcher.directory());
      launcher.process().destroyForcibly();
      ended.join();
    } catch (ExecutionException e) {
      throw new IllegalStateException("the end of a daemon cannot fail", e);
    }
  }

  private Path mark(Path directory) {
    Path name = directory.getFileName();
    if (!site.state().equals(directory.getParent())
        || !MARKABLE.matcher(name.toString()).matches()) {
      throw new IllegalArgumentException(
          "'" + directory + "' is no state directory directly below " + site.state());
    }
    return launcher.directory().resolve("marked").resolve(name);
  }

  /** See {@link SandboxDomain#removeLeftovers}; they would fill the disk of a daemon that lives. */
  void removeLeftovers(String container) {
    Path containers = launcher.directory().resolve("run/libvirt/lxc");
    Stream<Path> leftovers =
        Stream.of("dev", "devpts", "fuse", "sock")
            .map(kind -> containers.resolve(container + '.' + kind));
    Stream.concat(Stream.of(log("lxc", container)), leftovers)
        .forEach(
            leftover -> {
              try {
                Files.deleteIfExists(leftover);
              } catch (IOException e) {
                LOG.log(Level.DEBUG, "libvirt leaves {0}: {1}", leftover, e.toString());
              }
            });
  }

  private void command(String line) {
    commands.lock();
    try {
      OutputStream stdin = launcher.process().getOutputStream();
      stdin.write((line + "\n").getBytes(StandardCharsets.UTF_8));
      stdin.flush();
    } catch (IOException e) {
      throw new SandboxLostException("the embedded libvirt daemon has ended", e);
    } finally {
      commands.unlock();
    }
  }

  /** The end of its stdin is what the launcher takes for the end of this process. */
  private void closeCommands() {
    commands.lock();
    try {
      launcher.process().getOutputStream().close();
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "the launcher of {0} has ended before", launcher.directory());
    } finally {
      commands.unlock();
    }
  }

  /** Where the launcher was killed, its directory is still there, and the clean-up left to us. */
  private void cleanUpAfter(Process process) {
    Path program = launcher.directory().resolve(NativeProgram.LAUNCHER.fileName());
    try {
      String words = launcher.output().lines().collect(Collectors.joining("\n"));
      if (!words.isBlank()) {
        LOG.log(Level.WARNING, "the embedded libvirt daemon has ended: {0}", words);
      }
      if (Files.exists(program)) {
        DaemonLauncher.sweep(site, program);
      }
    } catch (IOException | UncheckedIOException e) {
      if (Files.exists(launcher.directory())) {
        LOG.log(Level.WARNING, "cannot remove " + launcher.directory(), e);
      }
    }
  }
}
