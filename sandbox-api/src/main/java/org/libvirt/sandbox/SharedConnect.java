package org.libvirt.sandbox;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.libvirt.Connect;

/**
 * A libvirt connection that several threads may be using when its owner gives it up: libvirt frees
 * it at once where it is closed, and a call that is under way would be left with freed memory.
 */
final class SharedConnect {
  private final Connect connect;
  private final Consumer<Connect> closing;

  /** Those who use it, its owner among them. */
  private final AtomicInteger users = new AtomicInteger(1);

  /**
   * A connection with its owner for its only user.
   *
   * @param closing closes it, when nobody uses it any more
   */
  SharedConnect(Connect connect, Consumer<Connect> closing) {
    this.connect = connect;
    this.closing = closing;
  }

  /** The connection, for one of its users. */
  Connect connect() {
    return connect;
  }

  /** One more user, while there is another. */
  void use() {
    users.incrementAndGet();
  }

  /** One user less. */
  void release() {
    if (users.decrementAndGet() == 0) {
      closing.accept(connect);
    }
  }
}
