package org.libvirt.sandbox.config;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A group of a key file that is read: whatever is wrong with a value is said of its key. */
final class Section {
  private static final Pattern NUMBER = Pattern.compile("0|[1-9][0-9]*");

  private final KeyFile file;
  private final String group;

  Section(KeyFile file, String group) {
    this.file = file;
    this.group = group;
  }

  /**
   * The groups of a name and a number behind it, by their numbers: a number may be missing, but one
   * with a leading zero is none.
   */
  static List<Section> numbered(KeyFile file, String prefix) {
    return file.groupNames().stream()
        .filter(name -> name.startsWith(prefix))
        .filter(name -> NUMBER.matcher(name.substring(prefix.length())).matches())
        // without leading zeros the longer number is the greater
        .sorted(Comparator.comparingInt(String::length).thenComparing(Comparator.naturalOrder()))
        .map(name -> new Section(file, name))
        .toList();
  }

  /**
   * The groups below this one of a name and a number behind it, up to the first that is missing.
   */
  List<Section> list(String name) {
    List<Section> sections = new ArrayList<>();
    Section next = new Section(file, group + "." + name + ".0");
    while (file.groupNames().contains(next.group)) {
      sections.add(next);
      next = new Section(file, group + "." + name + "." + sections.size());
    }
    return sections;
  }

  String name() {
    return group;
  }

  boolean hasAny(Set<String> keys) {
    return file.group(group).keySet().stream().anyMatch(keys::contains);
  }

  /** What a key's value means, which is asked with the value as it stands in the file. */
  <T> Optional<T> value(String key, Function<String, T> meaning) {
    @Nullable String escaped = file.group(group).get(key);
    return escaped == null ? Optional.empty() : Optional.of(at(key, () -> meaning.apply(escaped)));
  }

  /** A key's text. */
  Optional<String> text(String key) {
    return value(key, KeyFileValue::unescape);
  }

  /** A key's text, which must be there. */
  String required(String key, String wanted) {
    return text(key).orElseThrow(() -> refused(key, "is missing; write " + wanted));
  }

  /** Passes a key's text on, where there is one. */
  void set(String key, Consumer<String> setter) {
    text(key).ifPresent(text -> at(key, () -> setter.accept(text)));
  }

  /** The values of numbered keys, {@code NAME.0} and on, up to the first that is missing. */
  List<String> texts(String name) {
    List<String> texts = new ArrayList<>();
    Optional<String> text = text(name + ".0");
    while (text.isPresent()) {
      texts.add(text.get());
      text = text(name + "." + texts.size());
    }
    return texts;
  }

  /** Refuses the group if it has a key that is none of these. */
  void onlyKeys(Set<String> known) {
    for (String key : file.group(group).keySet()) {
      if (!known.contains(key)) {
        throw refused(KeyFileValue.readable(key), "is not known to this version; leave it out");
      }
    }
  }

  /** Does something with a key's value, so that a refusal names the key. */
  <T> T at(String key, Supplier<T> use) {
    try {
      return use.get();
    } catch (ConfigFileException e) {
      throw e; // names its place already
    } catch (IllegalArgumentException e) {
      throw new ConfigFileException(file.source(), group, key, String.valueOf(e.getMessage()), e);
    }
  }

  void at(String key, Runnable use) {
    at(
        key,
        () -> {
          use.run();
          return true;
        });
  }

  ConfigFileException refused(String key, String problem) {
    return new ConfigFileException(file.source(), group, key, problem, null);
  }
}
