package org.libvirt.sandbox.builder.qemu;

import com.google.common.base.Splitter;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.libvirt.sandbox.config.Identity;
import org.libvirt.sandbox.domain.HostCapabilities;

/**
 * Who QEMU is.
 *
 * @param uid the user's number
 * @param gid the group's number
 */
record HypervisorUser(long uid, long gid) {
  private static final Pattern LABEL = Pattern.compile("\\+?\\d+:\\+?\\d+");

  /** The user that libvirt makes QEMU, where it makes it another than its own. */
  static Optional<HypervisorUser> of(HostCapabilities capabilities) {
    return capabilities.securityModels().stream()
        .filter(model -> model.name().equals("dac"))
        .flatMap(model -> model.baseLabel("qemu").stream())
        .filter(label -> LABEL.matcher(label).matches())
        .map(label -> Splitter.on(':').splitToList(label.replace("+", "")))
        .map(HypervisorUser::parse)
        .findFirst();
  }

  /** Whether files of this process's user are not QEMU's own already. */
  boolean isOther() {
    return uid != Identity.caller().uid();
  }

  private static HypervisorUser parse(List<String> ids) {
    return new HypervisorUser(Long.parseLong(ids.get(0)), Long.parseLong(ids.get(1)));
  }
}
