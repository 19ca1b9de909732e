package org.libvirt.sandbox.examples;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.libvirt.sandbox.config.Identity;

/** The acceptance check 54 of libvirt-sandbox's own tests: who a program is. */
abstract class IdentityChecks {
  static final String WHO =
      "id -u; id -g; id -G; echo $HOME $USER $LOGNAME; grep CapEff /proc/self/status";
  static final String NO_CAPABILITY = "CapEff:\t0000000000000000\n";

  /** Where they run. */
  abstract CheckedPlace place();

  @Test
  void check_54_the_caller_is_who_the_program_runs_as() {
    Identity caller = place().caller();

    assertThat(place().run("--", "/bin/sh", "-c", WHO))
        .isEqualTo(
            new Ran(
                0,
                "%1$d\n%2$d\n%2$d\n%3$s %4$s %4$s\n"
                        .formatted(caller.uid(), caller.gid(), caller.home(), caller.userName())
                    + NO_CAPABILITY,
                ""));
  }

  @Test
  void check_54_root_without_capabilities_cannot_do_what_needs_one() {
    Ran ran =
        place().run("-u", "0:0", "--", "/bin/sh", "-c", "id -u; chown 1 /dev/shm && echo done");

    assertThat(ran.out()).isEqualTo("0\n");
    assertThat(ran.status()).isNotZero();
  }

  @Test
  void check_54_a_privileged_root_has_a_short_list_of_capabilities() {
    Ran ran =
        place()
            .run(
                "-p",
                "--",
                "/bin/sh",
                "-c",
                "id -u; : >/tmp/f; chown 1 /tmp/f && stat -c %u /tmp/f;"
                    + " grep CapEff /proc/self/status; mknod /tmp/b b 7 0 && head -c 1 /tmp/b");

    assertThat(ran.lines()).startsWith("0", "1").hasSize(3);
    long capabilities = Long.parseLong(ran.lines().get(2).replace("CapEff:\t", ""), 16);
    // chown, dac_override, setgid and setuid; not sys_module, sys_admin, sys_time and mknod
    assertThat(capabilities & 0xc3L).isEqualTo(0xc3L);
    assertThat(capabilities & (1L << 16 | 1L << 21 | 1L << 25 | 1L << 27)).isZero();
    assertThat(ran.status()).isNotZero();
  }
}
