package org.libvirt.sandbox.builder.lxc;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.libvirt.sandbox.config.GuestBindMount;
import org.libvirt.sandbox.config.HostBindMount;
import org.libvirt.sandbox.config.HostImageMount;
import org.libvirt.sandbox.config.ImageFormat;
import org.libvirt.sandbox.config.RamMount;
import org.libvirt.sandbox.contract.HostTree;
import org.libvirt.sandbox.contract.Outcome;

/** Paths of any signs, and paths that lead over symbolic links. */
@Timeout(300)
final class NamesIT {
  private static final long MEBIBYTE = 1L << 20;

  @RegisterExtension static final Daemon DAEMON = new Daemon();
  @RegisterExtension final HostTree host = HostTree.hidden();
  @RegisterExtension final HostTree seen = HostTree.visible();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "with blanks",
        " leading",
        "trailing ",
        "'single'",
        "\"double\"",
        "<a>&amp;&b>",
        "]]>",
        "back\\slash",
        "\\040octal",
        "%s%n%20",
        "$HOME`id`",
        "comma,=:equals",
        "*?[a]",
        "-dash",
        "..dots",
        "ünïcödé",
        "日本語",
        "🙂",
        "e\u0301",
        "\u00a0nbsp\u2028line",
        "x.img",
        "#hash;"
      })
  void any_name_does_for_sources_and_targets(String name) throws Exception {
    Path source = host.directoryWith(name, "of the host");
    Path image = host.imageOf("i" + name, source);
    Path target = seen.directory(name);

    Outcome outcome =
        DAEMON.run(
            Daemon.script(
                    """
                    cat "$T/file" "/tmp/$N/file" "/mnt/$N/file" "/run/$N/$N"
                    echo x > "$T/new"; touch "/opt/$N"; ls "/tmp/$N" "/opt"
                    """)
                .environment("N", name)
                .environment("T", target.toString())
                .mount(HostBindMount.of(target.toString(), source.toString()))
                .mount(GuestBindMount.of("/tmp/" + name, target.toString()))
                .mount(RamMount.of("/mnt", MEBIBYTE))
                .mount(HostImageMount.of("/mnt/" + name, image.toString(), ImageFormat.RAW))
                .mount(RamMount.of("/run/" + name, MEBIBYTE))
                .include("/run/" + name + "/" + name, source.resolve("file").toString())
                .mount(HostBindMount.of("/opt", ""))
                .build());

    assertThat(outcome.stderr()).isEmpty();
    assertThat(outcome.lines())
        .startsWith("of the host", "of the host", "of the host", "of the host")
        .contains("file", "new");
    assertThat(source.resolve("new")).hasContent("x");
    assertThat(Loops.of(image)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/var/run", "/var/run/below/it", "/var/lock", "/run/./a//b/"})
  void a_target_over_a_link_of_the_root_stands_where_that_leads(String target) throws Exception {
    Path data = host.directoryWith("data", "of the host");
    Path file = host.file("f", "included\n");

    Outcome outcome =
        DAEMON.run(
            Daemon.script("cat $T/file $T/a/inc")
                .environment("T", target)
                .mount(HostBindMount.of(target, data.toString()))
                .include(target.replaceAll("/$", "") + "/a/inc", file.toString())
                .build());

    assertThat(outcome.stderr()).isEmpty();
    assertThat(outcome.lines()).containsExactly("of the host", "included");
    assertThat(host.content()).containsExactly("data", "data/file", "f");
  }

  @Test
  void links_are_followed_as_the_sandbox_sees_them() throws Exception {
    Path data = host.directory("data");
    host.directory("data/real/deep");
    host.link("data/absolute", "/srv/real");
    host.link("data/relative", "real/deep");
    host.link("data/up", "../../..//srv/absolute/deep");
    Path inner = host.directoryWith("inner", "inner");

    Outcome outcome =
        DAEMON.run(
            Daemon.script("cat /srv/real/deep/file; ls /srv/real")
                .mount(HostBindMount.of("/srv", data.toString()))
                .mount(RamMount.of("/srv/absolute", MEBIBYTE))
                .mount(HostBindMount.of("/srv/absolute/deep", inner.toString()))
                .build());
    Outcome others =
        DAEMON.run(
            Daemon.script("cat /srv/real/deep/file; ls -A /srv/real/deep; cat /srv/up/x")
                .mount(HostBindMount.of("/srv", data.toString()))
                .mount(HostBindMount.of("/srv/relative", inner.toString()))
                .mount(RamMount.of("/srv/up", MEBIBYTE))
                .include("/srv/up/x", inner.resolve("file").toString())
                .build());

    assertThat(outcome.lines()).containsExactly("inner", "deep");
    assertThat(others.lines()).containsExactly("x", "inner");
    assertThat(host.path("data/real/deep")).isEmptyDirectory();
  }

  @Test
  void a_source_over_links_is_where_the_host_has_it() throws Exception {
    host.directoryWith("real", "of the host");
    Path link = host.link("link", "real");

    Outcome outcome =
        DAEMON.run(
            Daemon.script("cat /srv/file; stat -c %F /srv")
                .mount(HostBindMount.of("/srv", link.toString()))
                .build());

    assertThat(outcome.lines()).containsExactly("of the host", "directory");
  }

  /** Nobody has looked into an image: where its links lead is not known before. */
  @Test
  void a_target_in_an_image_is_made_there_and_a_link_of_the_image_leads_to_nothing_of_the_host()
      throws Exception {
    Path tree = host.directory("tree");
    host.directory("tree/real");
    Path image = host.imageOf("disk.img", tree);

    Outcome outcome =
        DAEMON.run(
            Daemon.script("touch /srv/real/own && grep -c ' /srv/real ' /proc/self/mounts")
                .mount(HostImageMount.of("/srv", image.toString(), ImageFormat.RAW))
                .mount(RamMount.of("/srv/real", MEBIBYTE))
                .build());

    assertThat(outcome.stderr()).isEmpty();
    assertThat(outcome.lines()).containsExactly("1");
  }
}
