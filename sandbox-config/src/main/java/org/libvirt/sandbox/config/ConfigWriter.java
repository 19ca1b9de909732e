package org.libvirt.sandbox.config;

import java.util.Map;

/** A config as the key file of libvirt-sandbox 0.8.0: its groups and keys, in its order. */
final class ConfigWriter {
  /** The version of libvirt-sandbox whose files these are. */
  private static final String VERSION = "0.8.0";

  private final SandboxConfig config;
  private final KeyFile kept;
  private final KeyFile file = KeyFile.empty();

  ConfigWriter(SandboxConfig config) {
    this.config = config;
    this.kept = config.kept();
  }

  KeyFile keyFile() {
    text("api", "class", config.fileClass());
    text("api", "version", VERSION);
    writeCore();
    writeIdentity();
    keep("mount.");
    writeEnvironment();
    keep("disk.");
    keep("network.");
    file.copy(kept, "security");
    if (!kept.group("security").containsKey("dynamic")) {
      flag("security", "dynamic", true);
    }
    if (config instanceof InteractiveConfig interactive) {
      writeInteractive(interactive);
    }
    writeHardening();
    keep(""); // What is left: groups that nobody here knows.
    return file;
  }

  private void writeCore() {
    text("core", "name", config.name());
    config.uuid().ifPresent(uuid -> text("core", "uuid", uuid.toString()));
    if (config.root() instanceof HostDirectoryRoot root) {
      text("core", "root", root.directory().toString());
    }
    text("core", "arch", config.arch());
    file.copy(kept, "core");
    flag("core", "shell", config.isShell());
    flag("core", "debug", config.isDebug());
    flag("core", "verbose", config.isVerbose());
  }

  private void writeIdentity() {
    Identity identity = config.identity();
    text("identity", "uid", Long.toString(identity.uid()));
    text("identity", "gid", Long.toString(identity.gid()));
    text("identity", "username", identity.userName());
    text("identity", "homedir", identity.home());
  }

  private void writeEnvironment() {
    int number = 0;
    for (Map.Entry<String, String> variable : config.environment().entrySet()) {
      String group = "env." + number++;
      text(group, "key", variable.getKey());
      text(group, "value", variable.getValue());
    }
  }

  private void writeInteractive(InteractiveConfig interactive) {
    flag("interactive", "tty", interactive.isTty());
    int number = 0;
    for (String argument : interactive.command()) {
      text("command", "argv." + number++, argument);
    }
  }

  // The original has no such group, and passes over it.
  private void writeHardening() {
    if (config.isPrivileged()) {
      flag("hardening", "privileged", true);
    }
  }

  private void keep(String prefix) {
    for (String group : kept.groupNames()) {
      if (group.startsWith(prefix) && !file.groupNames().contains(group)) {
        file.copy(kept, group);
      }
    }
  }

  private void text(String group, String key, String value) {
    file.put(group, key, KeyFileValue.escape(value));
  }

  private void flag(String group, String key, boolean value) {
    file.put(group, key, Boolean.toString(value));
  }
}
