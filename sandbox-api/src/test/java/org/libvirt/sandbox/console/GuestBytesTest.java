package org.libvirt.sandbox.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What reads a guest's bytes gets any there are, in pieces of any size: it reads them, or refuses
 * them by its own exception. A failure names the seed.
 */
@Timeout(120)
class GuestBytesTest {
  private static final int SEEDS = 5_000;

  @Test
  void frames_are_read_or_refused() {
    int refused = 0;
    for (int seed = 0; seed < SEEDS; seed++) {
      Random random = new Random(seed);
      ByteBuffer bytes = frames(random);
      int size = bytes.remaining();
      try {
        assertThat(taken(new FrameReader(new Pieces(bytes, random)), random))
            .as("seed %d", seed)
            .isEqualTo(size);
      } catch (ProtocolException | EOFException e) {
        assertThat(e).as("seed %d", seed).message().isNotBlank().hasLineCount(1);
        refused++;
      } catch (IOException | RuntimeException e) {
        throw new AssertionError("seed " + seed, e);
      }
    }
    assertThat(refused).isBetween(SEEDS / 10, SEEDS * 9 / 10);
  }

  /** Gives how many bytes the frames have that it takes, wholly, piece by piece or not at all. */
  private static int taken(FrameReader reader, Random random) throws IOException {
    int all = 0;
    while (reader.next()) {
      int size = reader.left();
      assertThat(size).isBetween(0, FrameReader.LARGEST_FRAME - FrameReader.HEADER);
      all += FrameReader.HEADER + size;
      int how = random.nextInt(3);
      if (how == 0) {
        decode(reader.proc(), reader.payload());
      } else if (how == 1) {
        int[] got = {0};
        reader.payloadTo(piece -> got[0] += piece.remaining());
        assertThat(got[0]).isEqualTo(size);
      }
    }
    return all;
  }

  private static void decode(Proc proc, ByteBuffer payload) throws ProtocolException {
    if (proc == Proc.HELLO) {
      assertThat(Hello.ofSupervisor(payload).largestFrame())
          .isBetween(4096, FrameReader.LARGEST_FRAME);
    } else if (proc == Proc.EXIT) {
      assertThat(ExitReport.of(payload).status()).isNotNull();
    } else if (proc == Proc.ERROR) {
      assertThat(SupervisorError.of(payload).toString()).hasLineCount(1).hasSizeBetween(1, 1024);
    }
  }

  /** Some frames, sound most of the time, and perhaps an end inside the last one. */
  private static ByteBuffer frames(Random random) {
    ByteBuffer bytes = ByteBuffer.allocate(64 * 1024);
    for (int count = random.nextInt(6); count > 0; count--) {
      int proc = 1 + random.nextInt(18);
      byte[] payload = payload(proc, random);
      bytes.putInt(FrameReader.HEADER + payload.length);
      bytes.putInt(proc).putInt(proc <= 3 ? 1 : 0).putInt(0).putInt(random.nextInt(3)).put(payload);
    }
    bytes.flip();
    if (bytes.hasRemaining() && random.nextInt(4) == 0) {
      bytes.put(random.nextInt(bytes.limit()), (byte) random.nextInt(256));
    }
    if (random.nextInt(8) == 0) {
      bytes.limit(random.nextInt(bytes.limit() + 1));
    }
    return bytes;
  }

  private static byte[] payload(int proc, Random random) {
    int[] sizes = {0, 4, 8, 20, 32, 40, random.nextInt(2000), random.nextInt(9000)};
    byte[] payload = new byte[proc == 6 ? 20 : proc == 4 ? 32 : sizes[random.nextInt(8)]];
    for (int i = 0; i < payload.length; i++) {
      payload[i] = (byte) (i < 8 ? random.nextInt(3) : random.nextInt(256));
    }
    return payload;
  }

  @Test
  void a_shells_line_is_read_whatever_comes() {
    int[] told = {0};
    for (int seed = 0; seed < SEEDS; seed++) {
      Random random = new Random(seed);
      TelnetLine line =
          new TelnetLine(
              new TelnetLine.Listener() {
                @Override
                public void greeted(int number) {
                  told[0]++;
                }

                @Override
                public void exited(int waitStatus) {
                  told[0]++;
                }
              });
      ByteBuffer bytes = telnet(random);
      while (bytes.hasRemaining()) {
        int before = bytes.remaining();
        ByteBuffer text = ByteBuffer.allocate(before);

        line.read(bytes, text);

        assertThat(bytes.remaining()).as("seed %d", seed).isLessThan(before);
        assertThat(text.position())
            .as("seed %d", seed)
            .isLessThanOrEqualTo(before - bytes.remaining());
      }
    }
    assertThat(told[0]).isGreaterThan(SEEDS / 10);
  }

  /** Notices, sound or not, in bytes of which many are telnet's. */
  private static ByteBuffer telnet(Random random) {
    int[] likely = {255, 255, 250, 240, 236, 31, 214, 0, 1, 251, 254};
    ByteBuffer bytes = ByteBuffer.allocate(1024);
    for (int count = random.nextInt(30); count > 0; count--) {
      if (random.nextInt(10) == 0) {
        bytes.put(TelnetLine.hello(random.nextInt()));
      } else {
        bytes.put((byte) likely[random.nextInt(likely.length)]);
      }
    }
    return bytes.flip();
  }

  /** Brings bytes as the kernel may: a few at a time. */
  private record Pieces(ByteBuffer bytes, Random random) implements Carrier {
    @Override
    public int read(ByteBuffer into) {
      if (!bytes.hasRemaining()) {
        return -1;
      }
      assertThat(into.hasRemaining()).isTrue();
      int most = Math.min(into.remaining(), bytes.remaining());
      int size = 1 + random.nextInt(random.nextBoolean() ? most : Math.min(most, 30));
      into.put(bytes.slice(bytes.position(), size));
      bytes.position(bytes.position() + size);
      return size;
    }

    @Override
    public void write(ByteBuffer bytes) {
      throw new AssertionError("a reader wrote");
    }

    @Override
    public void shutdownOutput() {
      throw new AssertionError("a reader ended what it does not write");
    }

    @Override
    public int window() {
      return 0;
    }

    @Override
    public void close() {
      throw new AssertionError("a reader closed what is not its own");
    }
  }
}
