package org.libvirt.sandbox.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class ProgressTest {
  private final StringWriter shown = new StringWriter();
  private final Logger log =
      new Progress().getLogger("org.libvirt.sandbox", ProgressTest.class.getModule());

  @AfterEach
  void hide() {
    Progress.showOn(new PrintWriter(OutputStream.nullOutputStream()));
  }

  @Test
  void who_waits_at_a_terminal_is_told_for_what_and_nothing_else() {
    Progress.showWaitsOn(new PrintWriter(shown), () -> true);

    log.log(Level.INFO, "making it, once");
    log.log(Level.WARNING, "odd");
    log.log(Level.DEBUG, "up");

    assertThat(shown).hasToString("virt-sandbox: making it, once\n");
  }

  @Test
  void nobody_is_told_where_nobody_watches() {
    Progress.showWaitsOn(new PrintWriter(shown), () -> false);

    log.log(Level.INFO, "making it, once");

    assertThat(shown).hasToString("");
  }

  @Test
  void who_asks_sees_all_from_a_level_on_with_its_time() {
    Progress.showOn(new PrintWriter(shown), Level.DEBUG);

    log.log(Level.DEBUG, "up");
    log.log(Level.TRACE, "bytes");

    assertThat(shown.toString()).matches("virt-sandbox: [0-9.]+ ms: up\n");
  }
}
