package org.libvirt.sandbox.builder.qemu;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.libvirt.sandbox.HostDirectories;
import org.libvirt.sandbox.builder.StateDirectory;
import org.libvirt.sandbox.config.HostBindMount;
import org.libvirt.sandbox.config.RamMount;
import org.libvirt.sandbox.context.InteractiveContext;
import org.libvirt.sandbox.contract.Outcome;

/** Machines whose QEMU is a user of its own, as those of a system's libvirtd are. */
@Timeout(300)
final class UnprivilegedMachineIT {
  @RegisterExtension static final Daemon DAEMON = Daemon.withUser("nobody", "nogroup");

  @TempDir Path directory;

  @Test
  void bug_39_includes_and_fresh_directories_are_qemus_users_and_nobody_elses() throws Exception {
    Path source = Files.createDirectory(directory.resolve("source"));
    Path secret = Files.writeString(source.resolve("secret"), "of root\n");
    Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-------"));
    Files.createSymbolicLink(source.resolve("link"), Path.of("secret"));
    String script =
        """
        read line
        cat /tmp/ram/in/link /srv/in/link
        readlink /srv/in/link
        stat -c '%u %a' /tmp/ram/in/secret /srv/in/secret /srv
        echo written >/srv/own && echo again >>/srv/own && chmod 600 /srv/own
        mkdir /srv/below && ln -s ../own /srv/below/link && cat /srv/below/link
        rm /srv/in/secret && ls /srv/in
        """;
    var config =
        Sharing.GENERIC_9P
            .with(Daemon.script(script))
            .mount(RamMount.of("/tmp/ram", 1 << 20))
            .include("/tmp/ram/in", source.toString())
            .mount(HostBindMount.of("/srv", ""))
            .include("/srv/in", source.toString())
            .build();

    try (InteractiveContext sandbox = DAEMON.start(config)) {
      Path state = StateDirectory.pathOf(sandbox.uuid());
      assertThat(owners(state.resolve("fresh")))
          .containsOnly("nobody rwx------", "nobody rw-------");
      assertThat(owners(state.resolve("config/include")))
          .containsOnly("nobody rwx------", "nobody rw-------");
      assertThat(owners(state.resolve("sandbox.cfg"))).containsOnly("root rw-------");
      sandbox.console().stdin().close();

      Outcome outcome = Outcome.of(sandbox.console());

      assertThat(outcome.stderr()).isEmpty();
      assertThat(outcome.stdout())
          .isEqualTo("of root\nof root\nsecret\n0 600\n0 600\n0 755\nwritten\nagain\nlink\n");
    }
  }

  /** It is another machine's, too; an owner could put a kernel of its own there. */
  @Test
  void what_all_machines_boot_is_never_given_to_qemus_user() throws Exception {
    try (InteractiveContext sandbox = DAEMON.start("/bin/cat")) {
      Path state = StateDirectory.pathOf(sandbox.uuid());

      assertThat(List.of(owner(state.resolve("kernel")), owner(state.resolve("initrd"))))
          .allMatch(owner -> owner.startsWith("nobody "));
      assertThat(owners(HostDirectories.cache().resolve("kernels")))
          .allMatch(owner -> owner.startsWith("root "));
    }
  }

  private static List<String> owners(Path tree) throws Exception {
    try (Stream<Path> all = Files.walk(tree)) {
      return all.map(UnprivilegedMachineIT::owner).toList();
    }
  }

  private static String owner(Path file) {
    try {
      return Files.getOwner(file)
          + " "
          + PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
