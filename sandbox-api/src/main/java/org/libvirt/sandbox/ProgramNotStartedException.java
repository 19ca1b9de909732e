package org.libvirt.sandbox;

/**
 * The sandbox is there, but its supervisor could not start the program.
 *
 * <p>Stages and error numbers are those of the protocol, {@code docs/protocol.md}.
 */
public class ProgramNotStartedException extends SandboxException {
  private static final long serialVersionUID = 1L;

  private static final int STAGE_EXEC = 9;
  private static final int ENOENT = 2;
  private static final int ENOTDIR = 20;

  private final int stage;
  private final int errno;

  /**
   * A program that was not started.
   *
   * @param message the supervisor's words
   * @param stage the stage of the start that failed
   * @param errno the error number of Linux; 0 where none applies
   */
  public ProgramNotStartedException(String message, int stage, int errno) {
    super(message);
    this.stage = stage;
    this.errno = errno;
  }

  /**
   * The error number of Linux.
   *
   * @return the number; 0 where none applies
   */
  public int errno() {
    return errno;
  }

  /**
   * Whether everything was ready and the program's file could not be executed.
   *
   * @return true if the failure was that of the program's file
   */
  public boolean isExecFailure() {
    return stage == STAGE_EXEC;
  }

  /**
   * Whether there is no such program in the sandbox: a shell's status 127.
   *
   * @return true if the file, or a directory on its way, does not exist
   */
  public boolean isNotFound() {
    return isExecFailure() && (errno == ENOENT || errno == ENOTDIR);
  }
}
