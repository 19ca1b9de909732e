package org.libvirt.sandbox.builder.lxc;

import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.libvirt.sandbox.ChannelKind;
import org.libvirt.sandbox.contract.TerminalContract;

@ParameterizedClass
@EnumSource(ChannelKind.class)
final class TerminalIT extends TerminalContract {
  @RegisterExtension static final Daemon DAEMON = new Daemon();

  TerminalIT(ChannelKind channel) {
    super(DAEMON, channel);
  }
}
