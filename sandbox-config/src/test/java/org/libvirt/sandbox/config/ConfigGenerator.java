package org.libvirt.sandbox.config;

import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.function.Supplier;

/** Random configs that are valid, of all kinds and with every property; the same for a seed. */
final class ConfigGenerator {
  // What files, option strings and XML could stumble over; U+FEFF is a byte order mark.
  private static final List<String> PIECES =
      List.of(
          "a",
          "Z",
          "7",
          " ",
          "  ",
          ".",
          "..",
          "-",
          "_",
          "\\",
          "\\s",
          "\\n",
          "#",
          ";",
          "=",
          ",",
          ",ro",
          ",rw",
          ":",
          "[",
          "]",
          "[x]",
          "%",
          "$",
          "'",
          "\"",
          "<&>",
          "\u00e4",
          "\u017e",
          "\u20ac",
          "\u00a0",
          "\u2028",
          "\u3000",
          "\uFEFF",
          "\uD83D\uDE00",
          "e\u0301",
          "\u202e");

  private static final List<String> CONTROLS =
      List.of("\t", "\n", "\r", "\r\n", "\u0001", "\u007f");

  private final Random random;

  ConfigGenerator(long seed) {
    random = new Random(seed);
  }

  SandboxConfig config() {
    return switch (random.nextInt(3)) {
      case 0 -> {
        InteractiveConfig.Builder config = InteractiveConfig.builder().tty(random.nextBoolean());
        sometimes(() -> config.command(command()));
        yield filled(config).build();
      }
      case 1 -> {
        GenericServiceConfig.Builder config = GenericServiceConfig.builder();
        sometimes(() -> config.command(command()));
        yield filled(config).build();
      }
      default -> {
        SystemdServiceConfig.Builder config = SystemdServiceConfig.builder();
        sometimes(() -> config.bootTarget(word().replace("/", "") + ".target"));
        yield filled(config).build();
      }
    };
  }

  private <B extends SandboxConfig.Builder<B>> B filled(B config) {
    config.name(name());
    sometimes(() -> config.uuid(new UUID(random.nextLong(), random.nextLong())));
    sometimes(() -> config.root(new HostDirectoryRoot("/" + word().replace("..", "x"))));
    sometimes(() -> config.arch(oneOf(List.of("i686", "aarch64", "x86_64", "ppc64le"))));
    if (random.nextInt(5) == 0) {
      config.privileged(true);
    } else {
      sometimes(() -> config.identity(identity()));
    }
    some(() -> config.environment(variable(), argument()));
    some(() -> config.mount(withIncludes(mount())));
    some(() -> config.disk(disk()));
    some(() -> config.network(network()));
    sometimes(() -> config.security(security()));
    sometimes(() -> config.kernel(kernel()));
    sometimes(() -> config.resources(resources()));
    sometimes(() -> config.hardening(hardening()));
    sometimes(() -> config.hostName("h" + random.nextInt(100) + ".example-" + digit() + ".org"));
    sometimes(() -> config.directory("/" + word()));
    return config.shell(random.nextBoolean()).debug(random.nextBoolean()).verbose(yes());
  }

  private Identity identity() {
    long uid = oneOf(List.of(0L, 1L, 1000L, Identity.MAX_ID));
    return new Identity(uid, random.nextInt(Integer.MAX_VALUE), "u" + word(), "/" + word());
  }

  Mount mount() {
    String target = "/" + word();
    return switch (random.nextInt(4)) {
      case 0 -> new HostBindMount(target, oneOf(List.of("", word())), yes(), List.of());
      case 1 -> HostImageMount.of(target, "/i" + word(), format());
      case 2 -> GuestBindMount.of(target, "/" + word());
      default -> RamMount.of(target, size());
    };
  }

  private Mount withIncludes(Mount mount) {
    List<Include> includes = new ArrayList<>();
    some(() -> includes.add(new Include(word().replace("..", "x"), word())));
    Mount with = mount;
    for (Include include : includes) {
      with = with.withInclude(include);
    }
    return with;
  }

  Disk disk() {
    String tag = "t" + word().replace("/", "");
    String source = "/" + word() + oneOf(List.of("", ".img", ".qcow2", ".QCOW2", "/x.d/y"));
    return yes() ? Disk.ofFile(tag, source, format()) : Disk.ofBlockDevice(tag, source);
  }

  Network network() {
    Network.Builder network = Network.builder().dhcp(yes());
    sometimes(() -> network.source("n" + word().replace("/", "")));
    sometimes(() -> network.mac("52:54:00:%02x:%02X:%02x".formatted(digit(), digit() + 160, 7)));
    some(() -> network.address(address()));
    some(() -> network.route(route()));
    sometimes(() -> network.filter(filter()));
    return network.build();
  }

  private NetworkAddress address() {
    InetAddress primary = ip();
    NetworkAddress address = NetworkAddress.of(primary, prefix(primary));
    return yes() ? address : address.withBroadcast(ip());
  }

  private NetworkRoute route() {
    InetAddress target = ip();
    return new NetworkRoute(target, prefix(target), ip());
  }

  private int prefix(InetAddress address) {
    return random.nextInt(8 * address.getAddress().length + 1);
  }

  private InetAddress ip() {
    return IpAddress.parse(
        switch (random.nextInt(4)) {
          case 0 -> "10.%d.0.%d".formatted(digit(), random.nextInt(256));
          case 1 -> "fe80::%x:%x".formatted(random.nextInt(0x10000), digit());
          case 2 -> "::ffff:192.0.2." + random.nextInt(256);
          default -> oneOf(List.of("::", "::1", "::2:0", "2001:db8:0:1:0:0:0:1", "0.0.0.0"));
        });
  }

  private NetworkFilter filter() {
    List<NetworkFilter.Parameter> parameters = new ArrayList<>();
    some(
        () ->
            parameters.add(
                new NetworkFilter.Parameter(
                    oneOf(List.of("IP", "MAC", "DHCPSERVER", "x_1")),
                    oneOf(List.of("192.0.2.1", "2001:db8::1", "0", "a_b")))));
    return new NetworkFilter("f" + word().replace(",", ""), parameters);
  }

  Security security() {
    return switch (random.nextInt(3)) {
      case 0 -> Security.dynamic();
      case 1 -> Security.dynamic(word());
      default -> Security.fixed("s" + word());
    };
  }

  private Kernel kernel() {
    Kernel kernel = Kernel.running();
    kernel = yes() ? kernel : kernel.withRelease("6" + word().replace("/", ""));
    kernel = yes() ? kernel : kernel.withImage("k" + word());
    return yes() ? kernel : kernel.withModules("/m" + word());
  }

  private Resources resources() {
    Resources resources = Resources.standard();
    resources = yes() ? resources : resources.withMemory((2L << 20) + size() / 2);
    resources = yes() ? resources : resources.withProcessors(1 + digit());
    resources = yes() ? resources : resources.withCpuQuota(1 + random.nextInt(6400));
    resources = yes() ? resources : resources.withProcesses(Integer.MAX_VALUE - digit());
    resources = yes() ? resources : resources.withOpenFiles(16 + random.nextInt(1_000_000));
    resources = yes() ? resources : resources.withFileSize(1 + size() / 2);
    resources = yes() ? resources : resources.withOutput(1 + size() / 2);
    resources = yes() ? resources : resources.withTime(Duration.ofNanos(1 + size() / 1000));
    return yes() ? resources : resources.withCpuTime(Duration.ofSeconds(1 + digit()));
  }

  private Hardening hardening() {
    SystemCallFilter filter =
        yes() ? SystemCallFilter.unconfined() : SystemCallFilter.standard().allowing("a" + digit());
    Hardening hardening = Hardening.standard().withSystemCalls(filter.refusing("r" + digit()));
    return yes() ? hardening : hardening.showingSecrets();
  }

  private List<String> command() {
    List<String> command = new ArrayList<>(List.of("/" + argument()));
    some(() -> command.add(argument()));
    return command;
  }

  private String name() {
    String name = "n" + word().replace("/", "");
    return name.length() > 16 ? name.substring(0, 1) : name; // of at most 4 bytes each
  }

  private String variable() {
    return "V" + argument().replace("=", "");
  }

  private ImageFormat format() {
    return oneOf(List.of(ImageFormat.values()));
  }

  private long size() {
    return switch (random.nextInt(3)) {
      case 0 -> 1 + random.nextInt(2000);
      case 1 -> (1L + digit()) << (10 * (1 + random.nextInt(3)));
      default -> 1 + (random.nextLong() >>> 1);
    };
  }

  /** Text of one line, possibly empty, with slashes. */
  String word() {
    return text(() -> random.nextInt(6) == 0 ? "/" : oneOf(PIECES));
  }

  /** Text that a program can be given, possibly empty. */
  String argument() {
    return text(() -> random.nextInt(4) == 0 ? oneOf(CONTROLS) : oneOf(PIECES));
  }

  private String text(Supplier<String> piece) {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(7); i > 0; i--) {
      text.append(piece.get());
    }
    return text.toString();
  }

  private <T> T oneOf(List<T> choices) {
    return choices.get(random.nextInt(choices.size()));
  }

  private boolean yes() {
    return random.nextBoolean();
  }

  private int digit() {
    return random.nextInt(10);
  }

  private void sometimes(Runnable step) {
    if (yes()) {
      step.run();
    }
  }

  /** Mostly none or a few times, now and then often: two digits sort otherwise than one. */
  private void some(Runnable step) {
    int times = random.nextInt(200) == 0 ? 12 : Math.max(0, random.nextInt(5) - 2);
    for (int i = 0; i < times; i++) {
      step.run();
    }
  }
}
