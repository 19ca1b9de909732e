package org.libvirt.sandbox.console;

import java.time.Duration;

/**
 * What a program used, as its sandbox's kernel counted it, with those of its children that it
 * waited for.
 *
 * @param userTime the processor time spent in the program
 * @param systemTime the processor time that the kernel spent for it
 * @param largestResidentSet the most memory it had at a time, in bytes
 * @param outOfMemory whether a process of the sandbox was killed for lack of memory
 */
public record ResourceUsage(
    Duration userTime, Duration systemTime, long largestResidentSet, boolean outOfMemory) {}
