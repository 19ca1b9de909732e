package org.libvirt.sandbox.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdentityTest {
  private static final long LARGEST_ID = 4294967294L;

  @Test
  void the_caller_is_the_user_that_owns_this_process() throws Exception {
    Map<String, Object> owner = Files.readAttributes(Path.of("/proc/self"), "unix:uid,gid");

    Identity caller = Identity.caller();

    assertThat(Long.toString(caller.uid())).isEqualTo(String.valueOf(owner.get("uid")));
    assertThat(Long.toString(caller.gid())).isEqualTo(String.valueOf(owner.get("gid")));
    assertThat(caller.home()).startsWith("/");
  }

  @Test
  void ids_have_32_bits_but_for_the_one_that_means_none() {
    Identity largest = new Identity(LARGEST_ID, LARGEST_ID, "x", "/");

    assertThat(largest.uid()).isEqualTo(LARGEST_ID);
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, LARGEST_ID + 1})
  void ids_beyond_the_largest_are_refused(long id) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Identity(id, 0, "x", "/"))
        .withMessage("user id %d is out of bounds; write 0 to 4294967294", id);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Identity(0, id, "x", "/"))
        .withMessageStartingWith("group id");
  }

  @Test
  void a_relative_home_is_refused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Identity(1, 1, "x", "home/x"))
        .withMessage("home directory 'home/x' is not absolute; write '/home/x'");
  }

  @Test
  void an_empty_name_is_refused() {
    assertThatIllegalArgumentException().isThrownBy(() -> new Identity(1, 1, "", "/"));
  }
}
