package org.libvirt.sandbox.builder;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.libvirt.sandbox.ChannelKind;
import org.libvirt.sandbox.config.SandboxConfig;
import org.libvirt.sandbox.domain.HostCapabilities;

/**
 * All that a builder may know.
 *
 * @param config what the sandbox is to be
 * @param uuid the UUID of this run, which the domain gets
 * @param state the directory of this run on the host
 * @param host what was found on the host
 * @param capabilities what libvirt can do there
 * @param libvirtPath where libvirt finds a path of this host: an embedded daemon has directories of
 *     its own in place of some
 * @param channel the way between the host and the supervisor that the caller wants
 * @param startLimit how long starting may still take, what is left of its limit
 */
public record BuildRequest(
    SandboxConfig config,
    UUID uuid,
    StateDirectory state,
    HostFacts host,
    HostCapabilities capabilities,
    UnaryOperator<Path> libvirtPath,
    ChannelKind channel,
    Duration startLimit) {
  /** Checks that nothing is missing. */
  public BuildRequest {
    requireNonNull(config, "config");
    requireNonNull(uuid, "uuid");
    requireNonNull(state, "state");
    requireNonNull(host, "host");
    requireNonNull(capabilities, "capabilities");
    requireNonNull(libvirtPath, "libvirtPath");
    requireNonNull(channel, "channel");
    requireNonNull(startLimit, "startLimit");
  }
}
