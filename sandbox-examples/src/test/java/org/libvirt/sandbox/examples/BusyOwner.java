package org.libvirt.sandbox.examples;

import java.util.UUID;
import org.libvirt.sandbox.EmbeddedLibvirt;
import org.libvirt.sandbox.SandboxConnection;
import org.libvirt.sandbox.config.InteractiveConfig;
import org.libvirt.sandbox.context.InteractiveContext;

/**
 * A process that runs one sandbox after another until it is killed. It tells its daemon's name, if
 * that is its own, and the UUID of each sandbox before there is anything of it.
 */
final class BusyOwner {
  private BusyOwner() {}

  /** Arguments: URI, or {@link Victim#EMBEDDED}; the beginning of all names. */
  public static void main(String[] arguments) throws Exception {
    Victim.dieWithTheTest();
    try (SandboxConnection connection = SandboxConnection.open(uri(arguments[0]))) {
      for (int run = 0; ; run++) {
        UUID uuid = UUID.randomUUID();
        System.out.println(uuid);
        InteractiveConfig config =
            InteractiveConfig.builder()
                .name(arguments[1] + run)
                .uuid(uuid)
                .command("/bin/echo", "run")
                .build();
        try (InteractiveContext sandbox = InteractiveContext.start(connection, config)) {
          sandbox.console().stdout().readAllBytes();
        }
      }
    }
  }

  private static String uri(String given) {
    if (!given.equals(Victim.EMBEDDED)) {
      return given;
    }
    EmbeddedLibvirt libvirt = EmbeddedLibvirt.start();
    System.out.println(libvirt.socket().getParent().getFileName());
    return libvirt.uri("lxc");
  }
}
