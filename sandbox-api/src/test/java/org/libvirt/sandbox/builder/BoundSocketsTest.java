package org.libvirt.sandbox.builder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.libvirt.sandbox.HostLacksException;

final class BoundSocketsTest {
  private static final int MANY = 20_000;
  private static final String TABLE_HEAD = "Num RefCount Protocol Flags Type St Inode Path\n";

  @TempDir Path directory;

  @Test
  void a_bound_socket_is_found() throws Exception {
    Path socket = directory.toRealPath().resolve("socket");

    try (ServerSocketChannel bound = bind(socket)) {
      assertThat(find()).contains(socket);
      assertThat(bound.isOpen()).isTrue();
    }
  }

  @Test
  void a_name_with_blanks_and_letters_beyond_ascii_is_found() throws Exception {
    Path socket = directory.toRealPath().resolve(" two  words ü");

    try (ServerSocketChannel bound = bind(socket)) {
      assertThat(find()).contains(socket);
      assertThat(bound.isOpen()).isTrue();
    }
  }

  @Test
  void a_socket_that_was_bound_through_a_link_is_found_where_it_lies() throws Exception {
    Path real = Files.createDirectory(directory.toRealPath().resolve("real"));
    Path link = Files.createSymbolicLink(directory.resolve("link"), real);

    try (ServerSocketChannel bound = bind(link.resolve("socket"))) {
      assertThat(find()).contains(real.resolve("socket")).doesNotContain(link.resolve("socket"));
      assertThat(bound.isOpen()).isTrue();
    }
  }

  @Test
  void a_socket_whose_name_was_removed_is_not_found() throws Exception {
    Path socket = directory.toRealPath().resolve("socket");

    try (ServerSocketChannel bound = bind(socket)) {
      Files.delete(socket);

      assertThat(find()).doesNotContain(socket);
      assertThat(bound.isOpen()).isTrue();
    }
  }

  @Test
  void a_file_in_the_place_of_a_socket_is_not_hidden() throws Exception {
    Path socket = directory.toRealPath().resolve("socket");

    try (ServerSocketChannel bound = bind(socket)) {
      Files.delete(socket);
      Files.createFile(socket);

      assertThat(find()).doesNotContain(socket);
      assertThat(bound.isOpen()).isTrue();
    }
  }

  @Test
  void a_relative_name_is_found_by_the_directory_of_its_holder() throws Exception {
    Path real = directory.toRealPath();
    // the shell's own words to bind a relative name are none: a JVM of its own does it
    Process holder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                RelativeSocket.class.getName(),
                "relative")
            .directory(real.toFile())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try {
      assertThat(holder.inputReader().readLine()).isEqualTo("bound");

      assertThat(find()).contains(real.resolve("relative"));
    } finally {
      holder.destroyForcibly().waitFor();
    }
  }

  @Test
  void a_name_goes_on_in_a_line_that_looks_like_the_next_of_the_table() throws Exception {
    Path deceiving =
        Files.createDirectory(
            directory.toRealPath().resolve("a\n00000000: 00000002 00000000 00000000 0001 01 1 "));

    try (ServerSocketChannel bound = bind(deceiving.resolve("s"))) {
      assertThat(find()).contains(deceiving.resolve("s"));
      assertThat(bound.isOpen()).isTrue();
    }
  }

  @Test
  void a_name_goes_on_after_what_is_a_socket_itself() throws Exception {
    Path real = directory.toRealPath();
    Path longer = Files.createDirectory(real.resolve("a\nb"));

    try (ServerSocketChannel one = bind(real.resolve("a"));
        ServerSocketChannel other = bind(longer.resolve("s"))) {
      assertThat(find()).contains(real.resolve("a"), longer.resolve("s"));
      assertThat(one.isOpen() && other.isOpen()).isTrue();
    }
  }

  @Test
  @Timeout(60) // it took minutes when each name was tried with the lines that follow it
  void many_sockets_of_another_sandbox_hold_up_nobody() throws Exception {
    Path process = preparedProcess("mnt:[2]");
    Path real = directory.toRealPath();
    StringBuilder table = new StringBuilder(TABLE_HEAD);
    for (int inode = 1; inode <= MANY; inode++) {
      String name = inode % 2 == 0 ? "/not/there/" + inode : real + "/" + inode;
      table.append(
          "0000000000000000: 00000002 00000000 00010000 0001 01 %5d %s\n".formatted(inode, name));
      Files.createSymbolicLink(process.resolve("fd/" + inode), Path.of("socket:[" + inode + "]"));
    }
    Files.writeString(process.resolve("net/unix"), table);

    assertThat(findIn(process)).isEmpty();
  }

  @Test
  void who_holds_more_than_can_be_looked_through_is_named() throws Exception {
    Path process = preparedProcess("mnt:[2]");
    hold(process, "/not/there");
    for (int number = 2; number <= 30; number++) {
      Files.createSymbolicLink(process.resolve("fd/" + number), Path.of("/dev/null"));
    }
    AtomicLong seconds = new AtomicLong();
    SearchTime time = new SearchTime(() -> seconds.getAndIncrement() * 1_000_000_000);

    assertThatThrownBy(() -> findIn(process, time))
        .isInstanceOf(HostLacksException.class)
        .hasMessageMatching(
            "the Unix sockets of this host, .*, could not be found in 10 s; most of what was"
                + " looked at are \\d open files of process 7: end it, or limit its open files.*");
  }

  @Test
  void a_table_that_no_heap_has_room_for_is_refused() throws Exception {
    Path process = preparedProcess("mnt:[2]");
    try (RandomAccessFile table =
        new RandomAccessFile(process.resolve("net/unix").toFile(), "rw")) {
      table.setLength((32 << 20) + 1);
    }

    assertThatThrownBy(() -> findIn(process))
        .isInstanceOf(HostLacksException.class)
        .hasMessageStartingWith("the network of process 7 has more Unix sockets than");
  }

  @Test
  void an_absolute_name_is_looked_for_below_the_root_of_its_holder() throws Exception {
    Path socket = Files.createDirectory(directory.toRealPath().resolve("inner")).resolve("s");
    Path process = preparedProcess("mnt:[1]");
    hold(process, "/inner/s");

    try (ServerSocketChannel bound = bind(socket)) {
      assertThat(findIn(process)).containsExactly(socket);
      assertThat(bound.isOpen()).isTrue();
    }
  }

  @Test
  void a_relative_name_is_looked_for_though_its_holder_has_the_hosts_root() throws Exception {
    Path socket = directory.toRealPath().resolve("s");
    Path process = preparedProcess("mnt:[1]");
    replace(process.resolve("root"), "/");
    hold(process, "s");

    try (ServerSocketChannel bound = bind(socket)) {
      assertThat(findIn(process)).containsExactly(socket);
      assertThat(bound.isOpen()).isTrue();
    }
  }

  @Test
  void a_container_is_looked_through_unless_no_socket_of_its_network_has_a_name() throws Exception {
    Path socket = directory.toRealPath().resolve("s");
    Path process = preparedProcess("mnt:[1]");
    replace(process.resolve("root"), "/");
    Path container = copyOf(process, 8);
    replace(container.resolve("ns/mnt"), "mnt:[2]");
    replace(container.resolve("ns/net"), "net:[2]");
    Files.writeString(container.resolve("net/unix"), TABLE_HEAD);
    Files.writeString(container.resolve("mountinfo"), asRoot(socket.getParent()));
    hold(process, "/s");
    Files.move(process.resolve("fd/1"), container.resolve("fd/1"));

    try (ServerSocketChannel bound = bind(socket)) {
      assertThat(findIn(process)).isEmpty();

      Files.writeString(
          container.resolve("net/unix"), Files.readString(process.resolve("net/unix")));
      replace(container.resolve("ns/net"), "net:[1]");
      assertThat(findIn(process)).containsExactly(socket);
      assertThat(bound.isOpen()).isTrue();
    }
  }

  private static Set<Path> findIn(Path process) throws IOException {
    return findIn(process, new SearchTime(() -> 0)); // whose clock stands
  }

  private static Set<Path> findIn(Path process, SearchTime time) throws IOException {
    return new BoundSockets(HostMount.readAll(), process.getParent(), time).find();
  }

  /** Has the process hold the only socket of its network. */
  private static void hold(Path process, String name) throws IOException {
    Files.writeString(
        process.resolve("net/unix"),
        TABLE_HEAD + "0000000000000000: 00000002 00000000 00010000 0001 01     1 " + name + "\n");
    Files.createSymbolicLink(process.resolve("fd/1"), Path.of("socket:[1]"));
  }

  /** The mounts of a namespace in which a directory of this host is the root. */
  private static String asRoot(Path path) throws IOException {
    HostMount mount = HostMount.holding(HostMount.readAll(), path).orElseThrow();
    Path root = mount.root().resolve(mount.point().relativize(path));
    return "1 0 %s %s / rw - ext4 none rw\n".formatted(mount.device(), root);
  }

  private static void replace(Path link, String target) throws IOException {
    Files.delete(link);
    Files.createSymbolicLink(link, Path.of(target));
  }

  private static Path copyOf(Path process, int pid) throws IOException {
    Path copy = process.resolveSibling(Integer.toString(pid));
    try (Stream<Path> all = Files.walk(process)) {
      for (Path one : all.toList()) {
        Files.copy(one, copy.resolve(process.relativize(one)), LinkOption.NOFOLLOW_LINKS);
      }
    }
    return copy;
  }

  /** A process directory as the kernel shows it, of one in that mount namespace. */
  private Path preparedProcess(String namespace) throws Exception {
    Path self = Files.createDirectories(directory.resolve("proc/self/ns"));
    Files.createSymbolicLink(self.resolve("mnt"), Path.of("mnt:[1]"));
    Path process = Files.createDirectories(directory.resolve("proc/7"));
    Files.createDirectory(process.resolve("fd"));
    Files.createDirectory(process.resolve("net"));
    Path namespaces = Files.createDirectory(process.resolve("ns"));
    Files.createSymbolicLink(namespaces.resolve("mnt"), Path.of(namespace));
    Files.createSymbolicLink(namespaces.resolve("net"), Path.of("net:[1]"));
    Files.createSymbolicLink(process.resolve("root"), directory);
    Files.createSymbolicLink(process.resolve("cwd"), directory);
    Files.writeString(process.resolve("mountinfo"), "1 0 0:99 / / rw - tmpfs none rw\n");
    return process;
  }

  /** A process that binds a name and holds it until its input ends. */
  static final class RelativeSocket {
    private RelativeSocket() {}

    public static void main(String[] arguments) throws Exception {
      try (ServerSocketChannel bound = bind(Path.of(arguments[0]))) {
        System.out.println(bound.isOpen() ? "bound" : "closed");
        System.in.read();
      }
    }
  }

  private static Set<Path> find() throws Exception {
    return new BoundSockets(HostMount.readAll()).find();
  }

  private static ServerSocketChannel bind(Path name) throws Exception {
    return ServerSocketChannel.open(StandardProtocolFamily.UNIX)
        .bind(UnixDomainSocketAddress.of(name));
  }
}
