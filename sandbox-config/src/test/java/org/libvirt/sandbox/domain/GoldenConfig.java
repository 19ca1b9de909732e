package org.libvirt.sandbox.domain;

import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import org.libvirt.sandbox.config.SandboxConfig;

/**
 * A config that the original saved, and what has to be mended in it, by {@code
 * golden/mended.properties}.
 */
final class GoldenConfig {
  private static final Properties MENDED = mended();

  private final String name;

  private GoldenConfig(String name) {
    this.name = name;
  }

  static GoldenConfig named(String name) {
    return new GoldenConfig(name);
  }

  /** Returns the configs that have to be mended. */
  static List<GoldenConfig> allMended() {
    return MENDED.stringPropertyNames().stream()
        .filter(key -> key.endsWith(".reason"))
        .sorted()
        .map(key -> new GoldenConfig(key.replace(".reason", "")))
        .toList();
  }

  String name() {
    return name;
  }

  /** Returns what the original saved. */
  String original() {
    return read("/org/libvirt/sandbox/config/golden/" + name + ".cfg");
  }

  /** Returns what the refusal of the original's file says; empty where loading takes it. */
  Optional<String> refusal() {
    return property("refusal");
  }

  /** Returns what can run. */
  SandboxConfig load() {
    return SandboxConfig.parse(mend(original(), "cfg"));
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
    try (Reader reader = new StringReader(read("golden/mended.properties"))) {
      properties.load(reader);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return properties;
  }

  private static String read(String resource) {
    try (InputStream file = GoldenConfig.class.getResourceAsStream(resource)) {
      return new String(file.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public String toString() {
    return name;
  }
}
