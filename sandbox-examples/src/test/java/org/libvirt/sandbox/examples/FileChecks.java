package org.libvirt.sandbox.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The acceptance checks 52 and 53 of libvirt-sandbox's own tests: where a program finds which
 * files, and what of its own is left.
 */
abstract class FileChecks {
  /** Where they run. */
  abstract CheckedPlace place();

  @TempDir(factory = VisibleDirectory.class)
  private Path directory;

  /** What is mounted. */
  private Path shown;

  @BeforeEach
  void fill() throws IOException {
    shown = Files.createDirectory(directory.resolve("shown"));
    Files.writeString(shown.resolve("here"), "of the host\n");
    Files.createDirectories(directory.resolve("tree/below"));
    Files.writeString(directory.resolve("tree/one"), "one\n");
    Files.writeString(directory.resolve("tree/below/two"), "two\n");
    Files.writeString(
        directory.resolve("list"), list("/mnt/a=%s/tree/one", "/mnt/b=%s/tree/below"));
    place().give(directory);
  }

  @Test
  void check_52_the_hosts_files_alone_are_read_and_not_written() throws IOException {
    Ran ran = sh("cat /etc/passwd; : >/etc/new");

    assertThat(ran.out()).isEqualTo(Files.readString(Path.of("/etc/passwd")));
    assertThat(ran.err()).contains("/etc/new: Read-only file system");
    assertThat(ran.status()).isNotZero();
  }

  @Test
  void check_52_a_directory_of_the_host_at_tmp() {
    Ran ran = sh("cat /tmp/here; echo new >/tmp/new", "-m", "host-bind:/tmp=" + shown);

    assertThat(ran).isEqualTo(new Ran(0, "of the host\n", ""));
    assertThat(shown.resolve("new")).hasContent("new");
  }

  @Test
  void check_52_a_fresh_directory_at_tmp() {
    Ran ran = sh("ls -A /tmp; echo new >/tmp/check-52; cat /tmp/check-52", "-m", "host-bind:/tmp=");

    assertThat(ran).isEqualTo(new Ran(0, "new\n", ""));
    assertThat(Path.of("/tmp/check-52")).doesNotExist();
  }

  @Test
  void check_52_a_directory_of_the_host_at_home_and_a_fresh_one_at_tmp() {
    Ran ran =
        sh(
            "cat /home/here; ls -A /tmp; cp /home/here /tmp/copy; cp /tmp/copy /home/back",
            "-m",
            "host-bind:/home=" + shown,
            "-m",
            "host-bind:/tmp=");

    assertThat(ran).isEqualTo(new Ran(0, "of the host\n", ""));
    assertThat(shown.resolve("back")).hasContent("of the host");
  }

  @Test
  void check_52_an_image_file_at_home_and_binds_of_the_guest_out_of_it() {
    Path image = image();
    String[] mounts = {
      "-m",
      "host-image:/home=" + image,
      "-m",
      "guest-bind:/srv=/home/d",
      "-m",
      "guest-bind:/mnt=/home"
    };

    assertThat(sh("cat /srv/f /mnt/d/f; echo kept >/srv/g", mounts))
        .isEqualTo(new Ran(0, "in the image\nin the image\n", ""));
    assertThat(sh("cat /home/d/g", mounts)).isEqualTo(new Ran(0, "kept\n", ""));
  }

  @Test
  void check_52_a_block_device_at_home() {
    String device = host("losetup --find --show \"$1\"", image().toString()).strip();
    try {
      place().give(Path.of(device));

      Ran ran = sh("cat /home/d/f", "-m", "host-image:/home=" + device);

      assertThat(ran).isEqualTo(new Ran(0, "in the image\n", ""));
    } finally {
      // the device stays for whoever needs the next one
      host("losetup --detach \"$1\" && chown root \"$1\"", device);
    }
  }

  @ParameterizedTest
  @CsvSource({"a directory of the host, true", "a fresh directory, false"})
  void check_53_a_file_is_included_in(String what, boolean isOfHost) {
    Ran ran =
        included(
            "cat /mnt/a; echo x >>/mnt/a", isOfHost, "-i", "/mnt/a=" + directory + "/tree/one");

    assertThat(ran).as(what).isEqualTo(new Ran(0, "one\n", ""));
  }

  @ParameterizedTest
  @CsvSource({"a directory of the host, true", "a fresh directory, false"})
  void check_53_a_directory_is_included_in(String what, boolean isOfHost) {
    Ran ran =
        included(
            "cd /mnt/a && find . -type f | sort | xargs cat; echo x >>/mnt/a/below/two",
            isOfHost,
            "-i",
            "/mnt/a=" + directory + "/tree");

    assertThat(ran).as(what).isEqualTo(new Ran(0, "two\none\n", ""));
  }

  @ParameterizedTest
  @CsvSource({"a directory of the host, true", "a fresh directory, false"})
  void check_53_a_list_is_included_in(String what, boolean isOfHost) {
    Ran ran = included("cat /mnt/a /mnt/b/two", isOfHost, "-I", directory + "/list");

    assertThat(ran).as(what).isEqualTo(new Ran(0, "one\ntwo\n", ""));
  }

  /** Includes are copies, which go with the sandbox: what is there on the host stays as it is. */
  private Ran included(String script, boolean isOfHost, String... options) {
    var all = new ArrayList<>(List.of("-m", "host-bind:/mnt=" + (isOfHost ? shown : "")));
    all.addAll(List.of(options));

    Ran ran = sh(script, all.toArray(String[]::new));

    assertThat(shown).isDirectoryNotContaining(path -> !path.endsWith("here"));
    assertThat(directory.resolve("tree/one")).hasContent("one");
    assertThat(directory.resolve("tree/below/two")).hasContent("two");
    return ran;
  }

  private Ran sh(String script, String... options) {
    var words = new ArrayList<>(List.of(options));
    words.addAll(List.of("--", "/bin/sh", "-c", script));
    return place().run(words.toArray(String[]::new));
  }

  private String list(String... lines) {
    return String.join("\n", lines).replace("%s", directory.toString()) + "\n";
  }

  private Path image() {
    Path image = directory.resolve("home.img");
    Path inside = directory.resolve("inside");
    host("mkdir -p \"$1/d\" && echo in the image >\"$1/d/f\"", inside.toString());
    place().give(inside);
    host(
        "truncate -s 8M \"$1\" && mkfs.ext4 -q -d \"$2\" \"$1\"",
        image.toString(),
        inside.toString());
    place().give(image);
    return image;
  }

  private static String host(String script, String... arguments) {
    var ran = Shell.run(script, arguments);
    assertThat(ran.status()).as(ran.err()).isZero();
    return ran.out();
  }
}
