package org.libvirt.sandbox;

/** Libvirt's client library, which is the host's and loaded with the first call of it. */
final class ClientLibrary {
  private ClientLibrary() {}

  /**
   * Does what needs the library.
   *
   * @throws HostLacksException if it cannot be loaded, or no library can
   */
  static void require(Runnable use) {
    NativeAccess.choosePlace();
    try {
      use.run();
    } catch (ExceptionInInitializerError e) {
      if (e.getCause() instanceof SandboxException known) {
        throw known;
      }
      throw e;
    } catch (LinkageError e) {
      NativeAccess.require();
      throw new HostLacksException(
          "libvirt's client library libvirt.so.0 cannot be loaded; install libvirt0 (Debian) or"
              + " libvirt-libs (Fedora)",
          e);
    }
  }
}
