package org.libvirt.sandbox.builder;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** What must run on the host, beside libvirt, as long as a sandbox does. */
public interface HostServer extends AutoCloseable {
  /**
   * Starts it, before the domain is created. It ends with this process, however that ends.
   *
   * @param limit how long that may take
   * @throws org.libvirt.sandbox.HostLacksException if the host does not let it start
   * @throws org.libvirt.sandbox.SandboxLostException if the limit passes, or it is closed meanwhile
   */
  void start(Duration limit);

  /**
   * Tells when it ended before its time, which the sandbox does not survive.
   *
   * @return completed with what happened, in words; never, if it ends well
   */
  CompletableFuture<String> failed();

  /** Ends it, also where it was not started, or is just starting. Closing twice is harmless. */
  @Override
  void close();
}
