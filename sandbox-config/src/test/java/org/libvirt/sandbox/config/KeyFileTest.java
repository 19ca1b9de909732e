package org.libvirt.sandbox.config;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KeyFileTest {
  private final Path directory;

  KeyFileTest(@TempDir Path directory) {
    this.directory = directory;
  }

  @Test
  void groups_and_keys_are_written_in_the_order_they_came() {
    KeyFile file = KeyFile.empty();
    file.put("b", "k", "1");
    file.put("a", "k", "2");
    file.put("b", "j", "3");
    file.put("b", "k", "4");
    file.addGroup("c");

    assertThat(file.text()).isEqualTo("[b]\nk=4\nj=3\n\n[a]\nk=2\n\n[c]\n");
  }

  @Test
  void a_group_that_comes_twice_is_one_and_of_a_key_the_last_counts() {
    KeyFile file = KeyFile.parse("[a]\nk=1\n[b]\n[a]\nk=2\nj=3\n");

    assertThat(file.groupNames()).containsExactly("a", "b");
    assertThat(file.group("a")).containsExactlyInAnyOrderEntriesOf(Map.of("k", "2", "j", "3"));
  }

  @Test
  void a_group_that_is_not_there_has_no_keys() {
    assertThat(KeyFile.parse("").group("a")).isEmpty();
  }

  @Test
  void a_translation_is_kept_but_never_the_key() {
    KeyFile file = KeyFile.parse("[a]\nk[de]=eins\nk=one\nk[C]=uno\nj[]=2\n");
    KeyFile copy = KeyFile.empty();
    copy.copy(file, "a");

    assertThat(file.group("a")).containsExactlyInAnyOrderEntriesOf(Map.of("k", "one", "j[]", "2"));
    assertThat(copy.text()).isEqualTo("[a]\nk[de]=eins\nk=one\nk[C]=uno\nj[]=2\n");
  }

  @Test
  void a_copied_group_keeps_what_it_had() {
    KeyFile file = KeyFile.parse("[a]\nk=1\nj=2\n");

    file.copy(KeyFile.parse("[a]\nj=3\nl=4\n"), "a");

    assertThat(file.text()).isEqualTo("[a]\nk=1\nj=3\nl=4\n");
  }

  @Test
  void bytes_that_are_no_text_are_written_as_they_were_read() throws IOException {
    byte[] bytes = "[\u00E4]\n\u00FF=\u00C3\n".getBytes(ISO_8859_1);
    Path file = Files.write(directory.resolve("one"), bytes);

    KeyFile.read(file).writeNew(directory.resolve("two"));

    assertThat(directory.resolve("two")).hasBinaryContent(bytes);
  }

  @Test
  void a_carriage_return_at_the_end_of_a_value_comes_back() {
    KeyFile file = KeyFile.parse("[a]\nk=v\r");

    assertThat(file.group("a")).containsEntry("k", "v\r");
    assertThat(KeyFile.parse(file.text()).group("a")).containsEntry("k", "v\r");
    assertThat(KeyFile.parse(file.text()).text()).isEqualTo(file.text());
  }

  @Test
  void saving_changes_nothing_so_that_saving_twice_gives_the_same_BUG_29() throws IOException {
    KeyFile file = KeyFile.parse("# c\n[a]\nk = 1\n\n\n[b]\nj[de]=2\n");

    file.writeNew(directory.resolve("one"));
    file.writeNew(directory.resolve("two"));

    assertThat(directory.resolve("one")).hasContent("[a]\nk=1\n\n[b]\nj[de]=2\n");
    assertThat(directory.resolve("two")).hasSameBinaryContentAs(directory.resolve("one"));
  }

  @Test
  void saving_over_a_file_is_refused_with_advice() throws IOException {
    Path file = Files.writeString(directory.resolve("sandbox.cfg"), "mine");

    assertThatExceptionOfType(FileAlreadyExistsException.class)
        .isThrownBy(() -> KeyFile.empty().writeNew(file))
        .withMessageContaining(file.toString())
        .withMessageContaining("a config is never saved over a file; delete it first");
    assertThat(file).hasContent("mine");
  }

  @ParameterizedTest
  @CsvSource({"'',k,v", "a[,k,v", "a,'',v", "a,k=,v", "a,#k,v", "a,k,' v'", "a,k,'v\nw'"})
  void what_a_file_cannot_hold_is_refused(String group, String key, String value) {
    KeyFile file = KeyFile.empty();

    assertThatIllegalArgumentException().isThrownBy(() -> file.put(group, key, value));
    assertThat(file.text()).isEmpty();
  }

  @Test
  void text_that_is_no_unicode_is_refused_and_not_replaced() {
    assertThatExceptionOfType(ConfigFileException.class)
        .isThrownBy(() -> KeyFile.parse("[a]\nk=\uDC00"))
        .withMessageStartingWith("config text: text is not valid Unicode");
  }

  @Test
  void what_could_not_be_loaded_again_is_not_saved() {
    KeyFile file = KeyFile.empty();
    file.put("a", "k", "x".repeat(KeyFile.MAX_BYTES));

    assertThatExceptionOfType(ConfigFileException.class)
        .isThrownBy(() -> file.writeNew(directory.resolve("sandbox.cfg")))
        .withMessage(
            "config: takes 16777223 bytes as a file, which may have 16777216; leave something out");
    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void a_missing_file_is_named() {
    assertThatExceptionOfType(NoSuchFileException.class)
        .isThrownBy(() -> KeyFile.read(directory.resolve("none.cfg")))
        .withMessage(directory.resolve("none.cfg").toString());
  }

  @Test
  void a_directory_is_no_config() {
    assertThatExceptionOfType(FileSystemException.class)
        .isThrownBy(() -> KeyFile.read(directory))
        .withMessage(directory + ": is a directory; give a file");
  }

  @Test
  void a_device_that_never_ends_is_no_config() {
    assertThatExceptionOfType(FileSystemException.class)
        .isThrownBy(() -> KeyFile.read(Path.of("/dev/zero")))
        .withMessage("/dev/zero: is no regular file; give a file");
  }

  @Test
  void a_FIFO_that_nobody_writes_to_is_no_config() throws IOException, InterruptedException {
    Path fifo = directory.resolve("fifo");
    assertThat(new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor()).isZero();

    assertThatExceptionOfType(FileSystemException.class)
        .isThrownBy(() -> KeyFile.read(fifo))
        .withMessage(fifo + ": is no regular file; give a file");
  }

  @Test
  void a_symbolic_link_to_a_file_is_read() throws IOException {
    Files.writeString(directory.resolve("file"), "[a]\n");
    Path link = Files.createSymbolicLink(directory.resolve("link"), Path.of("file"));

    assertThat(KeyFile.read(link).groupNames()).containsExactly("a");
  }

  @Test
  void a_file_with_a_hole_of_a_terabyte_is_refused() throws IOException {
    Path file = directory.resolve("huge");
    try (RandomAccessFile huge = new RandomAccessFile(file.toFile(), "rw")) {
      huge.setLength(1L << 40);
    }

    assertThatExceptionOfType(ConfigFileException.class)
        .isThrownBy(() -> KeyFile.read(file))
        .withMessageContaining("more than the 16 MiB");
  }
}
