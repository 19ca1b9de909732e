/**
 * Libvirt's domain and capabilities XML as values.
 *
 * <p>{@link org.libvirt.sandbox.domain.DomainDefinition} is a domain that libvirt can be asked to
 * create: builders put it together from values of this package and hand its XML to libvirt. {@link
 * org.libvirt.sandbox.domain.HostCapabilities} is what libvirt says of its host.
 *
 * <p>All types are immutable. Their fields are not final because JAXB, which reads and writes the
 * XML, fills them when it reads; nothing else does, and no caller sees a value before it is filled.
 * Only what sandboxes need is modelled: reading passes over the rest of what libvirt says. What is
 * nested is bound as an anonymous type, since the schema behind JAXB has one name for each other.
 */
@NullMarked
package org.libvirt.sandbox.domain;

import org.jspecify.annotations.NullMarked;
