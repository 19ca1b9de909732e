package org.libvirt.sandbox.context;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.SequenceInputStream;
import org.junit.jupiter.api.Test;
import org.libvirt.sandbox.context.BoundedOutput.Beginning;

final class BoundedOutputTest {
  @Test
  void an_output_up_to_the_limit_is_whole() throws Exception {
    Beginning beginning = BoundedOutput.readFrom(text("four"), 4).await();

    assertThat(beginning.bytes().toString(US_ASCII)).isEqualTo("four");
    assertThat(beginning.whole()).isTrue();
  }

  @Test
  void an_output_beyond_the_limit_is_not_whole() throws Exception {
    Beginning beginning = BoundedOutput.readFrom(text("fives"), 4).await();

    assertThat(beginning.bytes().toString(US_ASCII)).isEqualTo("five");
    assertThat(beginning.whole()).isFalse();
  }

  @Test
  void an_output_whose_reading_fails_in_whatever_way_is_not_whole() throws Exception {
    InputStream cut = new SequenceInputStream(text("four"), new Failing());

    Beginning beginning = BoundedOutput.readFrom(cut, 8).await();

    assertThat(beginning.bytes().toString(US_ASCII)).isEqualTo("four");
    assertThat(beginning.whole()).isFalse();
  }

  private static InputStream text(String text) {
    return new ByteArrayInputStream(text.getBytes(US_ASCII));
  }

  private static final class Failing extends InputStream {
    @Override
    public int read() {
      throw new IllegalStateException("no memory, for example");
    }

    @Override
    public int read(byte[] to, int offset, int length) {
      return read();
    }
  }
}
