package org.libvirt.sandbox.context;

import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.libvirt.sandbox.GuestLog;
import org.libvirt.sandbox.builder.CarrierAddress;
import org.libvirt.sandbox.builder.SandboxPlan;
import org.libvirt.sandbox.console.SandboxChannel;

/**
 * How a host and a supervisor come together: for one the host listens before its domain is made, to
 * the port of another it connects afterwards.
 */
final class Meeting implements AutoCloseable {
  private final Supplier<SandboxChannel> later;
  private @Nullable SandboxChannel channel;

  private Meeting(@Nullable SandboxChannel channel, Supplier<SandboxChannel> later) {
    this.channel = channel;
    this.later = later;
  }

  /** Does what must be done before the domain is made. */
  static Meeting at(SandboxPlan plan) {
    if (plan.carrier() instanceof CarrierAddress.UnixSocket unix) {
      SandboxChannel listening = SandboxChannel.listen(unix.socket());
      return new Meeting(listening, () -> listening);
    }
    Path socket = ((CarrierAddress.VirtioPort) plan.carrier()).socket();
    return new Meeting(null, () -> SandboxChannel.connect(socket, () -> cause(plan)));
  }

  private static Optional<String> cause(SandboxPlan plan) {
    return plan.guestLog().flatMap(log -> GuestLog.of(log).cause());
  }

  /** The channel, once the domain has been made; always the same one. */
  SandboxChannel channel() {
    SandboxChannel known = channel;
    if (known == null) {
      known = later.get();
      channel = known;
    }
    return known;
  }

  @Override
  public void close() {
    SandboxChannel known = channel;
    if (known != null) {
      known.close();
    }
  }
}
