package org.libvirt.sandbox;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class HostDirectoriesTest {
  @TempDir Path directory;

  @Test
  void a_directory_of_this_user_that_nobody_else_can_write_to_is_taken() {
    assertThatCode(() -> HostDirectories.requireOwn(directory)).doesNotThrowAnyException();
  }

  @Test
  void a_directory_of_another_user_is_refused_with_what_to_do() throws Exception {
    Files.setAttribute(directory, "unix:uid", 65534);

    assertThatThrownBy(() -> HostDirectories.requireOwn(directory))
        .isInstanceOf(HostLacksException.class)
        .hasMessageStartingWith(directory + " is the user's with the id 65534,")
        .hasMessageContaining("; remove it");
  }

  @Test
  void a_directory_that_others_can_write_to_is_refused_with_what_to_do() throws Exception {
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xrwx"));

    assertThatThrownBy(() -> HostDirectories.requireOwn(directory))
        .isInstanceOf(HostLacksException.class)
        .hasMessageStartingWith("others can write to " + directory)
        .hasMessageContaining("; remove it");
  }

  @Test
  void a_link_that_another_user_has_set_is_refused() throws Exception {
    Path link = Files.createSymbolicLink(directory.resolve("link"), directory);
    new ProcessBuilder("chown", "-h", "65534", link.toString()).inheritIO().start().waitFor();

    assertThatThrownBy(() -> HostDirectories.requireOwn(link))
        .isInstanceOf(HostLacksException.class)
        .hasMessageContaining("65534");
  }
}
