package org.libvirt.sandbox.builder;

import static java.util.Objects.requireNonNull;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.libvirt.sandbox.HostLacksException;
import org.libvirt.sandbox.HostUsers;
import org.libvirt.sandbox.InvalidSandboxException;
import org.libvirt.sandbox.TerminalSize;
import org.libvirt.sandbox.config.Identity;
import org.libvirt.sandbox.config.InteractiveConfig;
import org.libvirt.sandbox.config.Network;

/**
 * What a supervisor is told to run, resolved to the last number: the guest reads no config. It is
 * immutable; its form is described in {@code docs/protocol.md}.
 *
 * <p>Items count in the order in which they are added.
 */
public final class LaunchRecord {
  /** More than this, the supervisor refuses. */
  private static final int MOST_BYTES = 4 << 20;

  /** The search path of every program, as libvirt-sandbox 0.8.0 sets it. */
  private static final String PATH = "/bin:/usr/bin:/usr/local/bin:/sbin/:/usr/sbin";

  /**
   * What a privileged program may do, by the numbers of linux/capability.h: chown, dac_override,
   * fowner, fsetid, kill, setgid, setuid, setpcap, net_bind_service, net_admin, net_raw,
   * sys_chroot, audit_write, setfcap.
   */
  private static final List<Integer> PRIVILEGED_CAPABILITIES =
      List.of(0, 1, 3, 4, 5, 6, 7, 8, 10, 12, 13, 18, 29, 31);

  private static final int ITEM_HEADER = 8;

  private static final int MOST_HOST_NAME_BYTES = 64;

  /** Where the supervisor finds what is to be copied. */
  private static final String STORE = "/dev/sandbox/";

  private static final long LARGEST_ID = 0xffff_fffeL;

  private static final byte[] MAGIC = {'L', 'S', 'R', '1'};

  private final byte[] bytes;

  private LaunchRecord(byte[] bytes) {
    this.bytes = bytes;
  }

  /**
   * An empty record's builder.
   *
   * @return a builder for one thread
   */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * The record as the supervisor reads it.
   *
   * @return a copy of the bytes
   */
  public byte[] toByteArray() {
    return bytes.clone();
  }

  /**
   * The record of the same program with a terminal in place of three pipes.
   *
   * @param size the terminal's first size
   * @return another record
   * @throws IllegalArgumentException if this one is as large as a supervisor takes
   */
  public LaunchRecord withTerminal(TerminalSize size) {
    return builder().items(this).terminal(size.rows(), size.columns()).build();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof LaunchRecord record && Arrays.equals(bytes, record.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  /** Only the size: the environment in it may hold secrets. */
  @Override
  public String toString() {
    return "LaunchRecord[" + bytes.length + " bytes]";
  }

  private enum Tag {
    MASK(1),
    FILE(2),
    MOUNT_FLAGS(3),
    TMPFS(4),
    SOCKET(5),
    SOCKETS(6),
    COPY(7),
    COVER(8),
    LINK(9),
    OWNER(10),
    HOST_NAME(11),
    INTERFACE(12),
    ADDRESS(13),
    ROUTE(14),
    NAME_SERVERS(15),
    ARGUMENT(16),
    ENVIRONMENT(17),
    DIRECTORY(18),
    UID(19),
    GID(20),
    GROUPS(21),
    CAPABILITIES(22),
    PRIVILEGES(23),
    TERMINAL(24),
    LIMIT(25),
    SECCOMP(27),
    CONSOLE(28),
    DEBUG(29),
    MOUNT(30);

    final int number;

    Tag(int number) {
      this.number = number;
    }
  }

  /** A mount flag that can be put back on a mount, or how much it matters. */
  public enum MountFlag {
    /** Set-user-id and set-group-id bits do not count. */
    NOSUID(1),
    /** Device files do not open. */
    NODEV(2),
    /** Nothing can be executed. */
    NOEXEC(4),
    /** Nothing can be written. */
    READ_ONLY(8),
    /** No flag of a mount: that nothing is mounted there is an error, not passed over. */
    REQUIRED(16);

    final int bit;

    MountFlag(int bit) {
      this.bit = bit;
    }
  }

  /** What a machine can mount. */
  public enum Share {
    /** A directory of the host by the 9p protocol, known by its tag. */
    NINE_P(1),
    /** A directory of the host by virtiofs, known by its tag. */
    VIRTIOFS(2),
    /** A disk of the machine, known by its path below /dev/; its file system is found out there. */
    IMAGE(3),
    /** What lies elsewhere in the sandbox, known by its absolute path. */
    BIND(4);

    final int number;

    Share(int number) {
      this.number = number;
    }
  }

  /** A record that grows. */
  public static final class Builder {
    private final ByteArrayOutputStream items = new ByteArrayOutputStream(1024);

    /** How many bytes the hidden sockets of a directory take. */
    private final Map<Path, Long> sockets = new HashMap<>();

    private Builder() {
      items.writeBytes(MAGIC);
    }

    /**
     * Adds all items of another record.
     *
     * @param record what was built before
     * @return this
     */
    public Builder items(LaunchRecord record) {
      items.write(record.bytes, MAGIC.length, record.bytes.length - MAGIC.length);
      return this;
    }

    /**
     * Hides what a path leads to, symbolic links followed: a directory is covered by an empty one,
     * anything else by /dev/null. Only for paths that no user of the host can replace.
     *
     * @param path absolute, passed byte by byte as it is; nothing happens where it does not exist
     * @return this
     */
    public Builder mask(Path path) {
      return add(Tag.MASK, absolute(path));
    }

    /**
     * Hides a socket, which is covered by /dev/null. What has taken its place since, a symbolic
     * link above all, stays as it is.
     *
     * @param path absolute, without symbolic links, passed byte by byte as it is
     * @return this
     */
    public Builder maskSocket(Path path) {
      byte[] name = absolute(path);
      Path directory = requireNonNull(path.getParent(), "a socket is not the root directory");
      sockets.merge(directory, (long) name.length + ITEM_HEADER, Long::sum);
      return add(Tag.SOCKET, name);
    }

    /**
     * Hides a directory that holds sockets and nothing else, which is covered by an empty one. What
     * has taken its place since, a symbolic link above all, stays as it is.
     *
     * @param directory absolute, without symbolic links, passed byte by byte as it is
     * @return this
     */
    public Builder maskSocketsOf(Path directory) {
      return add(Tag.SOCKETS, absolute(directory));
    }

    /**
     * Puts a read-only file in its place, over one that is there or into a tmpfs of the sandbox.
     *
     * @param path absolute
     * @param mode its permission bits
     * @param content its content
     * @return this
     */
    public Builder file(String path, int mode, String content) {
      return content(Tag.FILE, path, mode, content);
    }

    /**
     * Puts the file in its place that names the name servers: those that DHCP servers tell, or else
     * the content given here. Otherwise as {@link #file}.
     *
     * @param path absolute
     * @param mode its permission bits
     * @param content its content where no DHCP server names any
     * @return this
     */
    public Builder nameServers(String path, int mode, String content) {
      return content(Tag.NAME_SERVERS, path, mode, content);
    }

    /**
     * The same with the name servers of this host that a sandbox can reach, where no DHCP server
     * names any.
     *
     * @param path absolute
     * @param mode its permission bits
     * @return this
     * @throws HostLacksException if this host's name servers cannot be read
     */
    public Builder nameServersOfHost(String path, int mode) {
      return nameServers(path, mode, NameServers.ofHost().text());
    }

    /**
     * Hides what nobody in the sandbox is to read: as {@link #mask} does, but a file is one that
     * cannot be opened, so that who has no business there is told so as on the host.
     *
     * @param path absolute, without symbolic links, passed byte by byte as it is
     * @return this
     */
    public Builder hide(Path path) {
      mask(path);
      // over what covers a file; a directory, which this host may not know by this path, keeps it
      return Files.isDirectory(path) ? this : content(Tag.FILE, absolute(path), 0, "");
    }

    private Builder content(Tag tag, String path, int mode, String content) {
      return content(tag, absolute(path), mode, content);
    }

    private Builder content(Tag tag, byte[] name, int mode, String content) {
      byte[] text = content.getBytes(StandardCharsets.UTF_8);
      return add(
          tag,
          ByteBuffer.allocate(8 + name.length + text.length)
              .putInt(mode)
              .putInt(name.length)
              .put(name)
              .put(text)
              .array());
    }

    /**
     * Puts flags on a mount of the sandbox, without those below it.
     *
     * @param path the mount point, absolute, passed byte by byte as it is; of several mounts there
     *     the topmost counts; unless {@link MountFlag#REQUIRED} is given, nothing happens where
     *     nothing is mounted
     * @param flags what to set
     * @return this
     */
    public Builder mountFlags(Path path, Set<MountFlag> flags) {
      byte[] name = absolute(path);
      return add(
          Tag.MOUNT_FLAGS,
          ByteBuffer.allocate(4 + name.length).putInt(bits(flags)).put(name).array());
    }

    /**
     * Mounts something in a machine. Its root is mounted at {@code /} before all other items are
     * carried out, wherever it stands among them, and so is what {@code /dev/sandbox} gets.
     *
     * @param share what kind of thing is mounted
     * @param source which one: a tag, or a path
     * @param target an absolute path; a directory that is missing is made in a tmpfs only
     * @param flags what the mount is to have
     * @return this
     * @throws IllegalArgumentException if the target, or a source that is a path, is not absolute,
     *     a tag is empty, or {@link MountFlag#REQUIRED} is among the flags
     */
    public Builder mount(Share share, String source, String target, Set<MountFlag> flags) {
      if (flags.contains(MountFlag.REQUIRED) || source.isEmpty()) {
        throw new IllegalArgumentException(
            "mount of '%s' at '%s' with %s; it needs a source, and is required anyway"
                .formatted(source, target, flags));
      }
      boolean byPath = share == Share.IMAGE || share == Share.BIND;
      byte[] from = byPath ? absolute(source) : text(source);
      byte[] to = absolute(target);
      return add(
          Tag.MOUNT,
          ByteBuffer.allocate(12 + from.length + to.length)
              .putInt(bits(flags))
              .putInt(share.number)
              .putInt(from.length)
              .put(from)
              .put(to)
              .array());
    }

    private static int bits(Set<MountFlag> flags) {
      return flags.stream().mapToInt(flag -> flag.bit).reduce(0, (a, b) -> a | b);
    }

    /**
     * Mounts a fresh tmpfs.
     *
     * @param path an existing directory, absolute
     * @param size its limit in bytes
     * @param mode its root's permission bits
     * @return this
     */
    public Builder tmpfs(String path, long size, int mode) {
      byte[] name = absolute(path);
      return add(
          Tag.TMPFS,
          ByteBuffer.allocate(12 + name.length).putLong(size).putInt(mode).put(name).array());
    }

    /**
     * Puts a copy into a tmpfs that the sandbox has for itself. Directories are merged into those
     * that are there, a file takes the place of a file; anything else at the target is an error of
     * the start. Permissions and times are kept, set-user-id and set-group-id bits are not;
     * symbolic links are copied as they are; sockets, FIFOs and devices are passed over. What is
     * missing on the way to the target is made, with permissions 0755 and the same owner.
     *
     * @param source what is copied, with all below it: a path below /dev/sandbox/
     * @param target where the copy stands: absolute, below its mount without symbolic links
     * @param uid who owns the copy, 0 to 4294967294
     * @param gid its group, 0 to 4294967294
     * @return this
     * @throws IllegalArgumentException if the source is not below /dev/sandbox/, the target is not
     *     absolute, or an id is out of range
     */
    public Builder copy(String source, String target, long uid, long gid) {
      return copied(Tag.COPY, source, target, uid, gid);
    }

    /**
     * Lets a copy stand over what is there, in a mount that is not the sandbox's alone: the program
     * sees and changes the copy, what it covers stays as it is. Where nothing is there, an empty
     * placeholder is made, with what is missing on the way to it, and removed when the sandbox
     * ends. Otherwise as {@link #copy}.
     *
     * @param source a file or directory: a path below /dev/sandbox/
     * @param target where the copy stands: absolute, below its mount without symbolic links
     * @param uid who owns the copy, 0 to 4294967294
     * @param gid its group, 0 to 4294967294
     * @return this
     * @throws IllegalArgumentException if the source is not below /dev/sandbox/, the target is not
     *     absolute, or an id is out of range
     */
    public Builder cover(String source, String target, long uid, long gid) {
      return copied(Tag.COVER, source, target, uid, gid);
    }

    private Builder copied(Tag tag, String source, String target, long uid, long gid) {
      if (!source.startsWith(STORE) || source.equals(STORE)) {
        throw new IllegalArgumentException(
            "copied file '" + source + "' is not below /dev/sandbox; name one that is");
      }
      byte[] from = text(source);
      byte[] to = absolute(target);
      return add(
          tag,
          ByteBuffer.allocate(12 + from.length + to.length)
              .putInt(id(uid))
              .putInt(id(gid))
              .putInt(from.length)
              .put(from)
              .put(to)
              .array());
    }

    /**
     * Makes a symbolic link in the sandbox's own /dev or in a tmpfs, and the directories that lead
     * to it.
     *
     * @param text what it leads to, not empty
     * @param path where it stands, absolute; only the same link may be there already
     * @return this
     * @throws IllegalArgumentException if the text is empty or the path not absolute
     */
    public Builder link(String text, String path) {
      if (text.isEmpty()) {
        throw new IllegalArgumentException(
            "symbolic link '" + path + "' leads nowhere; name what it leads to");
      }
      byte[] content = text(text);
      byte[] name = absolute(path);
      return add(
          Tag.LINK,
          ByteBuffer.allocate(4 + content.length + name.length)
              .putInt(content.length)
              .put(content)
              .put(name)
              .array());
    }

    /**
     * Gives an existing file in the sandbox's own /dev, a disk's above all, an owner and
     * permissions.
     *
     * @param path below /dev/, without symbolic links
     * @param uid who owns it, 0 to 4294967294
     * @param gid its group, 0 to 4294967294
     * @param mode its permission bits, at most 0777
     * @return this
     * @throws IllegalArgumentException if the path is not below /dev/, an id is out of range, or
     *     the mode has other bits
     */
    public Builder owner(String path, long uid, long gid, int mode) {
      if (!path.startsWith("/dev/") || path.equals("/dev/")) {
        throw new IllegalArgumentException(
            "device '" + path + "' is not below /dev; only what is there can get an owner");
      }
      if ((mode & ~0777) != 0) {
        throw new IllegalArgumentException(
            "mode 0%o of '%s' has bits beyond 0777".formatted(mode, path));
      }
      byte[] name = text(path);
      return add(
          Tag.OWNER,
          ByteBuffer.allocate(12 + name.length)
              .putInt(id(uid))
              .putInt(id(gid))
              .putInt(mode)
              .put(name)
              .array());
    }

    /**
     * Gives the sandbox a host name other than the one that libvirt derives from its name.
     *
     * @param name 1 to 64 bytes, which is the kernel's limit
     * @return this
     * @throws IllegalArgumentException if it is empty or longer, or holds NUL
     */
    public Builder hostName(String name) {
      byte[] bytes = text(name);
      if (bytes.length < 1 || bytes.length > MOST_HOST_NAME_BYTES) {
        throw new IllegalArgumentException(
            "host name '%s' has %d bytes; write 1 to %d"
                .formatted(name, bytes.length, MOST_HOST_NAME_BYTES));
      }
      return add(Tag.HOST_NAME, bytes);
    }

    /**
     * Sets a network interface up, with its addresses and the routes by it; what the kernel refuses
     * of them is an error of the start.
     *
     * @param number n of {@code ethN}, 0 to 99
     * @param network what it is to be like
     * @return this
     * @throws InvalidSandboxException if the number is out of range, an address has a broadcast
     *     address though one of them is IPv6, or an IPv6 route has an IPv4 gateway
     */
    public Builder network(int number, Network network) {
      NetworkItems items = new NetworkItems(number, network);
      add(Tag.INTERFACE, items.link());
      items.addresses().forEach(address -> add(Tag.ADDRESS, address));
      items.routes().forEach(route -> add(Tag.ROUTE, route));
      return this;
    }

    /**
     * The next argument of the program; the first is the program itself.
     *
     * @param argument any text without NUL
     * @return this
     */
    public Builder argument(String argument) {
      return add(Tag.ARGUMENT, text(argument));
    }

    /**
     * An environment variable.
     *
     * @param name neither empty nor with {@code =}
     * @param value any text without NUL
     * @return this
     */
    public Builder environment(String name, String value) {
      return add(Tag.ENVIRONMENT, text(name + "=" + value));
    }

    /**
     * A working directory; of several the first that can be entered counts.
     *
     * @param path absolute
     * @return this
     */
    public Builder directory(String path) {
      return add(Tag.DIRECTORY, absolute(path));
    }

    /**
     * Who the program runs as.
     *
     * @param uid 0 to 4294967294
     * @param gid 0 to 4294967294
     * @param groups supplementary groups
     * @return this
     */
    public Builder identity(long uid, long gid, Collection<Long> groups) {
      ByteBuffer ids = ByteBuffer.allocate(4 * groups.size());
      groups.forEach(group -> ids.putInt(group.intValue()));
      return number(Tag.UID, (int) uid).number(Tag.GID, (int) gid).add(Tag.GROUPS, ids.array());
    }

    /**
     * What the program may do beyond its user's rights. Without this it has no capability, and
     * cannot gain one by executing a set-user-id file.
     *
     * @param capabilities Linux capability numbers
     * @return this
     */
    public Builder privileged(Collection<Integer> capabilities) {
      long set = capabilities.stream().mapToLong(number -> 1L << number).reduce(0, (a, b) -> a | b);
      return add(Tag.CAPABILITIES, ByteBuffer.allocate(8).putLong(set).array())
          .number(Tag.PRIVILEGES, 1);
    }

    /**
     * Gives the program a terminal in place of three pipes.
     *
     * @param rows 1 to 65535
     * @param columns 1 to 65535
     * @return this
     */
    public Builder terminal(int rows, int columns) {
      return add(Tag.TERMINAL, ByteBuffer.allocate(8).putInt(rows).putInt(columns).array());
    }

    /**
     * Limits a resource of the program and each of its children.
     *
     * @param resource which
     * @param soft where it is limited, which a process can raise
     * @param hard how far; none that is not privileged can raise it
     * @return this
     */
    Builder limit(ProcessLimit resource, long soft, long hard) {
      return add(
          Tag.LIMIT,
          ByteBuffer.allocate(20).putInt(resource.number()).putLong(soft).putLong(hard).array());
    }

    /**
     * Puts the program behind a console: it starts when somebody comes there.
     *
     * @param path the console's terminal as the supervisor sees it, below /dev, such as {@code
     *     /dev/tty2}; or, in a machine, a port, such as {@code /dev/virtio-ports/NAME}
     * @return this
     * @throws IllegalArgumentException if the path is not absolute
     */
    public Builder console(String path) {
      return add(Tag.CONSOLE, absolute(path));
    }

    /**
     * Has the supervisor tell on its own console how far it has come, a line each.
     *
     * @return this
     */
    public Builder debug() {
      return number(Tag.DEBUG, 1);
    }

    /**
     * A shell of root's beside a config's program, behind a console: with the config's environment,
     * and no more rights than its program would have as root.
     *
     * @param config whose sandbox
     * @param container the kind of sandbox, as systemd's {@code container} variable names it
     * @param console the console's terminal, as {@link #console} takes it
     * @return this
     */
    public Builder shell(InteractiveConfig config, String container, String console) {
      Map<String, String> environment = new LinkedHashMap<>();
      environment.put("TERM", "xterm"); // whose terminal it will be is not known yet
      environment.putAll(config.environment());
      environment.put("PATH", PATH);
      environment.put("HOME", "/root");
      environment.put("USER", "root");
      environment.put("USERNAME", "root");
      environment.put("LOGNAME", "root");
      environment.put("container", container);
      environment.forEach(this::environment);
      ProcessLimit.addTo(this, config.resources());
      argument("/bin/sh").directory("/root").directory("/").identity(0, 0, List.of());
      terminal(TerminalSize.STANDARD.rows(), TerminalSize.STANDARD.columns()).console(console);
      filter(config);
      return config.isPrivileged() ? privileged(PRIVILEGED_CAPABILITIES) : this;
    }

    /**
     * Limits the processes of the program's user, for a kernel that has no others of that user.
     *
     * @param count the most processes and threads at a time
     * @return this
     */
    public Builder processes(int count) {
      return limit(ProcessLimit.PROCESSES, count, count);
    }

    /**
     * Everything about a config's program: its arguments, environment, directory, identity, limits
     * and rights.
     *
     * @param config whose program
     * @param container the kind of sandbox, as systemd's {@code container} variable names it
     * @return this
     * @throws InvalidSandboxException if the config's filter names a system call that there is not,
     *     or allows one that is refused in every sandbox
     */
    public Builder program(InteractiveConfig config, String container) {
      config.command().forEach(this::argument);
      Identity identity = config.identity();
      Map<String, String> environment = new LinkedHashMap<>();
      environment.put("PATH", PATH);
      environment.put("HOME", identity.home());
      environment.put("USER", identity.userName());
      environment.put("USERNAME", identity.userName());
      environment.put("LOGNAME", identity.userName());
      environment.put("container", container);
      environment.putAll(config.environment());
      environment.forEach(this::environment);
      if (config.directory().isPresent()) {
        directory(config.directory().get()); // one that was asked for has no substitute
      } else {
        directory(identity.home()).directory("/");
      }
      ProcessLimit.addTo(this, config.resources());
      identity(
          identity.uid(),
          identity.gid(),
          HostUsers.groupsOf(identity.userName(), identity.uid(), identity.gid()));
      filter(config);
      return config.isPrivileged() ? privileged(PRIVILEGED_CAPABILITIES) : this;
    }

    private void filter(InteractiveConfig config) {
      FilterProgram.of(config).ifPresent(program -> add(Tag.SECCOMP, program));
    }

    /**
     * The record.
     *
     * @return an immutable record
     * @throws IllegalArgumentException if arguments and environment make it larger than 4 MiB, the
     *     most a supervisor takes
     * @throws HostLacksException if it is the sockets of this host that make it so large
     */
    public LaunchRecord build() {
      if (items.size() > MOST_BYTES) {
        throw tooLarge();
      }
      return new LaunchRecord(items.toByteArray());
    }

    private RuntimeException tooLarge() {
      long hiding = sockets.values().stream().mapToLong(Long::longValue).sum();
      if (hiding <= items.size() - hiding) {
        return new IllegalArgumentException(
            "arguments and environment take "
                + (items.size() - hiding)
                + " bytes together; at most "
                + MOST_BYTES
                + " can be passed");
      }
      Path fullest = Collections.max(sockets.entrySet(), Map.Entry.comparingByValue()).getKey();
      return new HostLacksException(
          "the names of this host's sockets, which are hidden from the sandbox, take "
              + hiding
              + " bytes; at most "
              + MOST_BYTES
              + " can be passed. Most are in '"
              + fullest
              + "': remove what is not needed there");
    }

    private Builder number(Tag tag, int value) {
      return add(tag, ByteBuffer.allocate(4).putInt(value).array());
    }

    private Builder add(Tag tag, byte[] value) {
      items.writeBytes(
          ByteBuffer.allocate(ITEM_HEADER).putInt(tag.number).putInt(value.length).array());
      items.writeBytes(value);
      return this;
    }

    private static int id(long id) {
      if (id < 0 || id > LARGEST_ID) {
        throw new IllegalArgumentException(
            "user or group id " + id + " is not between 0 and " + LARGEST_ID);
      }
      return (int) id;
    }

    private static byte[] absolute(Path path) {
      if (!path.isAbsolute()) {
        throw new IllegalArgumentException("path '" + path + "' in a sandbox is not absolute");
      }
      return RawPath.toByteArray(path);
    }

    private static byte[] absolute(String path) {
      if (!path.startsWith("/")) {
        throw new IllegalArgumentException("path '" + path + "' in a sandbox is not absolute");
      }
      return text(path);
    }

    private static byte[] text(String text) {
      if (text.indexOf('\0') >= 0) {
        throw new IllegalArgumentException("text for a program holds a NUL character");
      }
      return text.getBytes(StandardCharsets.UTF_8);
    }
  }
}
