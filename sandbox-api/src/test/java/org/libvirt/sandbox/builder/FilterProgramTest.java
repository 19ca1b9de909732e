package org.libvirt.sandbox.builder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.libvirt.sandbox.HostLacksException;
import org.libvirt.sandbox.InvalidSandboxException;
import org.libvirt.sandbox.builder.CallRefusal.Programs;
import org.libvirt.sandbox.config.SystemCallFilter;

/** The programs are run as the kernel runs them; docs and numbers are its headers'. */
final class FilterProgramTest {
  private static final int X86_64 = 0xc000003e;
  private static final int ENOSYS = 38;
  private static final int EPERM = 1;
  private static final int EAFNOSUPPORT = 97;
  private static final int MOST_INSTRUCTIONS = 4096;

  static Stream<CallTable> tables() {
    return Stream.of(CallTable.values());
  }

  private static String machineOf(CallTable table) {
    return table == CallTable.AARCH64 ? "aarch64" : "amd64";
  }

  private static FilterMachine machine(String filter, boolean privileged, String architecture) {
    return new FilterMachine(
        FilterProgram.of(SystemCallFilter.parse(filter), privileged, architecture).orElseThrow());
  }

  private static FilterMachine standard() {
    return machine("default", false, "amd64");
  }

  @ParameterizedTest
  @MethodSource("tables")
  void each_refused_call_has_its_errno_and_no_other_call_is_refused(CallTable table) {
    List<CallRefusal> always =
        CallRefusal.standard().stream().filter(one -> one.condition().isAlways()).toList();
    FilterMachine machine = machine("default", false, machineOf(table));

    for (int number = 0; number <= table.highest(); number++) {
      int call = number;
      int expected =
          always.stream()
              .filter(one -> table.number(one.call()).equals(OptionalInt.of(call)))
              .mapToInt(one -> one.error().number)
              .findFirst()
              .orElse(0);
      // arguments that no condition of the list refuses: personality(0), socket(AF_UNIX)
      long argument = table.number("socket").orElseThrow() == number ? 1 : 0;

      assertThat(machine.answer(table.audit(), number, argument))
          .as("call %d of %s", number, table)
          .isEqualTo(expected);
    }
  }

  @ParameterizedTest
  @MethodSource("tables")
  void numbers_without_a_name_are_told_to_be_missing(CallTable table) {
    FilterMachine machine = machine("default", false, machineOf(table));

    assertThat(machine.answer(table.audit(), table.highest() + 1)).isEqualTo(ENOSYS);
    assertThat(machine.answer(table.audit(), -1)).isEqualTo(ENOSYS);
  }

  @ParameterizedTest
  @ValueSource(strings = {"default", "unconfined,-ptrace"})
  void calls_of_x32_and_of_other_architectures_are_told_to_be_missing(String filter) {
    FilterMachine machine = machine(filter, true, "amd64");
    int getpid = 39;

    assertThat(machine.answer(X86_64, getpid)).isZero();
    assertThat(machine.answer(X86_64, getpid | 0x40000000)).isEqualTo(ENOSYS);
    assertThat(machine.answer(0x40000028, 20)).isEqualTo(ENOSYS);
    assertThat(machine("default", false, "aarch64").answer(X86_64, getpid)).isEqualTo(ENOSYS);
  }

  @ParameterizedTest(name = "{0}({1}, {2})")
  @CsvSource({
    "clone, 0x01200011, 0, 0", // fork
    "clone, 0x003d0f00, 0, 0", // a thread
    "clone, 0x00004111, 0, 0", // vfork
    "clone, 0x10000011, 0, 1",
    "clone, 0x20000011, 0, 1",
    "clone, 0xffffffff00020011, 0, 1",
    "unshare, 0x600, 0, 0", // files and directory
    "unshare, 0x10000000, 0, 1",
    "unshare, 0x80, 0, 1",
    "socket, 1, 0, 0",
    "socket, 2, 0, 0",
    "socket, 10, 0, 0",
    "socket, 16, 0, 0",
    "socket, 17, 0, 97",
    "socket, 21, 0, 97",
    "socket, 38, 0, 97",
    "socket, 40, 0, 97",
    "socket, 0x100000001, 0, 0", // the kernel takes an int
    "socket, 0x100000028, 0, 97",
    "socketpair, 1, 0, 0",
    "socketpair, 30, 0, 97",
    "ioctl, 0, 0x5401, 0",
    "ioctl, 0, 0x541b, 0",
    "ioctl, 0, 0x5412, 1",
    "ioctl, 0, 0x541c, 1",
    "ioctl, 0, 0x5423, 1",
    "ioctl, 0, 0xffffffff00005412, 1", // CVE-2019-10063: the kernel does not see the upper half
    "personality, 0, 0, 0",
    "personality, 8, 0, 0",
    "personality, 0x00040000, 0, 0",
    "personality, 0x00040008, 0, 0",
    "personality, 0xffffffff, 0, 0",
    "personality, 0x00100000, 0, 1",
    "personality, 0x04000001, 0, 1",
  })
  void arguments_decide_where_a_call_is_needed(
      String call, String first, String second, int answer) {
    int number = CallTable.X86_64.number(call).orElseThrow();

    assertThat(standard().answer(X86_64, number, unsigned(first), unsigned(second)))
        .isEqualTo(answer);
  }

  private static long unsigned(String text) {
    return text.startsWith("0x")
        ? Long.parseUnsignedLong(text.substring(2), 16)
        : Long.parseLong(text);
  }

  @Test
  void a_privileged_program_has_packet_sockets_beyond_others() {
    FilterMachine machine = machine("default", true, "amd64");
    int socket = CallTable.X86_64.number("socket").orElseThrow();

    assertThat(machine.answer(X86_64, socket, 17)).isZero();
    assertThat(machine.answer(X86_64, socket, 16)).isZero();
    assertThat(machine.answer(X86_64, socket, 38)).isEqualTo(EAFNOSUPPORT);
    assertThat(machine.answer(X86_64, CallTable.X86_64.number("mount").orElseThrow()))
        .isEqualTo(EPERM);
  }

  @Test
  void what_a_config_allows_is_allowed_and_what_it_refuses_is_refused() {
    FilterMachine machine = machine("default,+unshare,-ptrace", false, "amd64");
    int unshare = CallTable.X86_64.number("unshare").orElseThrow();
    int ptrace = CallTable.X86_64.number("ptrace").orElseThrow();
    int mount = CallTable.X86_64.number("mount").orElseThrow();

    assertThat(machine.answer(X86_64, unshare, 0x10000000)).isZero();
    assertThat(machine.answer(X86_64, ptrace)).isEqualTo(EPERM);
    assertThat(machine.answer(X86_64, mount)).isEqualTo(EPERM);
    assertThat(standard().answer(X86_64, ptrace)).isZero();
  }

  @Test
  void an_unconfined_program_has_no_filter_unless_calls_are_named() {
    assertThat(FilterProgram.of(SystemCallFilter.unconfined(), false, "amd64")).isEmpty();
    assertThat(machine("unconfined,-ptrace", false, "amd64").answer(X86_64, 165)).isZero();
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '"',
      value = {
        "+clone_3, 'clone_3' is unknown",
        "-opne, 'opne' is unknown",
        "+keyctl, 'keyctl' is refused in every sandbox",
        "+io_uring_setup, 'io_uring_setup' is refused in every sandbox",
      })
  void a_name_that_changes_nothing_is_refused(String filter, String words) {
    assertThatThrownBy(() -> machine(filter, false, "amd64"))
        .isInstanceOf(InvalidSandboxException.class)
        .hasMessageContaining(words);
  }

  @Test
  void an_architecture_without_a_table_is_named_with_the_way_out() {
    assertThatThrownBy(() -> machine("default", false, "riscv64"))
        .isInstanceOf(HostLacksException.class)
        .hasMessageContaining("riscv64")
        .hasMessageContaining("syscalls=unconfined");
  }

  @ParameterizedTest
  @ValueSource(strings = {"amd64", "aarch64"})
  void a_supervisor_takes_programs_of_that_size(String architecture) {
    byte[] program =
        FilterProgram.of(SystemCallFilter.standard(), true, architecture).orElseThrow();

    assertThat(program.length % 8).isZero();
    assertThat(program.length / 8).isLessThan(MOST_INSTRUCTIONS);
  }

  @ParameterizedTest
  @EnumSource
  void each_call_of_the_list_is_one_of_an_architecture_and_has_a_reason(Programs programs) {
    assertThat(CallRefusal.standard())
        .filteredOn(refusal -> refusal.programs() == programs)
        .isNotEmpty()
        .allSatisfy(refusal -> assertThat(CallTable.isKnown(refusal.call())).isTrue())
        .allSatisfy(refusal -> assertThat(refusal.reason()).isNotBlank());
  }
}
