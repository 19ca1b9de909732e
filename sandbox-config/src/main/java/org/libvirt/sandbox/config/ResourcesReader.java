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
    section.onlyKeys(Set.of("memory", "processors", "cpuquota", "processes"));
    section
        .value("memory", text -> resources.withMemory(DecimalNumber.parseLong(text)))
        .ifPresent(read -> resources = read);
    number("processors", count -> resources.withProcessors(count));
    number("cpuquota", percent -> resources.withCpuQuota(percent));
    number("processes", count -> resources.withProcesses(count));
    return resources;
  }

  private void number(String key, IntFunction<Resources> meaning) {
    section
        .value(key, text -> meaning.apply(DecimalNumber.parseInt(text)))
        .ifPresent(read -> resources = read);
  }
}
