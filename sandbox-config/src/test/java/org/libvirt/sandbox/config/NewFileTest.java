package org.libvirt.sandbox.config;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NewFileTest {
  private static final byte[] CONTENT = "[api]\n".getBytes(UTF_8);

  private final Path directory;
  private final Path file;

  NewFileTest(@TempDir Path directory) {
    this.directory = directory;
    this.file = directory.resolve("sandbox.cfg");
  }

  @Test
  void a_new_file_is_alone_in_its_directory() throws IOException {
    new NewFile(file).write(CONTENT);

    assertThat(file).hasBinaryContent(CONTENT);
    assertThat(directory).isDirectoryContaining(file::equals);
    assertNothingElseIsLeft(file);
    assertThat(Files.getAttribute(file, "unix:nlink")).isEqualTo(1);
  }

  @Test
  void an_existing_file_is_left_as_it_is() throws IOException {
    Files.writeString(file, "mine");

    assertThatExceptionOfType(FileAlreadyExistsException.class)
        .isThrownBy(() -> new NewFile(file).write(CONTENT))
        .withMessage(file + ": a config is never saved over a file; delete it first");

    assertThat(file).hasContent("mine");
    assertNothingElseIsLeft(file);
  }

  @Test
  void a_link_to_nothing_exists_too() throws IOException {
    Path nothing = directory.resolve("nothing");
    Files.createSymbolicLink(file, nothing);

    assertThatExceptionOfType(FileAlreadyExistsException.class)
        .isThrownBy(() -> new NewFile(file).write(CONTENT));

    assertThat(nothing).doesNotExist();
    assertThat(file).isSymbolicLink();
    assertNothingElseIsLeft(file);
  }

  @Test
  void a_file_that_another_makes_meanwhile_is_left_as_it_is() throws IOException {
    NewFile slow =
        new NewFile(
            file,
            (link, existing) -> {
              Files.writeString(link, "another's");
              Files.createLink(link, existing);
            });

    assertThatExceptionOfType(FileAlreadyExistsException.class)
        .isThrownBy(() -> slow.write(CONTENT))
        .withMessageContaining("delete it first");

    assertThat(file).hasContent("another's");
    assertNothingElseIsLeft(file);
  }

  @Test
  void of_many_savers_one_wins_and_its_file_is_whole() throws Exception {
    int savers = 8;
    ExecutorService threads = Executors.newFixedThreadPool(savers);
    try {
      for (int round = 0; round < 20; round++) {
        Path contested = directory.resolve("round" + round);
        CyclicBarrier start = new CyclicBarrier(savers);
        List<Callable<Integer>> attempts = new ArrayList<>();
        for (int saver = 1; saver <= savers; saver++) {
          byte[] content = filled(saver);
          attempts.add(
              () -> {
                start.await();
                new NewFile(contested).write(content);
                return (int) content[0];
              });
        }

        List<Integer> winners = winners(threads.invokeAll(attempts));

        assertThat(winners).hasSize(1);
        assertThat(contested).hasBinaryContent(filled(winners.get(0)));
        Files.delete(contested);
        assertThat(directory).isEmptyDirectory();
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private static byte[] filled(int saver) {
    byte[] content = new byte[50_000];
    Arrays.fill(content, (byte) saver);
    return content;
  }

  private static List<Integer> winners(List<Future<Integer>> attempts) throws Exception {
    List<Integer> winners = new ArrayList<>();
    for (Future<Integer> attempt : attempts) {
      try {
        winners.add(attempt.get());
      } catch (ExecutionException e) {
        assertThat(e).hasCauseInstanceOf(FileAlreadyExistsException.class);
      }
    }
    return winners;
  }

  @Test
  void a_reader_sees_no_file_or_the_whole_one() throws Exception {
    byte[] content = filled(7);
    AtomicBoolean saving = new AtomicBoolean(true);
    ExecutorService reader = Executors.newSingleThreadExecutor();
    try {
      Future<List<Integer>> seen = reader.submit(() -> sizesUntil(saving));
      for (int i = 0; i < 200; i++) {
        new NewFile(file).write(content);
        Files.delete(file);
      }
      saving.set(false);

      assertThat(seen.get()).allMatch(size -> size == content.length);
    } finally {
      reader.shutdownNow();
    }
  }

  private List<Integer> sizesUntil(AtomicBoolean saving) throws IOException {
    List<Integer> sizes = new ArrayList<>();
    while (saving.get()) {
      sizeIfThere().ifPresent(sizes::add);
    }
    return sizes;
  }

  private Optional<Integer> sizeIfThere() throws IOException {
    try {
      return Optional.of(Files.readAllBytes(file).length);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"000", "022", "077", "777"})
  void a_new_file_is_its_owners_whatever_the_umask(String umask) throws Exception {
    String outcome = saveAfter("umask " + umask, 10);

    assertThat(outcome).isEqualTo("saved");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertNothingElseIsLeft(file);
  }

  @Test
  void a_file_that_does_not_fit_leaves_nothing() throws Exception {
    String outcome = saveAfter("ulimit -f 8", 100_000);

    assertThat(outcome).isEqualTo(file + ": cannot be written: File too large");
    assertThat(directory).isEmptyDirectory();
  }

  private String saveAfter(String setting, int bytes) throws IOException, InterruptedException {
    Process program =
        new ProcessBuilder(
                "/bin/sh",
                "-c",
                setting + " && exec \"$@\"",
                "sh",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:-UsePerfData", // Or the JVM itself writes a file beyond the limit.
                "-cp",
                System.getProperty("java.class.path"),
                SavingProgram.class.getName(),
                file.toString(),
                Integer.toString(bytes))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    String outcome = new String(program.getInputStream().readAllBytes(), UTF_8);
    assertThat(program.waitFor()).isZero();
    return outcome;
  }

  @Test
  void a_missing_directory_is_named_and_not_made() {
    Path missing = directory.resolve("missing");

    assertThatExceptionOfType(NoSuchFileException.class)
        .isThrownBy(() -> new NewFile(missing.resolve("sandbox.cfg")).write(CONTENT))
        .withMessage(missing + ": the directory does not exist");

    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void a_file_is_no_directory() throws IOException {
    Files.createFile(file);

    assertThatExceptionOfType(FileSystemException.class)
        .isThrownBy(() -> new NewFile(file.resolve("sandbox.cfg")).write(CONTENT))
        .withMessage(file.resolve("sandbox.cfg") + ": cannot be written: Not a directory");
  }

  @Test
  void a_directory_that_vanishes_meanwhile_is_missing() throws IOException {
    Path vanishing = Files.createDirectory(directory.resolve("vanishing"));
    NewFile late =
        new NewFile(
            vanishing.resolve("sandbox.cfg"),
            (link, existing) -> {
              Files.delete(existing);
              Files.delete(vanishing);
              Files.createLink(link, existing);
            });

    assertThatExceptionOfType(NoSuchFileException.class).isThrownBy(() -> late.write(CONTENT));

    assertThat(directory).isEmptyDirectory();
  }

  // Nobody may make a file there, not even root.
  @Test
  void a_directory_that_takes_no_files_is_named() {
    assertThatExceptionOfType(AccessDeniedException.class)
        .isThrownBy(() -> new NewFile(Path.of("/sys/kernel/sandbox.cfg")).write(CONTENT))
        .withMessage("/sys/kernel: no file can be made in there");
  }

  @Test
  void a_name_may_be_as_long_as_the_file_system_allows() throws IOException {
    Path longest = directory.resolve("x".repeat(255));

    new NewFile(longest).write(CONTENT);

    assertThat(longest).hasBinaryContent(CONTENT);
    assertNothingElseIsLeft(longest);
  }

  @Test
  void a_longer_name_leaves_nothing() {
    assertThatIOException()
        .isThrownBy(() -> new NewFile(directory.resolve("x".repeat(256))).write(CONTENT))
        .withMessageEndingWith("cannot be written: File name too long");

    assertThat(directory).isEmptyDirectory();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void without_hard_links_the_file_is_made_all_the_same(boolean unknownToJava) throws IOException {
    NewFile withoutLinks = new NewFile(file, noLinks(unknownToJava));

    withoutLinks.write(CONTENT);

    assertThat(file).hasBinaryContent(CONTENT);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertNothingElseIsLeft(file);
  }

  @Test
  void without_hard_links_an_existing_file_is_left_as_it_is() throws IOException {
    NewFile withoutLinks =
        new NewFile(
            file,
            (link, existing) -> {
              Files.writeString(link, "another's");
              noLinks(false).create(link, existing);
            });

    assertThatExceptionOfType(FileAlreadyExistsException.class)
        .isThrownBy(() -> withoutLinks.write(CONTENT));

    assertThat(file).hasContent("another's");
    assertNothingElseIsLeft(file);
  }

  private static NewFile.HardLink noLinks(boolean unknownToJava) {
    return (link, existing) -> {
      if (unknownToJava) {
        throw new UnsupportedOperationException();
      }
      throw new FileSystemException(link.toString(), null, "Operation not permitted");
    };
  }

  @Test
  void an_interrupted_thread_leaves_nothing() {
    Thread.currentThread().interrupt();
    try {
      assertThatExceptionOfType(ClosedByInterruptException.class)
          .isThrownBy(() -> new NewFile(file).write(CONTENT));
    } finally {
      assertThat(Thread.interrupted()).isTrue();
    }

    assertThat(directory).isEmptyDirectory();
  }

  private void assertNothingElseIsLeft(Path only) throws IOException {
    try (var files = Files.list(directory)) {
      assertThat(files).containsExactly(only);
    }
  }
}
