package org.libvirt.sandbox.config;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Random key files; a failure names the iteration, whose number is its seed. */
class KeyFilePropertyTest {
  private static final int ITERATIONS = 20_000;
  private static final List<Function<String, Object>> MEANINGS =
      List.of(
          KeyFileValue::unescape,
          KeyFileValue::bool,
          KeyFileValue::id,
          KeyFileValue::bytes,
          KeyFileValue::prefix,
          KeyFileValue::count);

  @Test
  void any_text_in_any_group_and_key_comes_back() {
    for (int seed = 0; seed < ITERATIONS; seed++) {
      Map<String, Map<String, String>> content = content(new Random(seed));

      KeyFile parsed = KeyFileParser.parse("x.cfg", write(content).bytes());

      assertThat(texts(parsed)).as("iteration %d", seed).isEqualTo(content);
      assertThat(parsed.bytes()).as("iteration %d", seed).isEqualTo(write(content).bytes());
    }
  }

  @Test
  void a_broken_file_is_read_or_refused_and_comes_back_if_read() {
    int read = 0;
    for (int seed = 0; seed < ITERATIONS; seed++) {
      Random random = new Random(seed);
      byte[] broken = broken(random, write(content(random)).bytes());

      try {
        KeyFile file = KeyFileParser.parse("x.cfg", broken);
        assertThat(KeyFileParser.parse("x.cfg", file.bytes()).bytes())
            .as("iteration %d", seed)
            .isEqualTo(file.bytes());
        read++;
      } catch (ConfigFileException e) {
        assertThat(e.getMessage()).as("iteration %d", seed).startsWith("x.cfg: line ");
      }
    }

    assertThat(read).isBetween(ITERATIONS / 10, ITERATIONS * 9 / 10);
  }

  @Test
  void any_value_has_a_meaning_or_is_refused() {
    for (int seed = 0; seed < ITERATIONS; seed++) {
      String value = value(new Random(seed));

      for (Function<String, Object> meaning : MEANINGS) {
        assertHasMeaningOrIsRefused(meaning, value, seed);
      }
    }
  }

  private static void assertHasMeaningOrIsRefused(
      Function<String, Object> meaning, String value, int seed) {
    try {
      assertThat(meaning.apply(value)).isNotNull();
    } catch (RuntimeException e) {
      assertThat(e).as("iteration %d", seed).isExactlyInstanceOf(IllegalArgumentException.class);
    }
  }

  private static KeyFile write(Map<String, Map<String, String>> content) {
    KeyFile file = KeyFile.empty();
    content.forEach(
        (group, values) -> {
          file.addGroup(bytes(group));
          values.forEach(
              (key, text) -> file.put(bytes(group), bytes(key), KeyFileValue.escape(text)));
        });
    return file;
  }

  private static String bytes(String text) {
    return new String(KeyFileValue.toBytes(text), ISO_8859_1);
  }

  private static Map<String, Map<String, String>> texts(KeyFile file) {
    Map<String, Map<String, String>> texts = new LinkedHashMap<>();
    for (String group : file.groupNames()) {
      Map<String, String> values = new LinkedHashMap<>();
      file.group(group)
          .forEach((key, value) -> values.put(name(key), KeyFileValue.unescape(value)));
      texts.put(name(group), values);
    }
    return texts;
  }

  // Names have no escapes, and those here no backslash: so this decodes them.
  private static String name(String bytes) {
    return KeyFileValue.unescape(bytes);
  }

  private static Map<String, Map<String, String>> content(Random random) {
    Map<String, Map<String, String>> content = new LinkedHashMap<>();
    for (int groups = random.nextInt(4); groups >= 0; groups--) {
      Map<String, String> values = new LinkedHashMap<>();
      for (int keys = random.nextInt(5); keys > 0; keys--) {
        values.put("k" + text(random, "[]=\\\n\t\r\f\u000B ") + "y", text(random, ""));
      }
      content.put("g" + text(random, "[]\\\n\t\r\f") + " ", values);
    }
    return content;
  }

  /** Text of any characters but NUL; names hold less. */
  private static String text(Random random, String without) {
    StringBuilder text = new StringBuilder();
    for (int length = random.nextInt(8); length > 0; length--) {
      int letter = letter(random);
      boolean isInName = letter >= ' ' && letter != 0x7F && without.indexOf(letter) < 0;
      if (without.isEmpty() || isInName) {
        text.appendCodePoint(letter);
      }
    }
    return text.toString();
  }

  private static int letter(Random random) {
    return switch (random.nextInt(5)) {
      case 0 -> " \t\n\r\f\\#;=[]\u00A0\uFEFF".codePointAt(random.nextInt(13));
      case 1 -> 1 + random.nextInt(0x1F);
      case 2 -> 0x20 + random.nextInt(0x60);
      case 3 -> 0x80 + random.nextInt(0xD800 - 0x80);
      default -> 0xE000 + random.nextInt(0x11_0000 - 0xE000);
    };
  }

  private static byte[] broken(Random random, byte[] file) {
    byte[] broken = file.clone();
    for (int times = 1 + random.nextInt(3); times > 0; times--) {
      switch (random.nextInt(4)) {
        case 0 -> broken[random.nextInt(broken.length)] ^= (byte) (1 << random.nextInt(8));
        case 1 -> broken[random.nextInt(broken.length)] = (byte) random.nextInt();
        case 2 -> broken = Arrays.copyOf(broken, 1 + random.nextInt(broken.length));
        default -> broken = shuffled(random, broken);
      }
    }
    return broken;
  }

  private static byte[] shuffled(Random random, byte[] file) {
    List<String> lines = new ArrayList<>(List.of(new String(file, ISO_8859_1).split("\n", -1)));
    Collections.swap(lines, random.nextInt(lines.size()), random.nextInt(lines.size()));
    return String.join("\n", lines).getBytes(ISO_8859_1);
  }

  private static String value(Random random) {
    StringBuilder value = new StringBuilder();
    for (int length = random.nextInt(6); length > 0; length--) {
      value.append(
          switch (random.nextInt(3)) {
            case 0 -> Character.toString(random.nextInt(0x100));
            case 1 -> Integer.toString(random.nextInt());
            default -> "\\+- 0tfse".charAt(random.nextInt(9));
          });
    }
    return value.toString();
  }
}
