/**
 * Measurements, each beside a peer in the same run.
 *
 * <p>{@code benchmarks/run} prints the tables that docs/performance.md quotes.
 */
@NullMarked
package org.libvirt.sandbox.benchmarks;

import org.jspecify.annotations.NullMarked;
