package org.libvirt.sandbox.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.libvirt.sandbox.SandboxException;

final class VirtSandboxTest {
  private final StringWriter err = new StringWriter();

  @ParameterizedTest
  @MethodSource("failures")
  void whatever_fails_is_one_line_and_status_125(Throwable failure, String reason) {
    int status = VirtSandbox.attempt(() -> failing(failure), new PrintWriter(err, true));

    assertThat(status).isEqualTo(125);
    assertThat(err.toString())
        .startsWith("virt-sandbox: ")
        .contains(reason)
        .containsOnlyOnce("\n")
        .endsWith("\n");
  }

  static Stream<org.junit.jupiter.params.provider.Arguments> failures() {
    return Stream.of(
        arguments(new OutOfMemoryError("no end"), "not enough memory for what is asked: no end"),
        arguments(new SandboxException("no\r\n\tsuch\u001b[31mthing"), "no such [31mthing"),
        arguments(new UncheckedIOException(new IOException("disk gone")), "disk gone"),
        arguments(new IllegalStateException("closed"), "closed"),
        arguments(new IllegalStateException(), "IllegalStateException"),
        arguments(new UnsatisfiedLinkError("no libvirt:\nnot found"), "no libvirt: not found"));
  }

  @Test
  void a_verbose_run_shows_where_the_unforeseen_happened() {
    Progress.showOn(new PrintWriter(err, true));

    VirtSandbox.attempt(
        () -> failing(new IllegalStateException("odd")), new PrintWriter(err, true));

    assertThat(err.toString().lines())
        .allMatch(line -> line.startsWith("virt-sandbox: "))
        .anyMatch(line -> line.contains("at " + VirtSandboxTest.class.getName()));
  }

  private static int failing(Throwable failure) {
    if (failure instanceof Error error) {
      throw error;
    }
    throw (RuntimeException) failure;
  }
}
