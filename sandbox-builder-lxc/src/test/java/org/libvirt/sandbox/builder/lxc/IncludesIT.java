package org.libvirt.sandbox.builder.lxc;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.libvirt.sandbox.config.GuestBindMount;
import org.libvirt.sandbox.config.HostBindMount;
import org.libvirt.sandbox.config.HostImageMount;
import org.libvirt.sandbox.config.Identity;
import org.libvirt.sandbox.config.ImageFormat;
import org.libvirt.sandbox.config.InteractiveConfig;
import org.libvirt.sandbox.config.RamMount;
import org.libvirt.sandbox.contract.HostTree;
import org.libvirt.sandbox.contract.Outcome;

/** Files of the host, copied into mounts. */
@Timeout(300)
final class IncludesIT {
  private static final Identity NOBODY = new Identity(65534, 65534, "nobody", "/");
  private static final long MEBIBYTE = 1L << 20;

  @RegisterExtension static final Daemon DAEMON = new Daemon();
  @RegisterExtension final HostTree host = HostTree.hidden();

  /** What an include can go into; all at /srv. */
  enum Into {
    RAM,
    FRESH,
    BIND,
    IMAGE,
    GUEST_BIND_OF_BIND,
    GUEST_BIND_OF_RAM;

    InteractiveConfig.Builder mount(InteractiveConfig.Builder config, HostTree host)
        throws Exception {
      return switch (this) {
        case RAM -> config.mount(RamMount.of("/srv", 8 * MEBIBYTE));
        case FRESH -> config.mount(HostBindMount.of("/srv", ""));
        case BIND -> config.mount(HostBindMount.of("/srv", host.directory("bound").toString()));
        case IMAGE ->
            config.mount(
                HostImageMount.of("/srv", host.image("disk.img").toString(), ImageFormat.RAW));
        case GUEST_BIND_OF_BIND ->
            config
                .mount(HostBindMount.of("/mnt", host.directory("bound").toString()))
                .mount(GuestBindMount.of("/srv", "/mnt"));
        case GUEST_BIND_OF_RAM ->
            config
                .mount(RamMount.of("/mnt", 8 * MEBIBYTE))
                .mount(GuestBindMount.of("/srv", "/mnt"));
      };
    }
  }

  @ParameterizedTest
  @EnumSource
  void a_file_is_copied_for_the_programs_user_and_the_original_stays_BUG_1(Into into)
      throws Exception {
    Path source = HostTree.allow(host.file("source", "original\n"), "rw-r-----");

    Outcome outcome =
        DAEMON.run(
            into.mount(
                    Daemon.script("cd /srv/a/b; cat f; echo more >> f; cat f; stat -c '%U %a' f"),
                    host)
                .identity(NOBODY)
                .include("/srv/a/b/f", source.toString())
                .build());

    assertThat(outcome.stderr()).isEmpty();
    assertThat(outcome.lines()).containsExactly("original", "original", "more", "nobody 640");
    assertThat(source).hasContent("original\n");
    assertThat(host.content()).doesNotContain("bound/a");
  }

  @ParameterizedTest
  @EnumSource
  void a_tree_is_copied_with_modes_links_and_times_BUG_1(Into into) throws Exception {
    Path tree = host.directory("tree");
    HostTree.allow(host.file("tree/bin/tool", "#!/bin/sh\necho tool\n"), "rwxr-xr-x");
    HostTree.allow(host.file("tree/secret", "s\n"), "rw-------");
    HostTree.allow(host.file("tree/raised", "r\n"), "rwxr-xr-x");
    HostTree.command(List.of("chmod", "6755", tree.resolve("raised").toString()));
    host.link("tree/link", "bin/tool");
    host.link("tree/dangling", "/no/where");
    HostTree.command(List.of("mkfifo", tree.resolve("pipe").toString()));
    FileTime then = FileTime.from(Instant.parse("2001-02-03T04:05:06Z"));
    Files.setLastModifiedTime(tree.resolve("secret"), then);
    Files.setLastModifiedTime(tree.resolve("bin"), then);
    List<String> before = host.content();

    Outcome outcome =
        DAEMON.run(
            into.mount(
                    Daemon.script(
                        """
                        cd /srv/t && ls -A
                        ./link; cat secret; readlink dangling
                        stat -c '%n %U %a' bin secret raised
                        stat -c '%Y' bin secret
                        """),
                    host)
                .identity(NOBODY)
                .include("/srv/t", tree.toString())
                .build());

    assertThat(outcome.stderr()).isEmpty();
    assertThat(outcome.lines())
        .containsExactly(
            "bin",
            "dangling",
            "link",
            "raised",
            "secret",
            "tool",
            "s",
            "/no/where",
            "bin nobody 755",
            "secret nobody 600",
            "raised nobody 755",
            "981173106",
            "981173106");
    assertThat(host.content()).containsAll(before).doesNotContain("bound/t");
  }

  @ParameterizedTest
  @EnumSource
  void several_includes_stand_in_each_other(Into into) throws Exception {
    Path tree = host.directoryWith("tree", "of the tree");
    Path one = host.file("one", "one\n");
    Path other = host.file("other", "other\n");

    Outcome outcome =
        DAEMON.run(
            into.mount(Daemon.script("cd /srv/t; cat file deep/down/one top; ls ."), host)
                .include("/srv/t", tree.toString())
                .include("/srv/t/deep/down/one", one.toString())
                .include("/srv/t/top", other.toString())
                .build());

    assertThat(outcome.stderr()).isEmpty();
    assertThat(outcome.lines())
        .containsExactly("of the tree", "one", "other", "deep", "file", "top");
    assertThat(host.content()).doesNotContain("bound/t", "tree/deep", "tree/top");
  }

  @ParameterizedTest
  @EnumSource(names = {"RAM", "FRESH"})
  void another_file_can_be_renamed_over_a_copy_in_what_is_the_sandboxs_own(Into into)
      throws Exception {
    Path source = host.file("source", "original\n");

    Outcome outcome =
        DAEMON.run(
            into.mount(Daemon.script("cd /srv; echo new > g; mv g f; cat f; rm f; ls -A"), host)
                .include("/srv/f", source.toString())
                .build());

    assertThat(outcome.stderr()).isEmpty();
    assertThat(outcome.lines()).containsExactly("new");
  }

  @ParameterizedTest
  @EnumSource(names = {"BIND", "GUEST_BIND_OF_BIND"})
  void a_copy_covers_a_file_of_a_bind_which_stays(Into into) throws Exception {
    Path source = host.file("source", "included\n");
    Path covered = host.file("bound/f", "of the bind\n");

    Outcome outcome =
        DAEMON.run(
            into.mount(Daemon.script("cd /srv; cat f; echo x > f; cat f; echo y > g"), host)
                .include("/srv/f", source.toString())
                .build());

    assertThat(outcome.stderr()).isEmpty();
    assertThat(outcome.lines()).containsExactly("included", "x");
    assertThat(covered).hasContent("of the bind\n");
    assertThat(host.content()).containsExactly("bound", "bound/f", "bound/g", "source");
  }

  @Test
  void a_copy_covers_a_file_of_a_read_only_bind() throws Exception {
    Path source = host.file("source", "included\n");
    Path covered = host.file("bound/f", "of the bind\n");

    Outcome outcome =
        DAEMON.run(
            Daemon.script("cd /srv; cat f; echo x > f; cat f; echo y > g")
                .mount(HostBindMount.of("/srv", covered.getParent().toString()).asReadOnly())
                .include("/srv/f", source.toString())
                .build());

    assertThat(outcome.lines()).containsExactly("included", "x");
    assertThat(outcome.stderr()).contains("g: Read-only file system");
    assertThat(covered).hasContent("of the bind\n");
  }

  @ParameterizedTest
  @EnumSource
  void a_directory_is_the_content_of_a_whole_mount(Into into) throws Exception {
    Path tree = host.directoryWith("tree", "of the tree");

    Outcome outcome =
        DAEMON.run(
            into.mount(Daemon.script("cat /srv/file"), host)
                .include("/srv", tree.toString())
                .build());

    assertThat(outcome.stderr()).isEmpty();
    assertThat(outcome.lines()).containsExactly("of the tree");
    assertThat(host.content()).doesNotContain("bound/file");
  }

  @Test
  void a_source_that_is_a_link_is_what_it_leads_to() throws Exception {
    host.file("source", "original\n");
    Path link = host.link("link", "source");

    Outcome outcome =
        DAEMON.run(
            Daemon.script("cat /srv/f; test -L /srv/f")
                .mount(RamMount.of("/srv", MEBIBYTE))
                .include("/srv/f", link.toString())
                .build());

    assertThat(outcome.lines()).containsExactly("original");
  }

  @Test
  void a_name_of_blanks_and_signs_is_kept() throws Exception {
    Path source = host.file(" ü <&>\"'\\ %s ", "odd\n");

    Outcome outcome =
        DAEMON.run(
            Daemon.script("cat '/srv/ b & ö>'; ls /mnt")
                .mount(RamMount.of("/srv", MEBIBYTE))
                .include("/srv/ b & ö>", source.toString())
                .mount(HostBindMount.of("/mnt", ""))
                .include("/mnt/ b & ö>", source.toString())
                .build());

    assertThat(outcome.stderr()).isEmpty();
    assertThat(outcome.lines()).containsExactly("odd", " b & ö>");
  }
}
