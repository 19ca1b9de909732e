package org.libvirt.sandbox.config;

import static java.util.stream.Collectors.toCollection;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A config out of the key file of libvirt-sandbox 0.8.0. What is missing keeps its default; what is
 * there must be right.
 */
final class ConfigReader {
  private static final Set<String> READ =
      Set.of("api", "core", "identity", "security", "interactive", "command", "hardening");
  private static final Set<String> RESERVED = Set.of("resources", "root", "idmap", "lifetime");
  private static final List<String> KERNEL_KEYS = List.of("kernrelease", "kernpath", "kmodpath");
  private static final Pattern VARIABLE = Pattern.compile("env\\.(0|[1-9][0-9]*)");
  private static final Pattern UNSUPPORTED =
      Pattern.compile("(mount|disk|network)\\.(0|[1-9][0-9]*)(\\..*)?");
  private static final Pattern UUID_TEXT =
      Pattern.compile("\\p{XDigit}{8}(-\\p{XDigit}{4}){3}-\\p{XDigit}{12}");

  private final KeyFile file;

  ConfigReader(KeyFile file) {
    this.file = file;
  }

  /** The groups of a file that ask for more than this version can give. */
  static Set<String> unsupported(KeyFile file) {
    Set<String> names =
        file.groupNames().stream()
            .filter(name -> UNSUPPORTED.matcher(name).matches() || name.equals("security"))
            .collect(toCollection(LinkedHashSet::new));
    return Collections.unmodifiableSet(names);
  }

  SandboxConfig config() {
    checkClass();
    InteractiveConfig.Builder builder = InteractiveConfig.builder();
    set("core", "name", builder::name);
    set("core", "uuid", text -> builder.uuid(uuid(text)));
    set("core", "root", text -> builder.root(Root.directory(Path.of(text))));
    set("core", "arch", builder::arch);
    value("core", "shell", KeyFileValue::bool).ifPresent(builder::shell);
    value("core", "debug", KeyFileValue::bool).ifPresent(builder::debug);
    value("core", "verbose", KeyFileValue::bool).ifPresent(builder::verbose);
    builder.identity(identity());
    readEnvironment(builder);
    value("interactive", "tty", KeyFileValue::bool).ifPresent(builder::tty);
    readCommand(builder);
    builder.kept(kept());
    readHardening(builder);
    return at("hardening", "privileged", builder::build);
  }

  private void checkClass() {
    String name =
        text("api", "class")
            .orElseThrow(
                () -> refused("api", "class", "is missing; write " + InteractiveConfig.FILE_CLASS));
    if (!name.equals(InteractiveConfig.FILE_CLASS)) {
      throw refused(
          "api",
          "class",
          "'%s' is not known here; write %s".formatted(name, InteractiveConfig.FILE_CLASS));
    }
  }

  private static UUID uuid(String text) {
    if (!UUID_TEXT.matcher(text).matches()) {
      throw new IllegalArgumentException(
          "'%s' is not a UUID; write one like %s".formatted(text, new UUID(0x1234L, 0x5678L)));
    }
    return UUID.fromString(text);
  }

  private Identity identity() {
    Identity caller = Identity.caller();
    long uid = value("identity", "uid", KeyFileValue::id).orElse(caller.uid());
    long gid = value("identity", "gid", KeyFileValue::id).orElse(caller.gid());
    // the caller's name and home are no other user's: one without a name is named by the number
    Identity identity =
        uid == caller.uid()
            ? new Identity(uid, gid, caller.userName(), caller.home())
            : new Identity(uid, gid, Long.toString(uid), "/");
    // One after the other, so that what is wrong with one is said of its key.
    Identity named =
        value("identity", "username", name -> withName(identity, KeyFileValue.unescape(name)))
            .orElse(identity);
    return value("identity", "homedir", home -> withHome(named, KeyFileValue.unescape(home)))
        .orElse(named);
  }

  private static Identity withName(Identity identity, String name) {
    return new Identity(identity.uid(), identity.gid(), name, identity.home());
  }

  private static Identity withHome(Identity identity, String home) {
    return new Identity(identity.uid(), identity.gid(), identity.userName(), home);
  }

  private void readEnvironment(InteractiveConfig.Builder builder) {
    for (String group : variableGroups()) {
      String name =
          text(group, "key")
              .orElseThrow(() -> refused(group, "key", "is missing; write a variable's name"));
      String value =
          text(group, "value")
              .orElseThrow(() -> refused(group, "value", "is missing; write a variable's value"));
      at(group, "value", () -> Text.forProgram("value of the variable", value));
      at(group, "key", () -> builder.environment(name, value));
    }
  }

  private List<String> variableGroups() {
    return file.groupNames().stream()
        .filter(name -> VARIABLE.matcher(name).matches())
        // Numbers without leading zeros: the longer one is the greater.
        .sorted(Comparator.comparingInt(String::length).thenComparing(Comparator.naturalOrder()))
        .toList();
  }

  private void readCommand(InteractiveConfig.Builder builder) {
    List<String> command = new ArrayList<>();
    Optional<String> argument = text("command", "argv.0");
    while (argument.isPresent()) {
      String text = argument.get();
      command.add(at("command", "argv." + command.size(), () -> Text.forProgram("argument", text)));
      argument = text("command", "argv." + command.size());
    }
    at("command", "argv.0", () -> builder.command(command));
  }

  private void readHardening(InteractiveConfig.Builder builder) {
    value("hardening", "privileged", KeyFileValue::bool).ifPresent(builder::privileged);
    for (String key : file.group("hardening").keySet()) {
      if (!key.equals("privileged")) {
        throw refused("hardening", key, "is not known to this version; leave it out");
      }
    }
    for (String group : RESERVED) {
      for (String key : file.group(group).keySet()) {
        throw refused(group, key, "is not known to this version; leave it out");
      }
    }
  }

  /** What is saved again without being understood here. */
  private KeyFile kept() {
    KeyFile kept = KeyFile.empty();
    Map<String, String> core = file.group("core");
    for (String key : KERNEL_KEYS) {
      if (core.containsKey(key)) {
        kept.put("core", key, core.get(key));
      }
    }
    keepSecurity(kept);
    file.groupNames().stream()
        .filter(name -> !READ.contains(name) && !VARIABLE.matcher(name).matches())
        .forEach(name -> kept.copy(file, name));
    return kept;
  }

  // The default, dynamic without a label, asks for nothing and is not kept.
  private void keepSecurity(KeyFile kept) {
    boolean dynamic = value("security", "dynamic", KeyFileValue::bool).orElse(true);
    @Nullable String label = file.group("security").get("label");
    if (label == null && !dynamic) {
      throw refused("security", "label", "is missing; write a label, or dynamic=true");
    }
    if (label != null) {
      kept.put("security", "label", label);
      kept.put("security", "dynamic", Boolean.toString(dynamic));
    }
  }

  private void set(String group, String key, Consumer<String> setter) {
    value(group, key, KeyFileValue::unescape)
        .ifPresent(
            text ->
                at(
                    group,
                    key,
                    () -> {
                      setter.accept(text);
                      return text;
                    }));
  }

  private Optional<String> text(String group, String key) {
    return value(group, key, KeyFileValue::unescape);
  }

  private <T> Optional<T> value(String group, String key, Function<String, T> meaning) {
    @Nullable String escaped = file.group(group).get(key);
    return escaped == null
        ? Optional.empty()
        : Optional.of(at(group, key, () -> meaning.apply(escaped)));
  }

  /** Does something with a key's value, so that a refusal names the key. */
  private <T> T at(String group, String key, Supplier<T> use) {
    try {
      return use.get();
    } catch (IllegalArgumentException e) {
      throw new ConfigFileException(file.source(), group, key, String.valueOf(e.getMessage()), e);
    }
  }

  private ConfigFileException refused(String group, String key, String problem) {
    return new ConfigFileException(file.source(), group, key, problem, null);
  }
}
