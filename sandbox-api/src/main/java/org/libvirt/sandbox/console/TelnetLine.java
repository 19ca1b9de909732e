package org.libvirt.sandbox.console;

import java.nio.ByteBuffer;
import org.libvirt.sandbox.TerminalSize;

/**
 * What travels on a shell's console beside its text, by telnet's rules: {@code docs/protocol.md},
 * "The shell's console". One of these reads what comes from one guest.
 */
final class TelnetLine {
  private static final byte IAC = (byte) 255;
  private static final byte SB = (byte) 250;
  private static final byte WILL = (byte) 251;
  private static final byte SE = (byte) 240;
  private static final byte END_OF_FILE = (byte) 236;
  private static final byte SIZE = 31;
  private static final byte SANDBOX = (byte) 214;
  private static final byte HELLO = 0;
  private static final byte EXIT = 1;
  private static final int MOST_PARAMETERS = 8;

  private final Listener listener;
  private final byte[] parameters = new byte[MOST_PARAMETERS];
  private State state = State.TEXT;
  private byte option;
  private int count;

  /** What a guest tells beside its text. */
  interface Listener {
    /** It has heard this host's hello of that number. */
    void greeted(int number);

    /** The shell has ended with that raw wait status. */
    void exited(int waitStatus);
  }

  private enum State {
    TEXT,
    COMMAND,
    NEGOTIATION,
    OPTION,
    PARAMETER,
    PARAMETER_COMMAND
  }

  TelnetLine(Listener listener) {
    this.listener = listener;
  }

  /**
   * Reads bytes up to the next notice or the last of them.
   *
   * @param from what came
   * @param text takes the text in it; has room for all of {@code from}
   * @return whether a notice was told, so that the text so far stands before it
   */
  boolean read(ByteBuffer from, ByteBuffer text) {
    while (from.hasRemaining()) {
      if (take(from.get(), text)) {
        return true;
      }
    }
    return false;
  }

  private boolean take(byte next, ByteBuffer text) {
    switch (state) {
      case TEXT:
        if (next == IAC) {
          state = State.COMMAND;
        } else {
          text.put(next);
        }
        return false;
      case COMMAND:
        command(next, text);
        return false;
      case NEGOTIATION:
        state = State.TEXT;
        return false;
      case OPTION:
        option = next;
        count = 0;
        state = State.PARAMETER;
        return false;
      case PARAMETER:
        if (next == IAC) {
          state = State.PARAMETER_COMMAND;
        } else {
          parameter(next);
        }
        return false;
      default:
        if (next == IAC) {
          parameter(next);
          state = State.PARAMETER;
          return false;
        }
        state = State.TEXT;
        return next == SE && tell();
    }
  }

  private void command(byte command, ByteBuffer text) {
    state = State.TEXT;
    if (command == IAC) {
      text.put(IAC);
    } else if (command == SB) {
      state = State.OPTION;
    } else if (Byte.compareUnsigned(command, WILL) >= 0) {
      state = State.NEGOTIATION;
    }
  }

  private void parameter(byte next) {
    if (count < MOST_PARAMETERS) {
      parameters[count] = next;
    }
    count = Math.min(count + 1, MOST_PARAMETERS + 1);
  }

  private boolean tell() {
    if (option != SANDBOX || count != 5) {
      return false;
    }
    int number = ByteBuffer.wrap(parameters).getInt(1);
    if (parameters[0] == HELLO) {
      listener.greeted(number);
      return true;
    }
    if (parameters[0] == EXIT) {
      listener.exited(number);
      return true;
    }
    return false;
  }

  /** Text as it travels. */
  static ByteBuffer text(byte[] text, int length) {
    ByteBuffer escaped = ByteBuffer.allocate(2 * length);
    putEscaped(escaped, text, length);
    return escaped.flip();
  }

  /** Somebody has come, and is to be greeted by the number. */
  static ByteBuffer hello(int number) {
    return option(SANDBOX, ByteBuffer.allocate(5).put(HELLO).putInt(number).array());
  }

  /** The terminal has another size. */
  static ByteBuffer size(TerminalSize size) {
    return option(
        SIZE,
        ByteBuffer.allocate(4)
            .putShort((short) size.columns())
            .putShort((short) size.rows())
            .array());
  }

  /** Nothing more is typed. */
  static ByteBuffer end() {
    return ByteBuffer.wrap(new byte[] {IAC, END_OF_FILE});
  }

  private static ByteBuffer option(byte option, byte[] parameters) {
    ByteBuffer bytes = ByteBuffer.allocate(5 + 2 * parameters.length).put(IAC).put(SB).put(option);
    putEscaped(bytes, parameters, parameters.length);
    return bytes.put(IAC).put(SE).flip();
  }

  private static void putEscaped(ByteBuffer to, byte[] bytes, int length) {
    for (int i = 0; i < length; i++) {
      to.put(bytes[i]);
      if (bytes[i] == IAC) {
        to.put(IAC);
      }
    }
  }
}
