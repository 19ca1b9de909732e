package org.libvirt.sandbox.builder.lxc;

import java.nio.file.Path;
import java.util.Optional;
import org.libvirt.sandbox.InvalidSandboxException;
import org.libvirt.sandbox.builder.HostFacts;
import org.libvirt.sandbox.builder.HostMount;
import org.libvirt.sandbox.builder.lxc.GuestPlaces.Place;

/**
 * What libvirt's binds show: of the mounts of the host that lie below their source, nothing, but
 * what these cover. Something mounted there would be made in what they cover.
 */
final class OneFileSystem {
  private final HostFacts host;
  private final GuestPlaces places;

  OneFileSystem(HostFacts host, GuestPlaces places) {
    this.host = host;
    this.places = places;
  }

  /**
   * Refuses a place that is not as the host shows it.
   *
   * @param what what the place is for, with its name
   */
  void require(String what, Place place) {
    boolean inRoot = place.mount() == 0; // the only recursive bind
    Optional<HostMount> found = place.onHost().flatMap(host::mountOf);
    if (inRoot || found.isEmpty() || found.equals(mountOfSource(place))) {
      return;
    }
    Path point = found.get().point();
    if (!place.onHost().equals(Optional.of(point))) {
      throw new InvalidSandboxException(
          "%s is in '%s', a mount of this host of its own, which a bind of '%s' does not show;"
                  .formatted(what, point, places.sourceOf(place.mount()))
              + " bind that mount there first");
    }
  }

  private Optional<HostMount> mountOfSource(Place place) {
    return host.mountOf(places.sourceOf(place.mount()));
  }
}
