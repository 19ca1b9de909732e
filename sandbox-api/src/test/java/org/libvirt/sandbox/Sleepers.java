package org.libvirt.sandbox;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.libvirt.Connect;
import org.libvirt.Domain;
import org.libvirt.LibvirtException;

/** Containers on the host's root, read-only, that sleep. */
final class Sleepers {
  private Sleepers() {}

  static void start(String uri, String name) throws LibvirtException {
    var connect = new Connect(uri);
    try {
      Domain domain = connect.domainCreateXML(xml(name, UUID.randomUUID()), 0);
      domain.free();
    } finally {
      connect.close();
    }
  }

  static String xml(String name, UUID uuid) {
    return """
        <domain type='lxc'>
          <name>%s</name>
          <uuid>%s</uuid>
          <memory unit='MiB'>64</memory>
          <os>
            <type>exe</type>
            <init>/bin/sleep</init>
            <initarg>1000</initarg>
          </os>
          <devices>
            <filesystem type='mount'>
              <source dir='/'/>
              <target dir='/'/>
              <readonly/>
            </filesystem>
            <console type='pty'/>
          </devices>
        </domain>
        """
        .formatted(name, uuid);
  }

  /** The names of a daemon's running domains. */
  static List<String> names(String uri) throws LibvirtException {
    var connect = new Connect(uri);
    try {
      var names = new ArrayList<String>();
      for (int id : connect.listDomains()) {
        Domain domain = connect.domainLookupByID(id);
        names.add(domain.getName());
        domain.free();
      }
      return names;
    } finally {
      connect.close();
    }
  }
}
