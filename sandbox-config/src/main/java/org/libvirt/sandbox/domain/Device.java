package org.libvirt.sandbox.domain;

/**
 * A device of a domain. Libvirt makes the devices of a container in the order in which the domain
 * lists them.
 */
public sealed interface Device
    permits Channel, Console, Controller, Disk, Filesystem, Interface, MemoryBalloon, Serial {}
