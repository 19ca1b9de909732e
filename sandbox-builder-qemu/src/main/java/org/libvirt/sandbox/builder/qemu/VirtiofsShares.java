package org.libvirt.sandbox.builder.qemu;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.libvirt.sandbox.builder.BuildRequest;
import org.libvirt.sandbox.builder.HostServer;
import org.libvirt.sandbox.builder.LaunchRecord.Share;
import org.libvirt.sandbox.domain.Filesystem;

/**
 * Directories that a virtiofsd each serves. Libvirt knows their sockets only: of its own virtiofsd
 * it has none for users without root, and none that is read-only.
 */
final class VirtiofsShares implements DirectoryShares {
  private final BuildRequest request;
  private final String reason;
  private final List<SharedDirectory> directories = new ArrayList<>();

  VirtiofsShares(BuildRequest request, String reason) {
    this.request = requireNonNull(request, "request");
    this.reason = requireNonNull(reason, "reason");
  }

  @Override
  public String reason() {
    return reason;
  }

  @Override
  public String group() {
    return GuestModules.VIRTIOFS;
  }

  @Override
  public Share kind() {
    return Share.VIRTIOFS;
  }

  @Override
  public Filesystem add(SharedDirectory directory) {
    Path socket = socket(directories.size());
    directories.add(directory);
    return Filesystem.served(socket, directory.tag());
  }

  private Path socket(int number) {
    return SocketPath.in(request.state().path(), "virtiofs" + number);
  }

  /** What is shared, in the words of the program that serves it. */
  List<String> words() {
    List<String> words = new ArrayList<>();
    for (int number = 0; number < directories.size(); number++) {
      SharedDirectory directory = directories.get(number);
      words.addAll(List.of("share", socket(number).toString()));
      words.addAll(List.of(directory.isReadOnly() ? "ro" : "rw", directory.path().toString()));
      directory.hidden().forEach(path -> words.addAll(List.of("mask", path.toString())));
    }
    return words;
  }

  /** A virtiofsd is the caller's. */
  @Override
  public Optional<MappedFiles> mapping() {
    return Optional.empty();
  }

  @Override
  public Optional<HostServer> server() {
    return directories.isEmpty()
        ? Optional.empty()
        : Optional.of(new VirtiofsServer(request, directories.size(), words()));
  }
}
