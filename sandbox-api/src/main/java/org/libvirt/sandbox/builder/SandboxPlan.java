package org.libvirt.sandbox.builder;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * How a sandbox is to be made.
 *
 * @param xml the domain's XML for libvirt
 * @param carrier what carries the bytes between the host and the supervisor
 * @param launch what the supervisor is told to run; asked once, in another thread, while libvirt
 *     creates the domain: what cannot be had is better refused before
 * @param shell what the supervisor is told to run behind the shell's console; empty for a sandbox
 *     without one
 * @param guestLog the file of this host to which the guest's kernel and init write what they have
 *     to say, where there is one
 * @param servers what must run on this host before the domain is created; ended once it is gone
 * @param cleanUps what is to be undone once the domain is gone, in this order; the state directory
 *     goes by itself, after them
 */
public record SandboxPlan(
    String xml,
    CarrierAddress carrier,
    Supplier<LaunchRecord> launch,
    Optional<LaunchRecord> shell,
    Optional<Path> guestLog,
    List<HostServer> servers,
    List<Runnable> cleanUps) {
  /** Copies the lists. */
  public SandboxPlan {
    requireNonNull(xml, "xml");
    requireNonNull(carrier, "carrier");
    requireNonNull(launch, "launch");
    requireNonNull(shell, "shell");
    requireNonNull(guestLog, "guestLog");
    servers = List.copyOf(servers);
    cleanUps = List.copyOf(cleanUps);
  }

  /**
   * A plan without a shell.
   *
   * @param xml the domain's XML for libvirt
   * @param carrier what carries the bytes between the host and the supervisor
   * @param launch what the supervisor is told to run, asked once, in another thread
   * @param cleanUps what is to be undone once the domain is gone, in this order
   */
  public SandboxPlan(
      String xml, CarrierAddress carrier, Supplier<LaunchRecord> launch, List<Runnable> cleanUps) {
    this(xml, carrier, launch, Optional.empty(), Optional.empty(), List.of(), cleanUps);
  }
}
