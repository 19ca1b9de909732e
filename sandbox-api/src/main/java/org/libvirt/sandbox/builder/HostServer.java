package org.libvirt.sandbox.builder;

import java.util.concurrent.CompletableFuture;

/** What must run on the host, beside libvirt, as long as a sandbox does. */
public interface HostServer extends AutoCloseable {
  /**
   * Starts it, before the domain is created. It ends with this process, however that ends.
   *
   * @throws org.libvirt.sandbox.HostLacksException if the host does not let it start
   */
  void start();

  /**
   * Tells when it ended before its time, which the sandbox does not survive.
   *
   * @return completed with what happened, in words; never, if it ends well
   */
  CompletableFuture<String> failed();

  /** Ends it, also where it was not started. Closing twice is harmless. */
  @Override
  void close();
}
