package org.libvirt.sandbox.builder;

import java.util.ServiceLoader;
import org.libvirt.sandbox.HostLacksException;

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
   * The builder for a driver.
   *
   * @param driver the driver as a connection URI's scheme names it
   * @return the first provider of it
   * @throws HostLacksException if no jar on the class path has one
   */
  static SandboxBuilder forDriver(String driver) {
    return ServiceLoader.load(SandboxBuilder.class, SandboxBuilder.class.getClassLoader()).stream()
        .map(ServiceLoader.Provider::get)
        .filter(builder -> builder.driver().equals(driver))
        .findFirst()
        .orElseThrow(
            () ->
                new HostLacksException(
                    "no builder for libvirt driver '"
                        + driver
                        + "' is on the class path; add sandbox-builder-"
                        + driver));
  }
}
