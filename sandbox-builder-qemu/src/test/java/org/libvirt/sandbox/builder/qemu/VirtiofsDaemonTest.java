package org.libvirt.sandbox.builder.qemu;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class VirtiofsDaemonTest {
  @TempDir Path settings;

  private void set(String name, String value) throws Exception {
    Path file = settings.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, value + "\n");
  }

  @Test
  void a_setting_that_forbids_user_namespaces_is_named() throws Exception {
    set("user/max_user_namespaces", "1000");
    set("kernel/unprivileged_userns_clone", "0");

    assertThat(VirtiofsDaemon.userNamespaceObstacle(settings))
        .hasValueSatisfying(
            why -> assertThat(why).endsWith("kernel/unprivileged_userns_clone=0 forbids"));
  }

  @Test
  void apparmors_setting_forbids_by_one() throws Exception {
    set("kernel/apparmor_restrict_unprivileged_userns", "1");

    assertThat(VirtiofsDaemon.userNamespaceObstacle(settings)).isPresent();
  }

  @Test
  void settings_that_allow_or_are_missing_are_no_obstacle() throws Exception {
    assertThat(VirtiofsDaemon.userNamespaceObstacle(settings)).isEmpty();

    set("user/max_user_namespaces", "1000");
    set("kernel/unprivileged_userns_clone", "1");
    set("kernel/apparmor_restrict_unprivileged_userns", "0");

    assertThat(VirtiofsDaemon.userNamespaceObstacle(settings)).isEmpty();
  }
}
