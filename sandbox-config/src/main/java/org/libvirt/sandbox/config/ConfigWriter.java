package org.libvirt.sandbox.config;

import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** A config as the key file of libvirt-sandbox 0.8.0: its groups and keys, in its order. */
final class ConfigWriter {
  /** The version of libvirt-sandbox whose files these are. */
  private static final String VERSION = "0.8.0";

  private final SandboxConfig config;
  private final KeyFile file = KeyFile.empty();

  ConfigWriter(SandboxConfig config) {
    this.config = config;
  }

  KeyFile keyFile() {
    text("api", "class", config.fileClass());
    text("api", "version", VERSION);
    writeCore();
    writeIdentity();
    writeMounts();
    writeEnvironment();
    writeDisks();
    writeNetworks();
    writeSecurity();
    writeKind();
    writeAdded();
    config.kept().groupNames().forEach(group -> file.copy(config.kept(), group));
    return file;
  }

  private void writeCore() {
    text("core", "name", config.name());
    if (config.uuidText() != null) {
      text("core", "uuid", config.uuidText());
    }
    if (config.root() instanceof HostDirectoryRoot root) {
      text("core", "root", root.path());
    }
    text("core", "arch", config.arch());
    config.kernel().release().ifPresent(release -> text("core", "kernrelease", release));
    config.kernel().image().ifPresent(image -> text("core", "kernpath", image));
    config.kernel().modules().ifPresent(modules -> text("core", "kmodpath", modules));
    flag("core", "shell", config.isShell());
    flag("core", "debug", config.isDebug());
    flag("core", "verbose", config.isVerbose());
  }

  private void writeIdentity() {
    Identity identity = config.identity();
    number("identity", "uid", identity.uid());
    number("identity", "gid", identity.gid());
    text("identity", "username", identity.userName());
    text("identity", "homedir", identity.home());
  }

  private void writeMounts() {
    int number = 0;
    for (Mount mount : config.mounts()) {
      String group = "mount." + number++;
      writeMount(group, mount);
      int include = 0;
      for (Include included : mount.includes()) {
        String below = group + ".include." + include++;
        text(below, "dst", included.destination());
        text(below, "src", included.source());
      }
    }
  }

  private void writeMount(String group, Mount mount) {
    text(group, "type", MountReader.PREFIX + kind(mount));
    text(group, "target", mount.target());
    if (mount instanceof HostBindMount bind) {
      text(group, "source", bind.source());
      if (bind.readOnly()) { // the original has no such key, and passes over it
        flag(group, "readonly", true);
      }
    } else if (mount instanceof HostImageMount image) {
      text(group, "format", image.format().toString());
      text(group, "source", image.source());
    } else if (mount instanceof GuestBindMount bind) {
      text(group, "source", bind.source());
    } else if (mount instanceof RamMount ram) {
      number(group, "usage", ram.usage());
    }
  }

  private static String kind(Mount mount) {
    String name = mount.getClass().getSimpleName();
    return name.substring(0, name.length() - "Mount".length());
  }

  private void writeEnvironment() {
    int number = 0;
    for (Map.Entry<String, String> variable : config.environment().entrySet()) {
      String group = "env." + number++;
      text(group, "key", variable.getKey());
      text(group, "value", variable.getValue());
    }
  }

  private void writeDisks() {
    int number = 0;
    for (Disk disk : config.disks()) {
      String group = "disk." + number++;
      text(group, "type", disk.type().toString());
      text(group, "source", disk.source());
      text(group, "tag", disk.tag());
      text(group, "format", disk.format().toString());
    }
  }

  private void writeNetworks() {
    int number = 0;
    for (Network network : config.networks()) {
      String group = "network." + number++;
      writeAddresses(group, network.addresses());
      writeRoutes(group, network.routes());
      flag(group, "dhcp", network.isDhcp());
      network.source().ifPresent(source -> text(group, "source", source));
      network.mac().ifPresent(mac -> text(group, "mac", mac));
      number(group, "addresses", network.addresses().size());
      number(group, "routes", network.routes().size());
      network.filter().ifPresent(filter -> writeFilter(group, filter));
    }
  }

  private void writeAddresses(String network, List<NetworkAddress> addresses) {
    int number = 0;
    for (NetworkAddress address : addresses) {
      String group = network + ".address." + number++;
      text(group, "primary", IpAddress.format(address.primary()));
      address
          .broadcast()
          .ifPresent(broadcast -> text(group, "broadcast", IpAddress.format(broadcast)));
      number(group, "prefix", address.prefix());
    }
  }

  private void writeRoutes(String network, List<NetworkRoute> routes) {
    int number = 0;
    for (NetworkRoute route : routes) {
      String group = network + ".route." + number++;
      number(group, "prefix", route.prefix());
      text(group, "gateway", IpAddress.format(route.gateway()));
      text(group, "target", IpAddress.format(route.target()));
    }
  }

  // The original has no such keys, and passes over them.
  private void writeFilter(String group, NetworkFilter filter) {
    text(group, "filter", filter.name());
    int number = 0;
    for (NetworkFilter.Parameter parameter : filter.parameters()) {
      text(group, "filter.name." + number, parameter.name());
      text(group, "filter.value." + number++, parameter.value());
    }
  }

  private void writeSecurity() {
    config.security().label().ifPresent(label -> text("security", "label", label));
    flag("security", "dynamic", config.security().isDynamic());
  }

  private void writeKind() {
    if (config instanceof InteractiveConfig interactive) {
      flag("interactive", "tty", interactive.isTty());
      writeCommand(interactive.command());
    } else if (config instanceof GenericServiceConfig service) {
      writeCommand(service.command());
    } else if (config instanceof SystemdServiceConfig service) {
      text("service", "bootTarget", service.bootTarget());
    }
  }

  private void writeCommand(List<String> command) {
    int number = 0;
    for (String argument : command) {
      text("command", "argv." + number++, argument);
    }
  }

  // The original has no such groups, and passes over them.
  private void writeAdded() {
    Resources resources = config.resources();
    size("memory", resources.memory());
    count("processors", resources.processors());
    count("cpuquota", resources.cpuQuota());
    count("processes", resources.processes());
    count("openfiles", resources.openFiles());
    size("filesize", resources.fileSize());
    size("output", resources.output());
    resources.time().ifPresent(time -> text("resources", "time", Seconds.format(time)));
    resources.cpuTime().ifPresent(time -> text("resources", "cputime", Seconds.format(time)));
    if (resources.acceleration() != Acceleration.AUTO) {
      text("resources", "acceleration", resources.acceleration().toString());
    }
    if (resources.sharing() != FileSharing.AUTO) {
      text("resources", "sharing", resources.sharing().toString());
    }
    config.hostName().ifPresent(name -> text("guest", "hostname", name));
    config.directory().ifPresent(directory -> text("guest", "directory", directory));
    if (config.isPrivileged()) {
      flag("hardening", "privileged", true);
    }
    writeHardening(config.hardening());
  }

  private void writeHardening(Hardening hardening) {
    if (!hardening.systemCalls().equals(SystemCallFilter.standard())) {
      text("hardening", "syscalls", hardening.systemCalls().toString());
    }
    if (!hardening.hidesSecrets()) {
      flag("hardening", "hidesecrets", false);
    }
  }

  private void count(String key, OptionalInt number) {
    number.ifPresent(value -> number("resources", key, value));
  }

  private void size(String key, OptionalLong bytes) {
    bytes.ifPresent(value -> number("resources", key, value));
  }

  private void text(String group, String key, String value) {
    file.put(group, key, KeyFileValue.escape(value));
  }

  private void number(String group, String key, long value) {
    file.put(group, key, Long.toString(value));
  }

  private void flag(String group, String key, boolean value) {
    file.put(group, key, Boolean.toString(value));
  }
}
