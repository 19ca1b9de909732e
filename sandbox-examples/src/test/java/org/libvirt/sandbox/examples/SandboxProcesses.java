package org.libvirt.sandbox.examples;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.libvirt.sandbox.EmbeddedLibvirt;

/** The processes behind a sandbox, and behind an embedded daemon, as this host sees them. */
enum SandboxProcesses {
  /** Libvirt's process for the container. */
  CONTROLLER {
    @Override
    ProcessHandle find(EmbeddedLibvirt libvirt, String sandbox) {
      return only(
          ProcessHandle.allProcesses()
              .filter(process -> read(process, "cgroup").contains("-" + sandbox))
              .filter(named("libvirt_lxc"))
              // its child, before it has become the container's init
              .filter(process -> process.parent().filter(named("libvirt_lxc")).isEmpty()));
    }
  },

  /** The container's first process. */
  SUPERVISOR {
    @Override
    ProcessHandle find(EmbeddedLibvirt libvirt, String sandbox) {
      return only(CONTROLLER.find(libvirt, sandbox).children());
    }
  },

  /** The first process of the program's own namespace. */
  REAPER {
    @Override
    ProcessHandle find(EmbeddedLibvirt libvirt, String sandbox) {
      return only(
          SUPERVISOR
              .find(libvirt, sandbox)
              .children()
              .filter(child -> read(child, "status").matches("(?s).*NSpid:[\t0-9]*\t1\n.*")));
    }
  },

  /** What the sandbox is for: {@code sleep}, or a shell. */
  PROGRAM {
    @Override
    ProcessHandle find(EmbeddedLibvirt libvirt, String sandbox) {
      return only(
          SUPERVISOR
              .find(libvirt, sandbox)
              .children()
              .filter(named("sleep").or(named("sh").or(named("dash")))));
    }
  },

  /** The launcher's outer process. */
  OUTER {
    @Override
    ProcessHandle find(EmbeddedLibvirt libvirt, String sandbox) {
      return only(
          ProcessHandle.current()
              .children()
              .filter(child -> read(child, "cmdline").contains(idOf(libvirt)))
              .filter(child -> read(child, "cmdline").contains("\0run\0")));
    }
  },

  /** The first process of the daemon's namespace. */
  INNER {
    @Override
    ProcessHandle find(EmbeddedLibvirt libvirt, String sandbox) {
      return only(OUTER.find(libvirt, sandbox).children());
    }
  },

  /** The daemon. */
  LIBVIRTD {
    @Override
    ProcessHandle find(EmbeddedLibvirt libvirt, String sandbox) {
      return only(INNER.find(libvirt, sandbox).children().filter(named("libvirtd")));
    }
  };

  /** Gives the one process of this role. */
  abstract ProcessHandle find(EmbeddedLibvirt libvirt, String sandbox);

  /** Kills the process and waits until it is gone. */
  void kill(EmbeddedLibvirt libvirt, String sandbox) {
    ProcessHandle victim = find(libvirt, sandbox);
    victim.destroyForcibly();
    victim.onExit().join();
  }

  private static String idOf(EmbeddedLibvirt libvirt) {
    String name = String.valueOf(libvirt.socket().getParent().getFileName());
    return name.replaceFirst("^daemon-", "");
  }

  private static ProcessHandle only(Stream<ProcessHandle> processes) {
    return processes
        .filter(process -> !read(process, "stat").contains(") Z "))
        .reduce(
            (one, other) -> {
              throw new IllegalStateException("both " + one.info() + " and " + other.info());
            })
        .orElseThrow();
  }

  private static Predicate<ProcessHandle> named(String name) {
    return process -> read(process, "comm").strip().equals(name);
  }

  private static String read(ProcessHandle process, String file) {
    try {
      return Files.readString(Path.of("/proc", Long.toString(process.pid()), file));
    } catch (IOException e) {
      return ""; // it has ended
    }
  }
}
