package org.libvirt.sandbox.config;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A file that was to be loaded does not hold a valid config; the message says what would be right.
 */
public final class ConfigFileException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  private final @Nullable String group;
  private final @Nullable String key;

  ConfigFileException(
      String source,
      @Nullable String group,
      @Nullable String key,
      String problem,
      @Nullable Throwable cause) {
    // on one line, whatever the file holds: it may come from elsewhere, and the message is printed
    super(
        Text.printable(
            source
                + (group == null ? "" : ", group [" + group + "]")
                + (key == null ? "" : ", key " + key)
                + ": "
                + problem),
        cause);
    this.group = group;
    this.key = key;
  }

  /**
   * The group that is wrong.
   *
   * @return its name without brackets; empty where the file as a whole is wrong
   */
  public Optional<String> group() {
    return Optional.ofNullable(group);
  }

  /**
   * The key that is wrong.
   *
   * @return its name; empty where a group or the file as a whole is wrong
   */
  public Optional<String> key() {
    return Optional.ofNullable(key);
  }
}
