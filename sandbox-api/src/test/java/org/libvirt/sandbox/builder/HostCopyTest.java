package org.libvirt.sandbox.builder;

import static java.nio.file.attribute.PosixFilePermissions.fromString;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.libvirt.sandbox.HostLacksException;
import org.libvirt.sandbox.config.Identity;

final class HostCopyTest {
  private static final Identity SOMEBODY = new Identity(1234, 4_294_967_000L, "somebody", "/");
  private static final FileTime LONG_AGO = FileTime.from(Instant.parse("2001-02-03T04:05:06Z"));

  private final Path source;
  private final Path target;

  HostCopyTest(@TempDir Path directory) {
    source = directory.resolve("source");
    target = directory.resolve("target");
  }

  @BeforeEach
  void makeSource() throws IOException {
    Files.createDirectories(source.resolve("deep"));
    Files.writeString(source.resolve("deep/leaf"), "leaf");
    Files.writeString(source.resolve("file"), "content");
  }

  @Test
  void a_tree_is_copied_with_its_contents() {
    HostCopy.make(source, target, SOMEBODY);

    assertThat(target.resolve("file")).hasContent("content");
    assertThat(target.resolve("deep/leaf")).hasContent("leaf");
  }

  @Test
  void all_of_it_belongs_to_the_sandboxs_user() throws IOException {
    Files.createSymbolicLink(source.resolve("link"), Path.of("file"));

    HostCopy.make(source, target.resolve("on/the/way"), SOMEBODY);

    for (String name : new String[] {"", "on", "on/the/way", "on/the/way/deep/leaf"}) {
      assertBelongsToSomebody(target.resolve(name));
    }
    assertBelongsToSomebody(target.resolve("on/the/way/link"));
  }

  private static void assertBelongsToSomebody(Path path) throws IOException {
    assertThat(Files.getAttribute(path, "unix:uid", LinkOption.NOFOLLOW_LINKS))
        .as("%s", path)
        .isEqualTo((int) SOMEBODY.uid());
    assertThat(Files.getAttribute(path, "unix:gid", LinkOption.NOFOLLOW_LINKS))
        .as("%s", path)
        .isEqualTo((int) SOMEBODY.gid());
  }

  @Test
  void permissions_are_kept_but_not_set_user_id_and_the_like() throws IOException {
    Files.setAttribute(source.resolve("file"), "unix:mode", 06751);
    Files.setAttribute(source.resolve("deep"), "unix:mode", 03555);

    HostCopy.make(source, target, SOMEBODY);

    assertThat(mode(target.resolve("file"))).isEqualTo(0751);
    assertThat(mode(target.resolve("deep"))).isEqualTo(0555);
    assertThat(target.resolve("deep/leaf")).hasContent("leaf");
  }

  private static int mode(Path path) throws IOException {
    return (int) Files.getAttribute(path, "unix:mode") & 07777;
  }

  @Test
  void times_are_kept_of_directories_too() throws IOException {
    Files.setLastModifiedTime(source.resolve("deep/leaf"), LONG_AGO);
    Files.setLastModifiedTime(source.resolve("deep"), LONG_AGO);

    HostCopy.make(source, target, SOMEBODY);

    assertThat(Files.getLastModifiedTime(target.resolve("deep/leaf"))).isEqualTo(LONG_AGO);
    assertThat(Files.getLastModifiedTime(target.resolve("deep"))).isEqualTo(LONG_AGO);
  }

  @Test
  void links_stay_what_they_are_whether_they_lead_anywhere_or_not() throws IOException {
    Files.createSymbolicLink(source.resolve("inside"), Path.of("deep/leaf"));
    Files.createSymbolicLink(source.resolve("nowhere"), Path.of("no/where"));
    Files.createSymbolicLink(source.resolve("directory"), Path.of("deep"));

    HostCopy.make(source, target, SOMEBODY);

    for (String name : new String[] {"inside", "nowhere", "directory"}) {
      assertThat(Files.readSymbolicLink(target.resolve(name)))
          .isEqualTo(Files.readSymbolicLink(source.resolve(name)));
    }
  }

  @Test
  void a_link_that_is_given_stands_for_what_it_leads_to() throws IOException {
    Path link = Files.createSymbolicLink(source.resolveSibling("link"), source.resolve("file"));

    HostCopy.make(link, target, SOMEBODY);

    assertThat(target).isRegularFile().hasContent("content");
    assertThat(Files.isSymbolicLink(target)).isFalse();
  }

  @Test
  void fifos_and_sockets_are_passed_over() throws Exception {
    Path fifo = source.resolve("fifo");
    assertThat(new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor()).isZero();
    try (var socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      socket.bind(UnixDomainSocketAddress.of(source.resolve("socket")));

      HostCopy.make(source, target, SOMEBODY);
    }

    assertThat(target.resolve("fifo")).doesNotExist();
    assertThat(target.resolve("socket")).doesNotExist();
    assertThat(target.resolve("file")).exists();
  }

  @Test
  void a_directory_is_merged_and_a_file_replaced() throws IOException {
    Files.createDirectories(target.resolve("deep"));
    Files.writeString(target.resolve("deep/other"), "other");
    Files.writeString(target.resolve("file"), "old");

    HostCopy.make(source, target, SOMEBODY);

    assertThat(target.resolve("deep/other")).hasContent("other");
    assertThat(target.resolve("deep/leaf")).hasContent("leaf");
    assertThat(target.resolve("file")).hasContent("content");
  }

  @Test
  void a_link_in_the_way_is_replaced_and_not_followed() throws IOException {
    Path outside = Files.writeString(source.resolveSibling("outside"), "untouched");
    Files.createDirectories(target);
    Files.createSymbolicLink(target.resolve("file"), outside);

    HostCopy.make(source, target, SOMEBODY);

    assertThat(outside).hasContent("untouched");
    assertThat(Files.isSymbolicLink(target.resolve("file"))).isFalse();
  }

  @Test
  void a_link_to_a_directory_in_the_way_is_not_merged_into() throws IOException {
    Path outside = Files.createDirectory(source.resolveSibling("outside"));
    Files.createDirectories(target);
    Files.createSymbolicLink(target.resolve("deep"), outside);

    assertThatExceptionOfType(HostLacksException.class)
        .isThrownBy(() -> HostCopy.make(source, target, SOMEBODY))
        .withMessageContaining("cannot copy '" + source + "' for the sandbox");
    assertThat(outside).isEmptyDirectory();
  }

  @Test
  void what_is_missing_is_told() {
    assertThatExceptionOfType(HostLacksException.class)
        .isThrownBy(() -> HostCopy.make(source.resolve("none"), target, SOMEBODY))
        .withMessageContaining("cannot copy '" + source.resolve("none") + "' for the sandbox");
  }

  @Test
  void a_directory_is_made_empty_and_with_those_on_the_way() throws IOException {
    HostCopy.makeDirectory(target.resolve("a/b"), SOMEBODY);

    assertThat(target.resolve("a/b")).isEmptyDirectory();
    assertThat(Files.getPosixFilePermissions(target.resolve("a")))
        .isEqualTo(fromString("rwxr-xr-x"));
    assertBelongsToSomebody(target.resolve("a"));
    assertBelongsToSomebody(target.resolve("a/b"));
  }
}
