package org.libvirt.sandbox.contract;

import org.libvirt.sandbox.config.Identity;
import org.libvirt.sandbox.config.InteractiveConfig;

/** The kinds of program that a sandbox keeps in. */
public enum Intruder {
  NOBODY {
    @Override
    public InteractiveConfig.Builder config() {
      return InteractiveConfig.builder().identity(new Identity(65534, 65534, "nobody", "/"));
    }
  },
  ROOT {
    @Override
    public InteractiveConfig.Builder config() {
      return InteractiveConfig.builder().identity(Identity.ROOT);
    }
  },
  PRIVILEGED {
    @Override
    public InteractiveConfig.Builder config() {
      return InteractiveConfig.builder().privileged(true);
    }
  };

  public abstract InteractiveConfig.Builder config();
}
