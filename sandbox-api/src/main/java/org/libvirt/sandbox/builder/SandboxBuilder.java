package org.libvirt.sandbox.builder;

import java.time.Duration;
import java.util.ServiceLoader;
import org.libvirt.sandbox.HostLacksException;
import org.libvirt.sandbox.config.Network;
import org.libvirt.sandbox.config.SandboxConfig;
import org.libvirt.sandbox.domain.HostCapabilities;

/**
 * A way to make sandboxes on one of libvirt's drivers. Providers are found by {@link
 * ServiceLoader}; they are stateless, and may be asked by several threads at once.
 */
public interface SandboxBuilder {

  /**
   * The libvirt driver that this builder makes domains for.
   *
   * @return the driver as a connection URI's scheme names it, such as {@code lxc}
   */
  String driver();

  /**
   * Plans a sandbox. It may write into the request's state directory, and makes nothing else.
   *
   * @param request the config, and what is known about the host
   * @return the plan
   * @throws org.libvirt.sandbox.InvalidSandboxException if the config cannot be had on this host
   * @throws HostLacksException if the host lacks something that this driver needs
   */
  SandboxPlan build(BuildRequest request);

  /**
   * How long a start may take where its caller does not say.
   *
   * @param config what is to be started
   * @param capabilities what libvirt can do on the host
   * @return 30 seconds, where a builder does not know better
   */
  default Duration startLimit(SandboxConfig config, HostCapabilities capabilities) {
    return Duration.ofSeconds(30);
  }

  /**
   * Whether a network interface is one of a network that libvirt keeps on the host.
   *
   * @param network an interface of a config
   * @return false where the hypervisor alone can serve it
   */
  default boolean needsLibvirt(Network network) {
    return true;
  }

  /**
   * Whether programs could reach the host's Unix sockets, were they not hidden: then they are
   * looked for from a start's first moment on, as that takes its time.
   *
   * @return true, where a builder does not know better
   */
  default boolean hidesSockets() {
    return true;
  }

  /**
   * The builder for a driver.
   *
   * @param driver the driver as a connection URI's scheme names it
   * @return the first provider of it
   * @throws HostLacksException if no jar on the class path has one, or it cannot be read
   */
  static SandboxBuilder forDriver(String driver) {
    return Builders.forDriver(driver);
  }
}
