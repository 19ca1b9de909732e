package org.libvirt.sandbox.examples;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The manual page that the build has made, as its readers see it. */
final class ManualPageIT {
  private static final String PAGE =
      Checkout.root().resolve("sandbox-examples/target/share/man/man1/virt-sandbox.1").toString();

  @Test
  void a_strict_reader_finds_nothing_to_say() {
    assertThat(Shell.run("mandoc -Tlint -W style \"$1\"", PAGE))
        .isEqualTo(new Shell.Outcome(0, "", ""));
  }

  @Test
  void it_reads_as_it_was_written() {
    String page = Shell.run("mandoc -Tutf8 -O width=300 \"$1\" | sed 's/.\b//g'", PAGE).out();

    assertThat(page)
        .contains("virt-sandbox [OPTION...] [--] COMMAND [ARGUMENT...]")
        .contains("-m, --mount TYPE:TARGET=SOURCE")
        .contains("virt-sandbox -m host-bind:/root= --ro /mnt=$PWD bash")
        .contains(
            "what ends the run when it is typed at a terminal, or none; default: ^], which is Ctrl-]")
        .contains("route=IP[/PREFIX]%GATEWAY")
        .doesNotContain("\\f", "%%");
  }
}
