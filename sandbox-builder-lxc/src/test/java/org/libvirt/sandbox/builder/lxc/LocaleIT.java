package org.libvirt.sandbox.builder.lxc;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.libvirt.sandbox.EmbeddedLibvirt;
import org.libvirt.sandbox.InvalidSandboxException;
import org.libvirt.sandbox.SandboxConnection;
import org.libvirt.sandbox.config.InteractiveConfig;
import org.libvirt.sandbox.config.SandboxConfig;
import org.libvirt.sandbox.context.InteractiveContext;
import org.libvirt.sandbox.contract.HostTree;
import org.libvirt.sandbox.contract.Outcome;

/** A JVM whose locale can express ASCII only, and names that are more. */
@Timeout(300)
final class LocaleIT {
  @RegisterExtension final HostTree host = HostTree.hidden();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "mount=/tmp/ü,%s",
        "include=/tmp/x/ü,%s",
        "mount=/srv,%sü",
        "plain=/srv,%s",
        "link=/srv,%s.link"
      })
  void a_name_that_cannot_be_expressed_is_refused_and_never_another_taken(String what)
      throws Exception {
    Path data = host.directoryWith("data", "of the host");
    host.directoryWith("dataü", "of the odd one");
    host.link("data.link", "dataü");
    List<String> before = host.content();
    InteractiveConfig config = config(what.formatted(data), data);
    Path file = Path.of(host.top() + ".cfg");
    try {
      config.save(file);

      List<String> said = inAscii(file);

      assertThat(said)
          .containsExactly(what.startsWith("plain") ? "of the host" : "refused: the locale");
    } finally {
      Files.deleteIfExists(file);
    }
    assertThat(host.content()).isEqualTo(before);
  }

  @Test
  void the_locale_of_that_jvm_is_really_ascii() throws Exception {
    assertThat(java(List.of("-XshowSettings:properties", "-version")))
        .anyMatch(line -> line.strip().equals("sun.jnu.encoding = ANSI_X3.4-1968"));
  }

  private static InteractiveConfig config(String what, Path data) {
    String target = what.substring(what.indexOf('=') + 1, what.indexOf(','));
    String source = what.substring(what.indexOf(',') + 1);
    InteractiveConfig.Builder config = Daemon.script("cat \"$T\"/file");
    if (what.startsWith("include")) {
      return config
          .environment("T", target)
          .mount(org.libvirt.sandbox.config.RamMount.of("/tmp/x", 1 << 20))
          .include(target, data.toString())
          .build();
    }
    return config
        .environment("T", target)
        .mount(org.libvirt.sandbox.config.HostBindMount.of(target, source).asReadOnly())
        .build();
  }

  private static List<String> inAscii(Path config) throws Exception {
    return java(
        List.of(
            "-cp",
            System.getProperty("java.class.path"),
            LocaleIT.class.getName(),
            config.toString()));
  }

  private static List<String> java(List<String> arguments) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx64m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
    command.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().keySet().removeIf(name -> name.startsWith("LC_"));
    builder.environment().put("LANG", "C");
    Process process = builder.start();
    List<String> said = process.inputReader().lines().toList();
    process.waitFor();
    return said;
  }

  /** What runs in the other JVM. */
  public static void main(String[] arguments) throws Exception {
    var config = (InteractiveConfig) SandboxConfig.load(Path.of(arguments[0]));
    try (EmbeddedLibvirt libvirt = EmbeddedLibvirt.start();
        SandboxConnection connection = SandboxConnection.open(libvirt.uri("lxc"));
        InteractiveContext sandbox = InteractiveContext.start(connection, config)) {
      Outcome outcome = Outcome.of(sandbox.console());
      System.out.print(outcome.stderr() + outcome.stdout());
    } catch (InvalidSandboxException e) {
      boolean clear = e.getMessage().contains("LANG");
      System.out.println(clear ? "refused: the locale" : "refused: " + e.getMessage());
    }
  }
}
