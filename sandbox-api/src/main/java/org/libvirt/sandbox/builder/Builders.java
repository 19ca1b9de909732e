package org.libvirt.sandbox.builder;

import java.util.Map;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.concurrent.ConcurrentHashMap;
import org.libvirt.sandbox.HostLacksException;

/**
 * The builders on the class path. One that was found is kept: looking for it reads the class path's
 * archives again, which takes a start a millisecond.
 */
final class Builders {
  private static final Map<String, SandboxBuilder> FOUND = new ConcurrentHashMap<>();

  private Builders() {}

  /** See {@link SandboxBuilder#forDriver}. */
  static SandboxBuilder forDriver(String driver) {
    return FOUND.computeIfAbsent(
        driver,
        sought ->
            find(sought)
                .orElseThrow(
                    () ->
                        new HostLacksException(
                            "no builder for libvirt driver '"
                                + sought
                                + "' is on the class path; add sandbox-builder-"
                                + sought)));
  }

  private static Optional<SandboxBuilder> find(String driver) {
    try {
      return ServiceLoader.load(SandboxBuilder.class, SandboxBuilder.class.getClassLoader())
          .stream()
          .map(ServiceLoader.Provider::get)
          .filter(builder -> builder.driver().equals(driver))
          .findFirst();
    } catch (ServiceConfigurationError e) {
      throw new HostLacksException(
          "the builders of sandboxes on the class path cannot be loaded: " + e.getMessage(), e);
    }
  }
}
