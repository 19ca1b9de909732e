package org.libvirt.sandbox.examples;

import static org.assertj.core.api.Assertions.assertThat;

import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
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
        "LIBVIRT_DEFAULT_URI=bogus:/// virt-sandbox id | 'LIBVIRT_DEFAULT_URI': cannot connect to",
        "LIBVIRT_DEFAULT_URI=x virt-sandbox id | 'LIBVIRT_DEFAULT_URI': 'x' is no libvirt",
        "LIBVIRT_DEFAULT_URI=lxc://h/ virt-sandbox id | 'LIBVIRT_DEFAULT_URI': 'lxc://h/' is on host",
        "virt-sandbox -c qemu+ssh://root@h/system id | is on host 'root@h'",
        "virt-sandbox -p -S nobody id | '--switchto' and '--privileged' exclude each other",
        "virt-sandbox -S no-such-user id | option '--switchto': this host knows no user 'no-such-user'",
        "virt-sandbox -w /no/such/directory id | /no/such/directory",
        "virt-sandbox -r no/such/root id | no/such/root",
        "virt-sandbox -m host-bind:/mnt=/no/such/source id | /no/such/source",
        "virt-sandbox -m host-bind:mnt=/ id | option '--mount': mount target 'mnt' is not absolute",
        "virt-sandbox -m ram:/mnt=0 id | option '--mount': size '0' is 0",
        "virt-sandbox -e =x id | option '--env': environment variable without a name",
        "virt-sandbox --env-file /dev/null/x id | option '--env-file': cannot read",
        "virt-sandbox -- '' | command",
        "virt-sandbox list --format xml | 'virt-sandbox list --help' lists the options",
        "virt-sandbox clean now | 'virt-sandbox clean --help' lists the options",
        "virt-sandbox -- printf \"$(printf '\\377')\" | not valid UTF-8",
        "virt-sandbox \"$(printf '%b' '--ba\\nd')\" id | '--ba d'",
        "virt-sandbox --timeout \"$(printf '1\\n2')\" id | '1 2' is no time",
        "virt-sandbox -c \"$(printf 'x\\ny:///')\" id | x y:///"
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

  @ParameterizedTest
  @ValueSource(strings = {"", "-v"})
  void without_libvirts_library_that_is_said(String option) {
    var ran =
        Shell.run(
            """
            cd "$1" && exec unshare --mount sh -c '
              for library in $(ldconfig -p | sed -n "s|.* => \\(.*/libvirt[.]so.*\\)|\\1|p"); do
                mount --bind /dev/null "$library" || exit 1
              done
              exec java -jar target/virt-sandbox/virt-sandbox.jar $1 -c test:///default -- id' sh "$2"
            """,
            Checkout.root().toString(),
            option);

    assertThat(ran).extracting(Outcome::status, Outcome::out).containsExactly(125, "");
    assertThat(ran.err().lines())
        .allMatch(line -> line.startsWith("virt-sandbox: "))
        .last(InstanceOfAssertFactories.STRING)
        .contains("libvirt.so.0 cannot be loaded; install libvirt0");
  }

  @Test
  void somebody_who_asks_for_a_container_and_is_not_root_is_told_so() {
    var ran =
        Shell.run(
            "exec setpriv --reuid=65534 --regid=65534 --clear-groups"
                + " virt-sandbox -c lxc:/// -- id");

    assertThat(ran).extracting(Outcome::status, Outcome::out).containsExactly(125, "");
    assertThat(ran.err()).contains("root").containsOnlyOnce("\n");
  }
}
