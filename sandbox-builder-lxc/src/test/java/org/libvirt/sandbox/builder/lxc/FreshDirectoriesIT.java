package org.libvirt.sandbox.builder.lxc;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.libvirt.sandbox.builder.StateDirectory;
import org.libvirt.sandbox.config.HostBindMount;
import org.libvirt.sandbox.config.Identity;
import org.libvirt.sandbox.config.InteractiveConfig;
import org.libvirt.sandbox.contract.Outcome;

/** Binds without a source. */
@Timeout(300)
final class FreshDirectoriesIT {
  private static final Identity NOBODY = new Identity(65534, 65534, "nobody", "/");

  @RegisterExtension static final Daemon DAEMON = new Daemon();

  @Test
  void a_bind_without_a_source_is_an_empty_directory_of_the_programs_user_BUG_1() throws Exception {
    Outcome outcome =
        DAEMON.run(
            Daemon.script("cd /srv; ls -A; echo own > f && cat f; stat -c '%U:%G %a' . f; pwd")
                .identity(NOBODY)
                .mount(HostBindMount.of("/srv", ""))
                .build());

    assertThat(outcome.stderr()).isEmpty();
    assertThat(outcome.lines())
        .containsExactly("own", "nobody:nogroup 755", "nobody:nogroup 644", "/srv");
  }

  @Test
  void each_is_another_and_none_has_what_an_earlier_run_wrote() throws Exception {
    InteractiveConfig config =
        Daemon.script("ls -A /srv /mnt; echo x > /srv/left; ls -A /mnt")
            .mount(HostBindMount.of("/srv", ""))
            .mount(HostBindMount.of("/mnt", ""))
            .build();

    DAEMON.run(config);
    Outcome second = DAEMON.run(config);

    assertThat(second.lines()).containsExactly("/mnt:", "", "/srv:");
  }

  @Test
  void a_read_only_one_stays_empty() throws Exception {
    Outcome outcome =
        DAEMON.run(
            Daemon.script("echo x > /srv/new; ls -A /srv")
                .mount(HostBindMount.of("/srv", "").asReadOnly())
                .build());

    assertThat(outcome.stdout()).isEmpty();
    assertThat(outcome.stderr()).contains("Read-only file system");
  }

  @Test
  void it_is_gone_with_the_sandbox_whatever_the_program_made_in_it() throws Exception {
    UUID uuid = UUID.randomUUID();
    Path state = StateDirectory.pathOf(uuid);
    var sandbox =
        DAEMON.start(
            Daemon.script(
                    """
                    cd /srv; mkdir -p a/b/c locked; echo x > locked/f; chmod 0 locked; mkfifo pipe
                    ln -s /etc link; ln -s /var/lib/libvirt-sandbox up; touch "$(printf 'odd\\nname\\377')"
                    echo ready; cat
                    """)
                .uuid(uuid)
                .identity(NOBODY)
                .mount(HostBindMount.of("/srv", ""))
                .build());
    assertThat(sandbox.console().stdout().readNBytes(6)).asString().isEqualTo("ready\n");
    assertThat(Files.exists(state.resolve("temporary"))).isTrue();

    sandbox.close();

    assertThat(state).doesNotExist();
    assertThat(Path.of("/etc/passwd")).exists();
  }

  @Test
  void nothing_of_it_is_a_way_to_the_hosts_files() throws Exception {
    Outcome outcome =
        DAEMON.run(
            Daemon.script("cd /srv; cp /usr/bin/id id; chmod 6755 id; stat -f -c %T .; ls -A ..")
                .mount(HostBindMount.of("/srv", ""))
                .build());

    assertThat(outcome.stdout()).doesNotContain("sandbox.cfg");
  }
}
