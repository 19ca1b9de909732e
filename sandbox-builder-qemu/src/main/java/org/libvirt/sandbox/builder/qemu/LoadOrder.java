package org.libvirt.sandbox.builder.qemu;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.libvirt.sandbox.HostLacksException;

/** Modules in an order in which they can be loaded: each after all that it needs. */
final class LoadOrder {
  /** Of the kernel's own modules none needs a chain longer than ten. */
  private static final int DEEPEST = 100;

  private static final int SHOWN_OF_CHAIN = 4;

  private final ModuleIndex index;

  /** Paths of modules.dep. */
  private final Set<String> order = new LinkedHashSet<>();

  private final Set<String> missing = new LinkedHashSet<>();

  /** The paths from a module that was asked for to the one that is looked at. */
  private final Deque<String> chain = new ArrayDeque<>();

  /**
   * An empty order.
   *
   * @param index what there is
   */
  LoadOrder(ModuleIndex index) {
    this.index = index;
  }

  /**
   * Adds a module and all that it needs. One that is built in is passed over; one that does not
   * exist is remembered.
   *
   * @throws HostLacksException if the index contradicts itself
   */
  void add(String module) {
    Optional<ModuleIndex.Line> line = index.line(module);
    if (line.isPresent()) {
      visit(line.get());
    } else if (!index.isBuiltIn(module)) {
      missing.add(ModuleIndex.name(module));
    }
  }

  private void visit(ModuleIndex.Line line) {
    if (order.contains(line.path())) {
      return;
    }
    if (chain.contains(line.path()) || chain.size() == DEEPEST) {
      throw lie("has modules that need each other: %s needs".formatted(endOfChain()), line.path());
    }
    chain.addLast(line.path());
    for (String alias : index.preferredBy(ModuleIndex.nameOfFile(line.path()))) {
      visitPreferred(alias);
    }
    for (String path : line.dependencies()) {
      visit(lineOf(path, line));
    }
    chain.removeLast();
    order.add(line.path());
  }

  private String endOfChain() {
    return chain.stream()
        .skip(Math.max(0, chain.size() - SHOWN_OF_CHAIN))
        .collect(Collectors.joining(" needs "));
  }

  /** A wish: left out where it cannot be had, or wants to come after what wishes for it. */
  private void visitPreferred(String alias) {
    index
        .behind(alias)
        .flatMap(index::line)
        .filter(line -> !chain.contains(line.path()))
        .ifPresent(this::visit);
  }

  private ModuleIndex.Line lineOf(String path, ModuleIndex.Line user) {
    return index
        .line(ModuleIndex.nameOfFile(path))
        .filter(line -> line.path().equals(path))
        .orElseThrow(() -> lie("says that " + user.path() + " needs what it does not list:", path));
  }

  private HostLacksException lie(String what, String path) {
    return new HostLacksException(
        "%s %s %s; run 'depmod %s'"
            .formatted(
                index.directory().resolve("modules.dep"),
                what,
                ModuleIndex.shortened(path),
                index.directory().getFileName()));
  }

  /** The paths in modules.dep of what was added, and of what that needs, first to last. */
  List<String> paths() {
    return List.copyOf(order);
  }

  /** Of what was added, the names of modules that neither have a file nor are built in. */
  List<String> missing() {
    return List.copyOf(missing);
  }
}
