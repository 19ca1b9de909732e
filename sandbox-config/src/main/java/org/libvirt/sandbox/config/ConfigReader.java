package org.libvirt.sandbox.config;

import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A config out of the key file of libvirt-sandbox 0.8.0. What is missing keeps its default; what is
 * there must be right.
 */
final class ConfigReader {
  private static final Set<String> READ =
      Set.of(
          "api",
          "core",
          "identity",
          "security",
          "interactive",
          "command",
          "service",
          "hardening",
          "resources",
          "guest");

  /** Groups that this version has a meaning for in mind: none may use them for something else. */
  private static final List<String> RESERVED = List.of("root", "idmap", "lifetime");

  private static final Pattern NUMBERED =
      Pattern.compile(
          "((env|disk)\\.N|mount\\.N(\\.include\\.N)?|network\\.N(\\.(address|route)\\.N)?)"
              .replace("N", "(0|[1-9][0-9]*)"));

  private final KeyFile file;

  ConfigReader(KeyFile file) {
    this.file = file;
  }

  SandboxConfig config() {
    String name = section("api").required("class", InteractiveConfig.FILE_CLASS);
    return switch (name) {
      case InteractiveConfig.FILE_CLASS -> interactive();
      case GenericServiceConfig.FILE_CLASS -> generic();
      case SystemdServiceConfig.FILE_CLASS -> systemd();
      default ->
          throw section("api")
              .refused(
                  "class",
                  "'%s' is not known here; write %s, %s or %s"
                      .formatted(
                          name,
                          InteractiveConfig.FILE_CLASS,
                          GenericServiceConfig.FILE_CLASS,
                          SystemdServiceConfig.FILE_CLASS));
    };
  }

  private SandboxConfig interactive() {
    InteractiveConfig.Builder builder = InteractiveConfig.builder();
    read(builder);
    section("interactive").value("tty", KeyFileValue::bool).ifPresent(builder::tty);
    section("command").at("argv.0", () -> builder.command(command()));
    return built(builder);
  }

  private SandboxConfig generic() {
    GenericServiceConfig.Builder builder = GenericServiceConfig.builder();
    read(builder);
    section("command").at("argv.0", () -> builder.command(command()));
    return built(builder);
  }

  private SandboxConfig systemd() {
    SystemdServiceConfig.Builder builder = SystemdServiceConfig.builder();
    read(builder);
    Section service = section("service");
    String target = service.required("bootTarget", "a unit, such as multi-user.target");
    service.at("bootTarget", () -> builder.bootTarget(target));
    return built(builder);
  }

  private List<String> command() {
    Section section = section("command");
    List<String> command = section.texts("argv");
    for (int i = 0; i < command.size(); i++) {
      String argument = command.get(i);
      section.at("argv." + i, () -> Text.forProgram("argument", argument));
    }
    return command;
  }

  /** Reads what all kinds of config have. */
  private void read(SandboxConfig.Builder<?> builder) {
    readCore(builder);
    Section identity = section("identity");
    if (identity.hasAny(Set.of("uid", "gid", "username", "homedir"))) {
      builder.identity(identity(identity)); // without any, a privileged config has root's
    }
    for (Section mount : Section.numbered(file, "mount.")) {
      builder.mount(new MountReader(mount).mount());
    }
    Section.numbered(file, "env.").forEach(section -> readVariable(section, builder));
    for (Section disk : Section.numbered(file, "disk.")) {
      builder.disk(disk(disk));
    }
    for (Section network : Section.numbered(file, "network.")) {
      builder.network(new NetworkReader(network).network());
    }
    builder.security(security());
    readAdded(builder);
    builder.kept(kept());
  }

  private SandboxConfig built(SandboxConfig.Builder<?> builder) {
    return section("hardening").at("privileged", builder::build);
  }

  private void readCore(SandboxConfig.Builder<?> builder) {
    Section core = section("core");
    core.set("name", builder::name);
    core.set("uuid", builder::uuidText);
    core.set("root", text -> builder.root(new HostDirectoryRoot(text)));
    core.set("arch", builder::arch);
    builder.kernel(kernel(core));
    core.value("shell", KeyFileValue::bool).ifPresent(builder::shell);
    core.value("debug", KeyFileValue::bool).ifPresent(builder::debug);
    core.value("verbose", KeyFileValue::bool).ifPresent(builder::verbose);
  }

  private static Kernel kernel(Section core) {
    Kernel host = Kernel.running();
    Kernel released =
        core.value("kernrelease", text -> host.withRelease(KeyFileValue.unescape(text)))
            .orElse(host);
    Kernel found =
        core.value("kernpath", text -> released.withImage(KeyFileValue.unescape(text)))
            .orElse(released);
    return core.value("kmodpath", text -> found.withModules(KeyFileValue.unescape(text)))
        .orElse(found);
  }

  private static Identity identity(Section section) {
    Identity caller = Identity.caller();
    long uid = section.value("uid", KeyFileValue::id).orElse(caller.uid());
    long gid = section.value("gid", KeyFileValue::id).orElse(caller.gid());
    // the caller's name and home are no other user's: one without a name is named by the number
    Identity identity =
        uid == caller.uid()
            ? new Identity(uid, gid, caller.userName(), caller.home())
            : new Identity(uid, gid, Long.toString(uid), "/");
    // One after the other, so that what is wrong with one is said of its key.
    Identity named =
        section
            .value("username", name -> withName(identity, KeyFileValue.unescape(name)))
            .orElse(identity);
    return section
        .value("homedir", home -> withHome(named, KeyFileValue.unescape(home)))
        .orElse(named);
  }

  private static Identity withName(Identity identity, String name) {
    return new Identity(identity.uid(), identity.gid(), name, identity.home());
  }

  private static Identity withHome(Identity identity, String home) {
    return new Identity(identity.uid(), identity.gid(), identity.userName(), home);
  }

  private static void readVariable(Section section, SandboxConfig.Builder<?> builder) {
    String name = section.required("key", "a variable's name");
    String value = section.required("value", "a variable's value");
    section.at("value", () -> Text.forProgram("value of the variable", value));
    section.at("key", () -> builder.environment(name, value));
  }

  private static Disk disk(Section section) {
    String type = section.required("type", "file or block");
    String tag = section.required("tag", "the disk's name in /dev/disk/by-tag");
    String source = section.required("source", "the path of an image");
    String format = section.required("format", "the image's format, such as raw");
    Disk.Type known = section.at("type", () -> Disk.Type.parse(type));
    ImageFormat image = section.at("format", () -> ImageFormat.parse(format));
    Disk tagged = section.at("tag", () -> new Disk(known, tag, "/", image));
    return section.at("source", () -> new Disk(known, tagged.tag(), source, image));
  }

  private Security security() {
    Section section = section("security");
    boolean dynamic = section.value("dynamic", KeyFileValue::bool).orElse(true);
    if (dynamic) {
      return section
          .value("label", text -> Security.dynamic(KeyFileValue.unescape(text)))
          .orElse(Security.dynamic());
    }
    String label = section.required("label", "a label, or dynamic=true");
    return section.at("label", () -> Security.fixed(label));
  }

  /** What the original's file has no place for. */
  private void readAdded(SandboxConfig.Builder<?> builder) {
    Section guest = section("guest");
    guest.onlyKeys(Set.of("hostname", "directory"));
    guest.set("hostname", builder::hostName);
    guest.set("directory", builder::directory);
    builder.resources(new ResourcesReader(section("resources")).resources());
    Section hardening = section("hardening");
    hardening.onlyKeys(Set.of("privileged", "syscalls", "hidesecrets"));
    hardening.value("privileged", KeyFileValue::bool).ifPresent(builder::privileged);
    builder.hardening(hardening(hardening));
    RESERVED.forEach(group -> section(group).onlyKeys(Set.of()));
  }

  private static Hardening hardening(Section section) {
    Hardening standard = Hardening.standard();
    Hardening filtered =
        section
            .value("syscalls", text -> SystemCallFilter.parse(KeyFileValue.unescape(text)))
            .map(standard::withSystemCalls)
            .orElse(standard);
    boolean hides = section.value("hidesecrets", KeyFileValue::bool).orElse(true);
    return hides ? filtered : filtered.showingSecrets();
  }

  /** What is saved again without being understood here. */
  private KeyFile kept() {
    KeyFile kept = KeyFile.empty();
    file.groupNames().stream()
        .filter(name -> !READ.contains(name) && !NUMBERED.matcher(name).matches())
        .forEach(name -> kept.copy(file, name));
    return kept;
  }

  private Section section(String group) {
    return new Section(file, group);
  }
}
