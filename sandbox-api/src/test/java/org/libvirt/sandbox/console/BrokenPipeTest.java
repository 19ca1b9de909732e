package org.libvirt.sandbox.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.io.OutputStream;
import org.junit.jupiter.api.Test;

/** In whatever locale the tests run. */
final class BrokenPipeTest {
  @Test
  void a_pipe_that_nobody_reads_is_one() throws Exception {
    Process process =
        new ProcessBuilder("/bin/sh", "-c", "exec 0<&-; echo closed; exec sleep 600").start();
    try {
      assertThat(process.inputReader().readLine()).isEqualTo("closed");

      OutputStream pipe = process.getOutputStream();
      pipe.write(1);
      IOException failure = catchThrowableOfType(IOException.class, pipe::flush);

      assertThat(failure).matches(BrokenPipe::isMeantBy);
    } finally {
      process.destroyForcibly().waitFor();
    }
  }

  @Test
  void a_full_disk_is_none() {
    assertThat(BrokenPipe.isMeantBy(new IOException("No space left on device"))).isFalse();
  }
}
