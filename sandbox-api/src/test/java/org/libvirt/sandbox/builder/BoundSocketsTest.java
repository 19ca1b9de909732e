package org.libvirt.sandbox.builder;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class BoundSocketsTest {
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
