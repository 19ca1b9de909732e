package org.libvirt.sandbox;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

final class ClientLibraryTest {
  @Test
  void a_host_without_it_is_told_what_to_install() {
    var missing = new UnsatisfiedLinkError("Unable to load library 'virt':\nlibvirt.so: ...");

    assertThatThrownBy(
            () ->
                ClientLibrary.require(
                    () -> {
                      throw missing;
                    }))
        .isInstanceOf(HostLacksException.class)
        .hasMessageContaining("install libvirt0 (Debian) or libvirt-libs (Fedora)")
        .hasMessageNotContaining("\n")
        .hasCause(missing);
  }

  @Test
  void what_libvirt_refuses_while_it_is_loaded_stays_what_it_is() {
    var refusal = new LibvirtRefusedException("no event loop", 1, null);

    assertThatThrownBy(
            () ->
                ClientLibrary.require(
                    () -> {
                      throw new ExceptionInInitializerError(refusal);
                    }))
        .isSameAs(refusal);
  }
}
