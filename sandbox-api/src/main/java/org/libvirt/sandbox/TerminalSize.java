package org.libvirt.sandbox;

/**
 * How many characters a terminal shows.
 *
 * @param rows 1 to 65535
 * @param columns 1 to 65535
 */
public record TerminalSize(int rows, int columns) {
  /** What a terminal has whose size nobody knows: 24 rows of 80 columns. */
  public static final TerminalSize STANDARD = new TerminalSize(24, 80);

  private static final int LARGEST_SIDE = 65535;

  /**
   * Checks both sides.
   *
   * @throws IllegalArgumentException if one of them is out of its bounds
   */
  public TerminalSize {
    if (rows < 1 || rows > LARGEST_SIDE || columns < 1 || columns > LARGEST_SIDE) {
      throw new IllegalArgumentException(
          "terminal size %d rows, %d columns: each must be between 1 and 65535"
              .formatted(rows, columns));
    }
  }
}
