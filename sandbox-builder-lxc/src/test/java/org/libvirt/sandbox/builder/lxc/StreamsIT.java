package org.libvirt.sandbox.builder.lxc;

import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.libvirt.sandbox.ChannelKind;
import org.libvirt.sandbox.contract.StreamsContract;

@ParameterizedClass
@EnumSource(ChannelKind.class)
final class StreamsIT extends StreamsContract {
  @RegisterExtension static final Daemon DAEMON = new Daemon();

  StreamsIT(ChannelKind channel) {
    super(DAEMON, channel);
  }

  /** Again and again, as what loses it is a race. */
  @RepeatedTest(20)
  @Override
  protected void a_mebibyte_written_just_before_the_end_arrives() throws Exception {
    super.a_mebibyte_written_just_before_the_end_arrives();
  }
}
