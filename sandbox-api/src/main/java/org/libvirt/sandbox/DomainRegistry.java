package org.libvirt.sandbox;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.libvirt.Domain;
import org.libvirt.LibvirtException;
import org.libvirt.event.DomainEvent;
import org.libvirt.event.DomainEventType;
import org.libvirt.event.LifecycleListener;

/** The domains of a connection that nobody has ended yet, and what libvirt tells of their ends. */
final class DomainRegistry {
  private static final Logger LOG = System.getLogger("org.libvirt.sandbox");

  private final Map<UUID, SandboxDomain> domains = new ConcurrentHashMap<>();

  // always the same object, by which it is taken back from a connection
  private final LifecycleListener listener = this::lifecycleChanged;

  /** What is to hear libvirt's events. */
  LifecycleListener listener() {
    return listener;
  }

  /** Has a domain hear of its end; of two with one UUID only the first can come to exist. */
  void add(SandboxDomain domain) {
    domains.putIfAbsent(domain.uuid(), domain);
  }

  /** Forgets a domain that does not exist after all. */
  void remove(SandboxDomain domain) {
    domains.remove(domain.uuid(), domain);
  }

  /** Forgets a domain whose end need not be told. */
  void forget(UUID uuid) {
    domains.remove(uuid);
  }

  int size() {
    return domains.size();
  }

  /** Tells all domains that they have ended: their daemon has. */
  void allHaveStopped() {
    domains.values().forEach(SandboxDomain::hasStopped);
    domains.clear();
  }

  private int lifecycleChanged(Domain domain, DomainEvent event) {
    try {
      if (event.getType() == DomainEventType.STOPPED) {
        SandboxDomain stopped = domains.remove(UUID.fromString(domain.getUUIDString()));
        if (stopped != null) {
          stopped.hasStopped();
        }
      }
    } catch (LibvirtException e) {
      LOG.log(Level.WARNING, "the event of a domain is lost: {0}", Refusals.words(e));
    } finally {
      release(domain);
    }
    return 0;
  }

  /** Gives a domain's reference back, without which the connection's socket would stay open. */
  static void release(Domain domain) {
    try {
      domain.free();
    } catch (LibvirtException e) {
      throw new IllegalStateException("libvirt does not take its own domain back", e);
    }
  }
}
