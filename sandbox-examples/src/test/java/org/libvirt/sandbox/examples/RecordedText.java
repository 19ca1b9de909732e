package org.libvirt.sandbox.examples;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** What a recorded run wrote, whole or, where it was long, as a checksum. */
final class RecordedText {
  /** What the original's search for libraries says at each start: BUG-54. */
  private static final String NOISE = "\tnot a dynamic executable\n";

  private final JsonElement recorded;

  private RecordedText(JsonElement recorded) {
    this.recorded = recorded;
  }

  static RecordedText of(JsonElement recorded) {
    return new RecordedText(recorded);
  }

  /**
   * Asserts that something else wrote the same, but for the original's noise.
   *
   * @param written it, each byte a character
   * @param place where the files lay that it was about
   */
  void assertIs(String written, String place) {
    if (isSum()) {
      JsonObject sum = recorded.getAsJsonObject();
      String whole = sum.get("head").getAsString().startsWith(NOISE) ? NOISE + written : written;
      assertThat(whole).hasSize(sum.get("length").getAsInt());
      assertThat(sha256(whole)).isEqualTo(sum.get("sha256").getAsString());
    } else {
      assertThat(written).isEqualTo(text(place));
    }
  }

  /** Each byte a character, without the noise. */
  String text(String place) {
    if (recorded.isJsonObject()) {
      return withoutNoise(recorded.getAsJsonObject().get("latin1").getAsString());
    }
    String text = withoutNoise(recorded.getAsString()).replace(RecordedRun.PLACE, place);
    return new String(text.getBytes(UTF_8), ISO_8859_1);
  }

  private boolean isSum() {
    return recorded.isJsonObject() && recorded.getAsJsonObject().has("sha256");
  }

  private static String sha256(String text) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(digest.digest(text.getBytes(ISO_8859_1)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String withoutNoise(String text) {
    String noise = text.contains("\r\n") ? NOISE.replace("\n", "\r\n") : NOISE;
    return text.startsWith(noise) ? text.substring(noise.length()) : text;
  }
}
