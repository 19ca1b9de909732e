package org.libvirt.sandbox.domain;

/** An element without content that says yes by being there. */
final class Flag {
  Flag() {}
}
