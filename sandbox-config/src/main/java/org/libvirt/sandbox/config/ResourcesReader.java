package org.libvirt.sandbox.config;

import java.util.Set;
import java.util.function.Function;
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
        Set.of(
            "memory",
            "processors",
            "cpuquota",
            "processes",
            "openfiles",
            "filesize",
            "output",
            "time",
            "cputime",
            "acceleration",
            "sharing"));
    value("memory", text -> resources.withMemory(KeyFileValue.bytes(text)));
    number("processors", count -> resources.withProcessors(count));
    number("cpuquota", percent -> resources.withCpuQuota(percent));
    number("processes", count -> resources.withProcesses(count));
    number("openfiles", count -> resources.withOpenFiles(count));
    value("filesize", text -> resources.withFileSize(KeyFileValue.bytes(text)));
    value("output", text -> resources.withOutput(KeyFileValue.bytes(text)));
    value("time", text -> resources.withTime(Seconds.parse(text)));
    value("cputime", text -> resources.withCpuTime(Seconds.parse(text)));
    value("acceleration", text -> resources.withAcceleration(Acceleration.of(text)));
    value("sharing", text -> resources.withSharing(FileSharing.of(text)));
    return resources;
  }

  private void number(String key, IntFunction<Resources> meaning) {
    value(key, text -> meaning.apply(KeyFileValue.count(text)));
  }

  private void value(String key, Function<String, Resources> meaning) {
    section.value(key, meaning).ifPresent(read -> resources = read);
  }
}
