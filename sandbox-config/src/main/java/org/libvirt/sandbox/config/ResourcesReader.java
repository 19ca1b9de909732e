package org.libvirt.sandbox.config;

import java.util.Set;
import java.util.function.IntFunction;

/** Resources out of their group of a key file. */
final class ResourcesReader {
  private final Section section;
  private Resources resources = Resources.standard();

  ResourcesReader(Section section) {
    this.section = section;
  }

  Resources resources() {
    section.onlyKeys(
        Set.of("memory", "processors", "cpuquota", "processes", "acceleration", "sharing"));
    section
        .value("memory", text -> resources.withMemory(KeyFileValue.bytes(text)))
        .ifPresent(read -> resources = read);
    number("processors", count -> resources.withProcessors(count));
    number("cpuquota", percent -> resources.withCpuQuota(percent));
    number("processes", count -> resources.withProcesses(count));
    section
        .value("acceleration", text -> resources.withAcceleration(Acceleration.of(text)))
        .ifPresent(read -> resources = read);
    section
        .value("sharing", text -> resources.withSharing(FileSharing.of(text)))
        .ifPresent(read -> resources = read);
    return resources;
  }

  private void number(String key, IntFunction<Resources> meaning) {
    section
        .value(key, text -> meaning.apply(KeyFileValue.count(text)))
        .ifPresent(read -> resources = read);
  }
}
