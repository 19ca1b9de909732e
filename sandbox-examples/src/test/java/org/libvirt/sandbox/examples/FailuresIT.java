package org.libvirt.sandbox.examples;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.libvirt.sandbox.examples.Shell.Outcome;

/** What virt-sandbox itself cannot do: status 125 and one line that names cause and cure. */
final class FailuresIT {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "virt-sandbox | no command is given",
        "virt-sandbox --bogus id | '--bogus'",
        "virt-sandbox -n | '--name'",
        "virt-sandbox --verbose=no id | '--verbose' takes no value",
        "virt-sandbox --timeout soon id | 'soon' is no time; write for example 10",
        "virt-sandbox -n a/b id | 'a/b'",
        "virt-sandbox -n '' id | name",
        "virt-sandbox -c '' id | '' is no libvirt connection URI; write for example 'lxc:///'",
        "virt-sandbox -c lxc id | 'lxc' is no libvirt connection URI; write for example 'lxc:///'",
        "virt-sandbox -c bogus:///x id | bogus:///x",
        "virt-sandbox -c 'lxc+unix:///system?socket=/nowhere' id | /nowhere",
        "virt-sandbox -c lxc+tcp://127.0.0.1:9/ id | lxc+tcp://127.0.0.1:9/",
        "virt-sandbox -c test:///default id | test",
        "LIBVIRT_DEFAULT_URI=bogus:/// virt-sandbox id | bogus:///",
        "virt-sandbox -- printf \"$(printf '\\377')\" | not valid UTF-8"
      })
  void a_failure_of_its_own_is_one_line_and_status_125_BUG_49(String script, String reason) {
    var ran = Shell.run(script);

    assertThat(ran).extracting(Outcome::status, Outcome::out).containsExactly(125, "");
    assertThat(ran.err())
        .startsWith("virt-sandbox: ")
        .contains(reason)
        .containsOnlyOnce("\n")
        .endsWith("\n")
        .doesNotContain("Exception", "\tat ");
  }

  @Test
  void without_libvirt_the_packages_to_install_are_named() {
    // hidden for this shell alone; bin/virt-sandbox would install them
    var ran =
        Shell.run(
            """
            cd "$1" && exec unshare --mount sh -c '
              mount --bind /dev/null "$(readlink -f "$(command -v libvirtd)")" &&
              exec java -jar target/virt-sandbox/virt-sandbox.jar -- id'
            """,
            Checkout.root().toString());

    assertThat(ran).extracting(Outcome::status, Outcome::out).containsExactly(125, "");
    assertThat(ran.err()).startsWith("virt-sandbox: ").contains("libvirt").containsOnlyOnce("\n");
  }

  @Test
  void somebody_who_is_not_root_is_told_so() {
    var ran =
        Shell.run("exec setpriv --reuid=65534 --regid=65534 --clear-groups virt-sandbox -- id");

    assertThat(ran).extracting(Outcome::status, Outcome::out).containsExactly(125, "");
    assertThat(ran.err()).contains("root").containsOnlyOnce("\n");
  }
}
