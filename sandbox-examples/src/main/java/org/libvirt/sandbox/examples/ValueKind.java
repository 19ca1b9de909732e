package org.libvirt.sandbox.examples;

import java.util.List;
import picocli.CommandLine.Model.OptionSpec;

/** What the value of an option is, as far as a shell can help to type it. */
enum ValueKind {
  DIRECTORY("_directories"),
  FILE("_files"),
  USER("_users"),
  VARIABLE("_virt-sandbox_variable"),
  MOUNT("_virt-sandbox_mount"),
  DISK("_virt-sandbox_disk"),
  PATHS("_virt-sandbox_paths"),
  URI("(lxc:/// qemu:///system qemu:///session)"),
  SECURITY("(dynamic static,label= inherit)"),
  NETWORK("(dhcp source=)"),
  FORMAT("(table json)"),
  ACCELERATION("(auto kvm tcg)"),
  SHARING("(auto virtiofs 9p)"),
  FILTER("(default unconfined)"),
  OTHER("");

  private final String zsh;

  ValueKind(String zsh) {
    this.zsh = zsh;
  }

  /**
   * The kind of an option's value.
   *
   * @throws IllegalArgumentException if nobody has thought of it
   */
  static ValueKind of(OptionSpec option) {
    return switch (option.paramLabel()) {
      case "DIR" -> DIRECTORY;
      case "FILE" -> FILE;
      case "USER", "UID|NAME[:GID|:GROUP]" -> USER;
      case "NAME[=VALUE]" -> VARIABLE;
      case "TYPE:TARGET=SOURCE" -> MOUNT;
      case "file:TAG=SOURCE[,format=FORMAT]" -> DISK;
      case "PATH[=SOURCE]" -> PATHS;
      case "URI" -> URI;
      case "LABELLING" -> SECURITY;
      case "OPTIONS" -> NETWORK;
      case "table|json" -> FORMAT;
      case "auto|kvm|tcg" -> ACCELERATION;
      case "auto|virtiofs|9p" -> SHARING;
      case "FILTER" -> FILTER;
      case "NAME", "TIME", "SIZE", "NUMBER", "RELEASE", "^CHARACTER" -> OTHER;
      default ->
          throw new IllegalArgumentException(
              "how a shell completes '%s' of %s is not said"
                  .formatted(option.paramLabel(), option.longestName()));
    };
  }

  /** What zsh's _arguments takes for it. */
  String zshAction() {
    return zsh;
  }

  /** The words that it may begin with; empty where any may. */
  List<String> words() {
    return zsh.startsWith("(") ? List.of(zsh.substring(1, zsh.length() - 1).split(" ")) : List.of();
  }
}
