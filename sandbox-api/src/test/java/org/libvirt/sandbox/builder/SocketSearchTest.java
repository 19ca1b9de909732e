package org.libvirt.sandbox.builder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.libvirt.sandbox.builder.PreparedProcess.mounted;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.libvirt.sandbox.HostLacksException;

/** What names mean to other processes, by a /proc that was made for the test. */
final class SocketSearchTest {
  private static final int MANY = 20_000;
  private static final int PRIVATE = 2;
  private static final int OWN = 1;

  @TempDir Path temporary;
  private Path directory;
  private Path proc;
  private Path socket;
  private ServerSocketChannel bound;

  @BeforeEach
  void bind() throws IOException {
    directory = Files.createDirectory(temporary.toRealPath().resolve("d"));
    proc = Files.createDirectory(temporary.resolve("proc"));
    PreparedProcess.prepare(proc);
    socket = directory.resolve("s");
    bound =
        ServerSocketChannel.open(StandardProtocolFamily.UNIX)
            .bind(UnixDomainSocketAddress.of(socket));
  }

  @AfterEach
  void close() throws IOException {
    bound.close();
  }

  @Test
  void an_absolute_name_is_looked_for_below_the_roots_of_its_network() throws Exception {
    process(7, OWN, OWN).sockets("/d/s");
    process(8, OWN, OWN).sockets("/d/s").root(directory.getParent());

    assertThat(find()).containsExactly(socket);
  }

  @Test
  void a_relative_name_is_looked_for_where_processes_of_its_network_are() throws Exception {
    process(7, OWN, PRIVATE).sockets("s");
    process(8, OWN, PRIVATE).sockets("s").at(directory);

    assertThat(find()).containsExactly(socket);
  }

  @Test
  void a_relative_name_with_directories_is_looked_for_below_where_a_process_is() throws Exception {
    process(7, OWN, OWN).sockets("d/s").at(directory.getParent());

    assertThat(find()).containsExactly(socket);
  }

  @Test
  void a_relative_name_counts_for_the_directory_where_its_socket_was_renamed() throws Exception {
    process(7, OWN, OWN).sockets("first").at(directory);

    assertThat(find()).containsExactly(socket);
  }

  @Test
  void a_name_of_the_own_network_is_looked_for_by_who_went_to_another() throws Exception {
    process(7, OWN, OWN).sockets("s");
    process(8, OWN, PRIVATE).at(directory);

    assertThat(find()).containsExactly(socket);
  }

  @Test
  void a_name_of_another_network_is_not_looked_for_by_who_is_not_there() throws Exception {
    process(7, OWN, PRIVATE).sockets("s");
    process(8, OWN, OWN).at(directory);

    assertThat(find()).isEmpty();
  }

  @Test
  void a_name_of_another_mount_namespace_is_looked_for_where_this_one_shows_it() throws Exception {
    process(7, PRIVATE, PRIVATE).sockets("/mnt/s").mounts(mounted(directory, "/mnt", "rw"));

    assertThat(find()).containsExactly(socket);
  }

  @Test
  void a_relative_name_of_another_mount_namespace_is_completed_by_its_mounts() throws Exception {
    process(7, PRIVATE, PRIVATE)
        .sockets("s")
        .at(Path.of("/mnt"))
        .mounts(mounted(directory, "/mnt", "rw"));

    assertThat(find()).containsExactly(socket);
  }

  @Test
  void a_relative_name_leads_into_a_mount_below_where_a_process_is() throws Exception {
    process(7, PRIVATE, PRIVATE)
        .sockets("mnt/s")
        .mounts("1 0 0:9999 / / rw - tmpfs none rw\n" + mounted(directory, "/mnt", "rw"));

    assertThat(find()).containsExactly(socket);
  }

  @Test
  void mounts_are_told_from_the_root_of_who_is_in_another_mount_namespace() throws Exception {
    process(7, PRIVATE, PRIVATE)
        .sockets("s")
        .root(Path.of("/jail"))
        .at(Path.of("/jail/mnt"))
        .mounts(mounted(directory, "/mnt", "rw"));

    assertThat(find()).containsExactly(socket);
  }

  @Test
  void nothing_is_looked_for_on_what_is_read_only_in_another_mount_namespace() throws Exception {
    process(7, PRIVATE, PRIVATE).sockets("/mnt/s").mounts(mounted(directory, "/mnt", "ro"));

    assertThat(find()).isEmpty();
  }

  @Test
  void the_next_process_is_asked_for_the_mounts_where_one_has_ended() throws Exception {
    process(7, PRIVATE, PRIVATE).sockets("/mnt/s").mounts(mounted(directory, "/mnt", "rw"));
    process(8, PRIVATE, PRIVATE).sockets("/mnt/s").mounts(mounted(directory, "/mnt", "rw"));
    Files.delete(proc.resolve("7/mountinfo"));
    assertThat(find()).containsExactly(socket);

    Files.move(proc.resolve("8/mountinfo"), proc.resolve("7/mountinfo"));
    assertThat(find()).containsExactly(socket);
  }

  @Test
  void a_sandbox_of_many_processes_in_many_places_costs_no_search_of_them() throws Exception {
    String[] names = IntStream.range(0, 100).mapToObj(n -> n + "/s").toArray(String[]::new);
    for (int pid = 10; pid < 110; pid++) {
      PreparedProcess process = process(pid, PRIVATE, PRIVATE).sockets(names);
      process.at(Path.of("/tmp/" + pid));
      hold(pid, 20);
    }
    AtomicLong looks = new AtomicLong();

    Set<Path> sockets = PreparedProcess.find(proc, new SearchTime(looks::getAndIncrement));

    assertThat(sockets).isEmpty();
    // one for each process and each name: none for what a process holds, or for a name in a place
    assertThat(looks).hasValueLessThan(300);
  }

  @Test
  @Timeout(60) // it took minutes when each name was tried with the lines that follow it
  void many_sockets_of_another_sandbox_hold_up_nobody() throws Exception {
    Path empty = Files.createDirectory(temporary.toRealPath().resolve("empty"));
    process(7, PRIVATE, PRIVATE)
        .sockets(
            IntStream.range(0, MANY)
                .mapToObj(n -> n % 2 == 0 ? "/not/there/" + n : empty + "/" + n)
                .toArray(String[]::new));

    assertThat(find()).isEmpty();
  }

  @Test
  void where_there_is_more_than_can_be_looked_through_is_named() throws Exception {
    process(7, OWN, OWN).sockets("first").at(directory);
    for (int number = 0; number < 30; number++) {
      Files.createFile(directory.resolve("file" + number));
    }
    AtomicLong seconds = new AtomicLong();
    SearchTime time = new SearchTime(() -> seconds.getAndIncrement() * 1_000_000_000);

    assertThatThrownBy(() -> PreparedProcess.find(proc, time))
        .isInstanceOf(HostLacksException.class)
        .hasMessageMatching(
            "the Unix sockets of this host, .*, could not be found in 10 s; most of what was"
                + " looked at are \\d files in %s: end or remove .*".formatted(directory));
  }

  @Test
  void a_table_that_no_heap_has_room_for_is_refused() throws Exception {
    fill(process(7, PRIVATE, PRIVATE).table(), "/run/" + "x".repeat(100));

    assertThatThrownBy(this::find)
        .isInstanceOf(HostLacksException.class)
        .hasMessageStartingWith("the network of process 7 has more Unix sockets than");
  }

  @Test
  void sockets_without_a_name_in_a_file_system_are_no_matter_how_many() throws Exception {
    fill(process(7, PRIVATE, PRIVATE).table(), "@" + "x".repeat(100));
    process(8, OWN, OWN).sockets(socket.toString());

    assertThat(find()).containsExactly(socket);
  }

  /** With 300,000 sockets, some 48 MB of text. */
  private static void fill(Path table, String name) throws IOException {
    String line = "0000000000000000: 00000002 00000000 00010000 0001 01 12345 " + name;
    Files.write(table, Collections.nCopies(300_000, line));
  }

  private PreparedProcess process(int pid, int mountNamespace, int network) throws IOException {
    return PreparedProcess.in(proc, pid, mountNamespace, network);
  }

  /** Has a process hold as many sockets. */
  private void hold(int pid, int count) throws IOException {
    Path descriptors = Files.createDirectory(proc.resolve(pid + "/fd"));
    for (int number = 1; number <= count; number++) {
      Files.createSymbolicLink(
          descriptors.resolve(Integer.toString(number)), Path.of("socket:[" + number + "]"));
    }
  }

  private Set<Path> find() throws IOException {
    return PreparedProcess.find(proc, new SearchTime(() -> 0)); // whose clock stands
  }
}
