package org.libvirt.sandbox.context;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import org.junit.jupiter.api.Test;

final class ProcessOutputTest {
  private static final int MIB = 1 << 20;

  @Test
  void what_was_not_read_by_the_end_is_kept() throws IOException {
    var output = new ProcessOutput(live("abcdef"));
    assertThat(output.readNBytes(2)).asString(UTF_8).isEqualTo("ab");

    output.keep();
    output.keep();

    assertThat(output.available()).isEqualTo(4);
    assertThat(output.read()).isEqualTo('c');
    assertThat(output.readAllBytes()).asString(UTF_8).isEqualTo("def");
    assertThat(output.read()).isEqualTo(-1);
  }

  @Test
  void a_loss_is_told_behind_what_had_arrived_and_told_again() throws IOException {
    var output = new ProcessOutput(new SequenceInputStream(live("abc"), lost()));

    output.keep();

    assertThat(output.readNBytes(3)).asString(UTF_8).isEqualTo("abc");
    assertThatThrownBy(output::read).isInstanceOf(IOException.class).hasMessage("lost");
    assertThatThrownBy(output::read).isInstanceOf(IOException.class).hasMessage("lost");
  }

  @Test
  void a_guest_that_sends_without_end_is_not_believed() throws IOException {
    var output = new ProcessOutput(endless());

    output.keep();

    assertThat(output.readNBytes(4 * MIB)).hasSize(4 * MIB);
    assertThatThrownBy(output::read)
        .hasMessage("more than 4194304 bytes of output came after the program's end");
  }

  @Test
  void once_closed_nothing_is_read_any_more_before_the_end_and_after_it() throws IOException {
    var output = new ProcessOutput(live("abc"));

    output.close();
    output.keep();

    assertThatThrownBy(output::read).isInstanceOf(IOException.class).hasMessage("Stream closed");
    assertThatThrownBy(output::available).hasMessage("Stream closed");
  }

  @Test
  void reading_nothing_gives_nothing_and_bounds_are_checked() throws IOException {
    var output = new ProcessOutput(live("abc"));

    assertThat(output.read(new byte[1], 1, 0)).isZero();
    assertThatThrownBy(() -> output.read(new byte[1], 1, 1))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  private static InputStream live(String text) {
    return new ByteArrayInputStream(text.getBytes(UTF_8));
  }

  private static InputStream endless() {
    return new InputStream() {
      @Override
      public int read() {
        return 0;
      }
    };
  }

  private static InputStream lost() {
    return new InputStream() {
      @Override
      public int read() throws IOException {
        throw new IOException("lost");
      }

      @Override
      public int read(byte[] to, int offset, int length) throws IOException {
        throw new IOException("lost");
      }
    };
  }
}
