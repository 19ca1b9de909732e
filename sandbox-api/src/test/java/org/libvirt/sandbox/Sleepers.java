package org.libvirt.sandbox;

import java.util.ArrayList;
import java.util.List;
import org.libvirt.Connect;
import org.libvirt.Domain;
import org.libvirt.LibvirtException;

/** Containers on the host's root, read-only, that sleep. */
final class Sleepers {
  private Sleepers() {}

  static void start(String uri, String name) throws LibvirtException {
    var connect = new Connect(uri);
    try {
      Domain domain =
          connect.domainCreateXML(
              """
              <domain type='lxc'>
                <name>%s</name>
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
                  .formatted(name),
              0);
      domain.free();
    } finally {
      connect.close();
    }
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
