package org.libvirt.sandbox.domain;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class XmlBindingTest {
  @Test
  void jaxb_is_found_whatever_the_class_loader_of_the_thread() {
    Thread thread = Thread.currentThread();
    ClassLoader loader = thread.getContextClassLoader();
    thread.setContextClassLoader(ClassLoader.getPlatformClassLoader());
    try {
      assertThat(XmlBinding.newContext()).isNotNull();
    } finally {
      thread.setContextClassLoader(loader);
    }
  }
}
