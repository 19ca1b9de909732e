package org.libvirt.sandbox.contract;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;

/**
 * A test that always runs in containers, and in virtual machines only with {@code --long}: each
 * takes a boot of its own, some seconds of a processor where there is no KVM.
 */
@Tag(LongOnMachines.TAG)
@Target({ElementType.METHOD, ElementType.TYPE})
@Retention(RetentionPolicy.RUNTIME)
public @interface LongOnMachines {
  /** The tag that the build leaves out for machines. */
  String TAG = "long-on-machines";

  /** Why it can wait: what else covers it there, or what it costs. */
  String value();
}
