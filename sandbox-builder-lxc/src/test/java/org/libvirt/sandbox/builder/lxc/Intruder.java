package org.libvirt.sandbox.builder.lxc;

import org.libvirt.sandbox.config.Identity;
import org.libvirt.sandbox.config.InteractiveConfig;

/** The kinds of program that a sandbox keeps in. */
enum Intruder {
  NOBODY {
    @Override
    InteractiveConfig.Builder config() {
      return InteractiveConfig.builder().identity(new Identity(65534, 65534, "nobody", "/"));
    }
  },
  ROOT {
    @Override
    InteractiveConfig.Builder config() {
      return InteractiveConfig.builder().identity(Identity.ROOT);
    }
  },
  PRIVILEGED {
    @Override
    InteractiveConfig.Builder config() {
      return InteractiveConfig.builder().privileged(true);
    }
  };

  abstract InteractiveConfig.Builder config();
}
