package org.libvirt.sandbox;

/** A limit of a sandbox that its program can run into. */
public enum SandboxLimit {
  /** All memory of the sandbox was in use: the kernel killed one of its processes. */
  MEMORY("memory"),

  /** The sandbox had as many processes as it may: one more was refused. This ends nothing. */
  PROCESSES("processes"),

  /** A file became as large as one may: the kernel sent SIGXFSZ. */
  FILE_SIZE("file size"),

  /** The program wrote more to its outputs than it may, and was killed. */
  OUTPUT("output"),

  /** The program ran longer than it may, and was sent SIGTERM, then SIGKILL. */
  TIME("time"),

  /** The sandbox used more processor time than it may, and its program was killed. */
  CPU_TIME("processor time");

  private final String words;

  SandboxLimit(String words) {
    this.words = words;
  }

  /**
   * What is limited, in words.
   *
   * @return such as {@code processor time}
   */
  public String words() {
    return words;
  }
}
