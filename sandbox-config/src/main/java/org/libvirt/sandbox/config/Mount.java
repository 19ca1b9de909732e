package org.libvirt.sandbox.config;

import java.util.List;

/**
 * Something mounted into a sandbox, over its root and over the mounts given before it.
 *
 * <p>Each kind can be written as one string, the option string of libvirt-sandbox, which {@link
 * #parse} reads and {@link #toOption()} gives:
 *
 * <table>
 * <caption>Option strings</caption>
 * <tr><th>option string</th><th>what is at the target</th></tr>
 * <tr><td>{@code host-bind:TARGET=SOURCE[,ro|,rw]}</td><td>a directory or file of the host, or,
 *     where the source is empty, a fresh directory that goes with the sandbox; read-write unless
 *     {@code ,ro} is the end</td></tr>
 * <tr><td>{@code host-image:TARGET=SOURCE[,format=FORMAT]}</td><td>the file system in an image file
 *     of the host</td></tr>
 * <tr><td>{@code guest-bind:TARGET=SOURCE}</td><td>what is at another path of the sandbox</td></tr>
 * <tr><td>{@code ram:TARGET=SIZE}</td><td>an empty file system in memory</td></tr>
 * </table>
 *
 * <p>The kind ends at the first {@code :} and the target at the first {@code =}. Nothing is
 * trimmed. An image's path can hold no comma and a target no {@code =} this way; the factories of
 * the kinds take both.
 */
public sealed interface Mount permits HostBindMount, HostImageMount, GuestBindMount, RamMount {
  /**
   * Reads an option string.
   *
   * @param option as above
   * @return the mount
   * @throws IllegalArgumentException if it is no such string; the message holds the part that is
   *     wrong
   */
  static Mount parse(String option) {
    return new MountOption(option).mount();
  }

  /**
   * The option string of this mount, without its includes.
   *
   * @return what {@link #parse} makes an equal mount of, if this one has no includes
   * @throws IllegalStateException if no option string stands for it: its target holds {@code =}, or
   *     its image's path a comma
   */
  String toOption();

  /**
   * Where the mount stands.
   *
   * @return an absolute path in the sandbox, as it was given
   */
  String target();

  /**
   * What is copied into the mount before the program starts.
   *
   * @return an unmodifiable list, each destination once
   */
  List<Include> includes();

  /**
   * This mount with one more include. One for the same destination is replaced where it stands.
   *
   * @param include what to copy into it
   * @return a mount of the same kind
   */
  Mount withInclude(Include include);
}
