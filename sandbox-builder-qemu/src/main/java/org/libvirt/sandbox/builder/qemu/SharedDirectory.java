package org.libvirt.sandbox.builder.qemu;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.util.List;

/**
 * A directory of this host that a machine sees.
 *
 * @param path the directory, without symbolic links
 * @param tag what the machine knows it by
 * @param isReadOnly whether nothing of the machine can write to it, its kernel included
 * @param isMapped whether it is of {@link MappedFiles}
 * @param hidden directories in it whose content is no business of the machine's, relative to it
 */
record SharedDirectory(
    Path path, String tag, boolean isReadOnly, boolean isMapped, List<Path> hidden) {
  SharedDirectory {
    requireNonNull(path, "path");
    requireNonNull(tag, "tag");
    hidden = List.copyOf(hidden);
  }
}
