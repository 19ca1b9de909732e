package org.libvirt.sandbox.builder.qemu;

import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.function.UnaryOperator;
import org.libvirt.sandbox.config.SandboxConfig;

/**
 * A config that the original saved, and what has to be mended in it, by {@code
 * golden/mended.properties}.
 */
final class GoldenConfig {
  static final String DOMAINS = "/org/libvirt/sandbox/domain/golden/";

  private static final Properties MENDED = mended();

  private final String name;

  private GoldenConfig(String name) {
    this.name = name;
  }

  static GoldenConfig named(String name) {
    return new GoldenConfig(name);
  }

  /**
   * Returns what can run.
   *
   * @param places makes of the file's text one whose paths are where a test has them
   */
  SandboxConfig load(UnaryOperator<String> places) {
    String text = read("/org/libvirt/sandbox/config/golden/" + name + ".cfg");
    return SandboxConfig.parse(places.apply(mend(text, "cfg")));
  }

  /** Returns a domain of the config without what had to be mended. */
  String mend(String xml) {
    return mend(xml, "xml");
  }

  private String mend(String text, String part) {
    return property(part)
        .map(wrong -> text.replaceAll(wrong, property(part + ".right").orElse("")))
        .orElse(text);
  }

  private Optional<String> property(String key) {
    return Optional.ofNullable(MENDED.getProperty(name + "." + key));
  }

  private static Properties mended() {
    Properties properties = new Properties();
    try (Reader reader = new StringReader(read(DOMAINS + "mended.properties"))) {
      properties.load(reader);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return properties;
  }

  static String read(String resource) {
    try (InputStream file = GoldenConfig.class.getResourceAsStream(resource)) {
      return new String(Objects.requireNonNull(file).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
