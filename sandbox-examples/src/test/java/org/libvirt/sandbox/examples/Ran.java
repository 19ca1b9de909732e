package org.libvirt.sandbox.examples;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.List;

/**
 * What a command line came to, wherever it was run.
 *
 * @param status the exit status
 * @param out its output, each byte a character
 * @param err its error output, each byte a character
 */
record Ran(int status, String out, String err) {
  static Ran of(int status, byte[] out, byte[] err) {
    return new Ran(status, new String(out, ISO_8859_1), new String(err, ISO_8859_1));
  }

  List<String> lines() {
    return out.lines().toList();
  }
}
