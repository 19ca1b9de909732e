package org.libvirt.sandbox.builder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DirectoryTreeTest {
  private static final int DEPTH = 10_000;

  private final Path directory;
  private final Path tree;

  DirectoryTreeTest(@TempDir Path directory) {
    this.directory = directory;
    this.tree = directory.resolve("tree");
  }

  @Test
  void files_and_directories_are_gone() throws IOException {
    Files.createDirectories(tree.resolve("a/b/c"));
    Files.createDirectories(tree.resolve("a/d"));
    Files.writeString(tree.resolve("a/b/c/file"), "x");
    Files.writeString(tree.resolve("file"), "x");

    DirectoryTree.remove(tree);

    assertThat(tree).doesNotExist();
  }

  @Test
  void a_directory_that_another_process_has_removed_is_gone_as_well() throws IOException {
    DirectoryTree.remove(tree);

    assertThat(tree).doesNotExist();
  }

  @Test
  void a_symbolic_link_is_removed_and_what_it_leads_to_stays() throws IOException {
    Path kept = Files.createDirectory(directory.resolve("kept"));
    Files.writeString(kept.resolve("file"), "x");
    Files.createDirectories(tree.resolve("a/b"));
    Files.createSymbolicLink(tree.resolve("link"), kept);
    Files.createSymbolicLink(tree.resolve("a/b/link"), kept);

    DirectoryTree.remove(tree);

    assertThat(tree).doesNotExist();
    assertThat(kept.resolve("file")).hasContent("x");
  }

  @Test
  void directories_in_one_another_can_be_deeper_than_any_stack() throws IOException {
    Path inner = Files.createDirectory(directory.resolve("0"));
    for (int i = 1; i < DEPTH; i++) {
      Path outer = Files.createDirectory(directory.resolve(String.valueOf(i)));
      Files.move(inner, outer.resolve("d"));
      inner = outer;
    }
    Files.move(inner, tree);

    DirectoryTree.remove(tree);

    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void what_is_no_directory_is_refused() throws IOException {
    Files.writeString(tree, "x");

    assertThatIOException().isThrownBy(() -> DirectoryTree.remove(tree));
    assertThat(tree).hasContent("x");
  }
}
