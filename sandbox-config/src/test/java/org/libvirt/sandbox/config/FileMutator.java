package org.libvirt.sandbox.config;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** Spoils the text of a config file as people, disks and attackers do. */
final class FileMutator {
  private static final List<String> VALUES =
      List.of(
          "",
          " ",
          "-1",
          "0",
          "+1",
          "00",
          "1.5",
          "0x10",
          "4294967295",
          "4294967296",
          "yes",
          "TRUE",
          "18446744073709551615",
          "9223372036854775807",
          "99999999999999999999999999",
          "\\",
          "\\x41",
          "\\n",
          "\\s\\t",
          "a/b",
          "..",
          "/",
          "//",
          "/..",
          "/a/../b",
          "x".repeat(300),
          "GVirSandboxConfigMountRam",
          "GVirSandboxConfigServiceSystemd",
          "1.2.3.4",
          "::1%eth0",
          "example.org",
          "raw",
          "block",
          "%s%n",
          "\u017e",
          "\u0001",
          "x86_64",
          "{}",
          "${x}");

  private static final List<String> LINES =
      List.of(
          "[",
          "]",
          "[]",
          "[a[b]",
          "[core",
          "[ core ]",
          "[core] ",
          "[mount.00]",
          "[mount.-1]",
          "[mount.99999999999999999999]",
          "[env.1]",
          "[network.0]",
          "[network.0.address.0]",
          "[mount.0.include.0]",
          "[resources]",
          "[hardening]",
          "[guest]",
          "[root]",
          "[lifetime]",
          "[extra]",
          "=",
          "=x",
          "key",
          "key=",
          "key[",
          "key[de]=x",
          "name[de]=x",
          "#",
          "; x",
          "\r",
          "argv.00=x",
          "argv.2147483648=x",
          "filter=x",
          "filter.name.0=IP",
          "memory=1",
          "privileged=true",
          "privileged=TRUE",
          "\uFEFF[api]",
          "\u0000",
          "uid=\\n7",
          "dst=..");

  private final Random random;

  FileMutator(long seed) {
    random = new Random(seed);
  }

  /** Bytes that hold a text with some mutations. */
  byte[] mutated(String text) {
    List<String> lines =
        new ArrayList<>(Arrays.asList(new String(text.getBytes(UTF_8), ISO_8859_1).split("\n")));
    int lineMutations = random.nextInt(3);
    for (int i = 0; i < lineMutations; i++) {
      mutate(lines);
    }
    byte[] bytes = String.join("\n", lines).getBytes(ISO_8859_1);
    int byteMutations = lineMutations == 0 ? 1 + random.nextInt(2) : random.nextInt(8) / 7;
    for (int i = 0; i < byteMutations && bytes.length > 0; i++) {
      bytes = mutate(bytes);
    }
    return bytes;
  }

  private void mutate(List<String> lines) {
    int at = random.nextInt(lines.size());
    switch (random.nextInt(8)) {
      case 0 -> lines.set(at, "");
      case 1 -> Collections.swap(lines, at, random.nextInt(lines.size()));
      case 2 -> lines.add(at, inFile(LINES));
      case 3 -> lines.addAll(at, List.copyOf(lines.subList(at, end(lines, at))));
      case 4 -> lines.subList(at, end(lines, at)).replaceAll(line -> "");
      case 5 -> lines.set(at, lines.get(random.nextInt(lines.size())));
      default -> {
        int equals = lines.get(at).indexOf('=');
        lines.set(at, lines.get(at).substring(0, equals + 1) + inFile(VALUES));
      }
    }
  }

  private int end(List<String> lines, int from) {
    return Math.min(lines.size(), from + 1 + random.nextInt(8));
  }

  private byte[] mutate(byte[] bytes) {
    int at = random.nextInt(bytes.length);
    switch (random.nextInt(4)) {
      case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
      case 1 -> bytes[at] = (byte) random.nextInt(256);
      case 2 -> bytes[at] = (byte) "\n\r\t\\=[]#\0 0/".charAt(random.nextInt(12));
      default -> {
        return Arrays.copyOf(bytes, at);
      }
    }
    return bytes;
  }

  private String inFile(List<String> texts) {
    String text = texts.get(random.nextInt(texts.size()));
    return new String(text.getBytes(UTF_8), ISO_8859_1);
  }
}
