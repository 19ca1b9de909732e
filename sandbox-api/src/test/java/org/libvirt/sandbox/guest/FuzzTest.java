package org.libvirt.sandbox.guest;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What the guest reads, under the sanitizers: the inputs that were kept, and new ones for a bit.
 */
@Timeout(300)
final class FuzzTest {
  private static final String SECONDS_EACH = "1";

  @Test
  void no_input_is_too_much_for_what_the_guest_reads() throws Exception {
    String seed = Integer.toString(ThreadLocalRandom.current().nextInt(Integer.MAX_VALUE));
    Process process =
        new ProcessBuilder(
                Path.of("src/test/c/fuzz").toAbsolutePath().toString(), SECONDS_EACH, seed)
            .redirectErrorStream(true)
            .start();
    process.getOutputStream().close();

    String output = new String(process.getInputStream().readAllBytes());

    assertThat(process.waitFor()).as("with seed %s: %s", seed, output).isZero();
    assertThat(output.lines())
        .filteredOn(line -> line.matches("(records|lines|answers): [1-9]\\d* of the corpus, .*"))
        .hasSize(3);
  }
}
