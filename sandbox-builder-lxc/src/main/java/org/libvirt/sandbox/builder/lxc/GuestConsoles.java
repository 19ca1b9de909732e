package org.libvirt.sandbox.builder.lxc;

import java.util.Collections;
import java.util.List;
import org.libvirt.sandbox.ChannelKind;
import org.libvirt.sandbox.builder.BuildRequest;
import org.libvirt.sandbox.builder.CarrierAddress;
import org.libvirt.sandbox.domain.Console;

/**
 * The consoles of a container: the log, the shell if there is one, and the supervisor's channel for
 * the last one, where it takes one. Libvirt calls them console0, console1, …; in the container they
 * are /dev/tty1, /dev/tty2, ….
 */
final class GuestConsoles {
  private final BuildRequest request;
  private final int count;
  private final boolean isChannelLast;

  private GuestConsoles(BuildRequest request) {
    this.request = request;
    int people = request.config().isShell() ? 2 : 1;
    isChannelLast = request.channel() == ChannelKind.LIBVIRT_STREAM;
    count = isChannelLast ? people + 1 : people;
  }

  static GuestConsoles of(BuildRequest request) {
    return new GuestConsoles(request);
  }

  /** The consoles in the domain's XML. */
  List<Console> devices() {
    return Collections.nCopies(count, Console.pty());
  }

  /** Where the host meets the supervisor. */
  CarrierAddress carrier() {
    return isChannelLast
        ? new CarrierAddress.DomainConsole("console" + (count - 1))
        : new CarrierAddress.UnixSocket(request.state().channel());
  }

  /** The init's first argument: where the supervisor meets the host. */
  String initArgument() {
    return isChannelLast
        ? "tty:/dev/tty" + count
        : "unix:" + ContainerBuilder.CONFIG + "/" + request.state().channel().getFileName();
  }
}
