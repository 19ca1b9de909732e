/**
 * What holds for a sandbox of any kind, as tests without a backend: programs, their streams and
 * their ends, terminals, processes, networks. Each builder's module has a class for each contract
 * that says which backend it is run on, and so keeps it. Start at {@link
 * org.libvirt.sandbox.contract.StreamsContract} and {@link
 * org.libvirt.sandbox.contract.SandboxDaemon}.
 */
@NullMarked
package org.libvirt.sandbox.contract;

import org.jspecify.annotations.NullMarked;
