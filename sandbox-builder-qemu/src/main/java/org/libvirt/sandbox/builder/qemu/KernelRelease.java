package org.libvirt.sandbox.builder.qemu;

import com.google.common.base.CharMatcher;
import java.math.BigInteger;
import java.util.Comparator;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * A release of Linux as {@code uname -r} tells it, such as {@code 6.1.0-56-amd64}. The numbers
 * before its first letter tell which is newer; a release candidate is older than its release.
 *
 * @param text the release
 */
record KernelRelease(String text) implements Comparable<KernelRelease> {
  private static final Pattern NUMBER = Pattern.compile("[0-9]+");
  private static final CharMatcher VERSION =
      CharMatcher.inRange('0', '9').or(CharMatcher.anyOf(".-"));

  /** Of two of the same version the shorter is the distribution's usual one. */
  private static final Comparator<KernelRelease> BY_AGE =
      Comparator.comparing(KernelRelease::numbers, KernelRelease::compareNumbers)
          .thenComparing(release -> !release.text.contains("-rc"))
          .thenComparing(release -> -release.text.length())
          .thenComparing(KernelRelease::text);

  private List<BigInteger> numbers() {
    int letter = VERSION.negate().indexIn(text);
    String version = letter < 0 ? text : text.substring(0, letter);
    return NUMBER.matcher(version).results().map(MatchResult::group).map(BigInteger::new).toList();
  }

  private static int compareNumbers(List<BigInteger> these, List<BigInteger> others) {
    for (int i = 0; i < Math.min(these.size(), others.size()); i++) {
      int difference = these.get(i).compareTo(others.get(i));
      if (difference != 0) {
        return difference;
      }
    }
    return Integer.compare(these.size(), others.size());
  }

  @Override
  public int compareTo(KernelRelease other) {
    return BY_AGE.compare(this, other);
  }
}
