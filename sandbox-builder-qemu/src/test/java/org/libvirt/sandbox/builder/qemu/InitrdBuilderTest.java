package org.libvirt.sandbox.builder.qemu;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.Zstd;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.libvirt.sandbox.HostLacksException;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZOutputStream;

final class InitrdBuilderTest {
  @TempDir Path temporary;

  private ModuleTree tree;
  private int written;

  @BeforeEach
  void makeTree() {
    tree = new ModuleTree(temporary.resolve("modules"));
  }

  @Test
  void the_ram_disk_holds_the_init_the_modules_and_the_list_of_them() throws IOException {
    tree.module("kernel/b.ko").module("kernel/a.ko", "kernel/b.ko");

    Initrd initrd = build(config().addModule("a"));

    CpioListing listing = CpioListing.of(initrd.file());
    assertThat(listing.lines())
        .containsExactly(
            "40755 0:0 .",
            "100755 0:0 init",
            "100644 0:0 modules",
            "100644 0:0 b.ko",
            "100644 0:0 a.ko");
    assertThat(listing.text("modules")).isEqualTo("group base\nload b.ko\nload a.ko\n");
    assertThat(listing.text("init")).isEqualTo("the init");
    assertThat(listing.content("a.ko"))
        .isEqualTo(ModuleTree.image(ModuleTree.RELEASE, "kernel/b.ko"));
  }

  @Test
  void the_librarys_own_init_is_the_default() throws IOException {
    Initrd initrd = build(InitrdConfig.builder(ModuleTree.RELEASE, tree.directory()));

    assertThat(CpioListing.of(initrd.file()).content("init"))
        .startsWith(0x7f, 'E', 'L', 'F')
        .hasSizeGreaterThan(10_000);
  }

  @Test
  void what_is_needed_is_loaded_first_and_once() {
    tree.module("kernel/d.ko")
        .module("kernel/c.ko", "kernel/d.ko")
        .module("kernel/b.ko", "kernel/d.ko")
        .module("kernel/a.ko", "kernel/b.ko", "kernel/c.ko", "kernel/d.ko");

    Initrd initrd = build(config().addModule("a").addModule("b"));

    assertThat(initrd.files("base")).containsExactly("d.ko", "c.ko", "b.ko", "a.ko");
  }

  @Test
  void a_group_loads_what_the_base_does_not() {
    tree.module("kernel/ring.ko")
        .module("kernel/pci.ko", "kernel/ring.ko")
        .module("kernel/net.ko", "kernel/ring.ko")
        .module("kernel/blk.ko", "kernel/ring.ko", "kernel/net.ko");

    Initrd initrd =
        build(config().addModule("pci").addModules("network", "net").addModules("disk", "blk"));

    assertThat(initrd.groups()).containsExactlyInAnyOrder("base", "network", "disk");
    assertThat(initrd.files("network")).containsExactly("net.ko");
    assertThat(initrd.files("disk")).containsExactly("net.ko", "blk.ko");
  }

  @Test
  void what_is_built_in_is_passed_over() {
    tree.builtIn("kernel/drivers/virtio/virtio-pci.ko");

    Initrd initrd = build(config().addModule("virtio_pci"));

    assertThat(initrd.files("base")).isEmpty();
    assertThat(initrd.groups()).containsExactly("base");
  }

  @Test
  void names_with_hyphens_and_underscores_are_the_same() {
    tree.module("kernel/crc32c-intel.ko").module("kernel/snd_x.ko");

    Initrd initrd = build(config().addModule("crc32c_intel").addModule("snd-x"));

    assertThat(initrd.files("base")).containsExactly("crc32c_intel.ko", "snd_x.ko");
  }

  @Test
  void a_kernel_without_9p_is_told_from_one_with_it() {
    tree.module("kernel/fuse.ko");

    Initrd initrd =
        build(config().addModules("9p", "9p", "9pnet-virtio").addModules("fuse", "fuse"));

    assertThat(initrd.groups()).containsExactlyInAnyOrder("base", "fuse");
    assertThat(initrd.missing("9p")).containsExactly("9p", "9pnet_virtio");
    assertThat(initrd.missing("fuse")).isEmpty();
  }

  @Test
  void a_kernel_without_a_module_of_the_base_is_refused() {
    tree.module("kernel/virtio_pci.ko");
    var config = config().addModule("virtio_pci").addModule("virtio_console");

    assertThatThrownBy(() -> build(config))
        .isInstanceOf(HostLacksException.class)
        .hasMessageContaining("kernel 6.1.0-1-amd64 has no virtio_console, neither in ")
        .hasMessageContaining(" nor built in");
  }

  @Test
  void what_a_module_asks_for_by_an_alias_at_run_time_comes_before_it() {
    tree.module("kernel/ext4.ko")
        .module("kernel/crc32c-intel.ko")
        .module("kernel/crc32c_generic.ko")
        .write("modules.softdep", "# a comment\nsoftdep ext4 pre: crypto-crc32c none\n")
        .write(
            "modules.alias",
            """
            alias crypto-crc32c crc32c_intel
            alias crypto-crc32c crc32c_generic
            alias pci:v0* ext4
            """);

    Initrd initrd = build(config().addModules("ext4", "ext4"));

    assertThat(initrd.files("ext4")).containsExactly("crc32c_generic.ko", "ext4.ko");
  }

  @Test
  void the_same_input_gives_the_same_bytes() throws IOException {
    tree.module("kernel/b.ko").module("kernel/a.ko", "kernel/b.ko");

    Path first = build(config().addModule("a")).file();
    Path second = build(config().addModule("a")).file();

    assertThat(first).isNotEqualTo(second).hasSameBinaryContentAs(second);
  }

  @ParameterizedTest
  @ValueSource(strings = {"gz", "xz", "zst"})
  void lim_3_compressed_modules_are_stored_plain(String suffix) throws IOException {
    byte[] plain = ModuleTree.image(ModuleTree.RELEASE);
    tree.module("kernel/a.ko." + suffix, packed(suffix, plain));

    Initrd initrd = build(config().addModule("a"));

    assertThat(CpioListing.of(initrd.file()).content("a.ko")).isEqualTo(plain);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "gz", "xz", "zst"})
  void a_truncated_module_is_named(String suffix) throws IOException {
    byte[] whole = packed(suffix, ModuleTree.image(ModuleTree.RELEASE));
    tree.module("kernel/a.ko", Arrays.copyOf(whole, whole.length - 10));

    assertThatThrownBy(() -> build(config().addModule("a")))
        .isInstanceOf(HostLacksException.class)
        .hasMessageContaining("kernel module " + tree.directory().resolve("kernel/a.ko"))
        .hasMessageContaining("truncated")
        .hasMessageContaining("install the kernel's package again");
  }

  @Test
  void a_module_is_never_taken_for_whole_where_it_ends_early() {
    byte[] whole = ModuleTree.image(ModuleTree.RELEASE);
    var config = config().addModule("a");

    for (int length = 0; length < whole.length; length++) {
      tree.module("kernel/a.ko", Arrays.copyOf(whole, length));
      assertThatThrownBy(() -> build(config))
          .as("%d of %d bytes", length, whole.length)
          .isInstanceOf(HostLacksException.class)
          .hasMessageMatching(".*/a\\.ko is (truncated|no kernel module).*");
    }
  }

  @Test
  void what_is_no_module_is_named() {
    tree.module("kernel/a.ko", "#!/bin/sh".getBytes(UTF_8));

    assertThatThrownBy(() -> build(config().addModule("a")))
        .isInstanceOf(HostLacksException.class)
        .hasMessageContaining("a.ko is no kernel module: it is no 64-bit ELF file");
  }

  @Test
  void a_module_of_another_release_is_refused() {
    tree.module("kernel/a.ko", ModuleTree.image("6.2.0"));

    assertThatThrownBy(() -> build(config().addModule("a")))
        .isInstanceOf(HostLacksException.class)
        .hasMessageContaining("is of release 6.2.0 and not of 6.1.0-1-amd64");
  }

  @Test
  void a_module_from_elsewhere_may_be_of_another_release() {
    tree.module("updates/a.ko", ModuleTree.image("6.1.0"));

    assertThat(build(config().addModule("a")).files("base")).containsExactly("a.ko");
  }

  @Test
  void a_list_that_forgets_what_a_module_needs_is_found_out() {
    tree.module("kernel/b.ko").write("kernel/a.ko", ModuleTree.image(ModuleTree.RELEASE, "b.ko"));
    tree.line("kernel/a.ko:");

    assertThatThrownBy(() -> build(config().addModule("a")))
        .isInstanceOf(HostLacksException.class)
        .hasMessageContaining("modules.dep does not say that kernel/a.ko needs b;")
        .hasMessageContaining("run 'depmod 6.1.0-1-amd64'");
  }

  @Test
  void a_list_of_a_module_that_does_not_exist_is_found_out() {
    tree.line("kernel/a.ko:");

    assertThatThrownBy(() -> build(config().addModule("a")))
        .isInstanceOf(HostLacksException.class)
        .hasMessageContaining("kernel/a.ko: does not exist");
  }

  @Test
  void a_list_that_needs_what_it_does_not_have_is_found_out() {
    tree.module("kernel/a.ko", "kernel/gone.ko");

    assertThatThrownBy(() -> build(config().addModule("a")))
        .isInstanceOf(HostLacksException.class)
        .hasMessageContaining("kernel/a.ko needs what it does not list: kernel/gone.ko");
  }

  @Test
  void a_list_that_goes_round_in_circles_is_found_out() {
    tree.module("kernel/a.ko", "kernel/b.ko").module("kernel/b.ko", "kernel/a.ko");

    assertThatThrownBy(() -> build(config().addModule("a")))
        .isInstanceOf(HostLacksException.class)
        .hasMessageContaining("kernel/a.ko needs kernel/b.ko needs kernel/a.ko");
  }

  @ParameterizedTest
  @ValueSource(strings = {"../../../etc/a.ko", "/etc/a.ko", "kernel/../../a.ko"})
  void a_list_that_leads_elsewhere_is_refused(String path) {
    tree.line(path + ":");

    assertThatThrownBy(() -> build(config().addModule("a")))
        .isInstanceOf(HostLacksException.class)
        .hasMessageContaining(
            "modules.dep names '" + path + "', which is outside of that directory");
  }

  @Test
  void a_list_that_is_none_is_refused() {
    tree.line("<html>");

    assertThatThrownBy(() -> build(config()))
        .isInstanceOf(HostLacksException.class)
        .hasMessageContaining("modules.dep has the line '<html>', which names no module");
  }

  @Test
  void a_directory_without_modules_is_named() {
    var config =
        InitrdConfig.builder("6.0", temporary.resolve("none/6.0")).addModule("virtio").build();

    assertThatThrownBy(() -> new InitrdBuilder(config).build(temporary.resolve("initrd")))
        .isInstanceOf(HostLacksException.class)
        .hasMessageContaining("none/6.0/modules.dep: does not exist; install the kernel's package");
  }

  @Test
  void bug_32_what_cannot_be_written_is_an_error() {
    var config = config().build();
    Path target = temporary.resolve("none/initrd");

    assertThatThrownBy(() -> new InitrdBuilder(config).build(target))
        .isInstanceOf(HostLacksException.class)
        .hasMessage("cannot write the initial RAM disk: " + target + ": does not exist");
  }

  private InitrdConfig.Builder config() {
    Path init = temporary.resolve("init");
    try {
      Files.writeString(init, "the init");
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return InitrdConfig.builder(ModuleTree.RELEASE, tree.directory()).init(init);
  }

  private Initrd build(InitrdConfig.Builder config) {
    return new InitrdBuilder(config.build()).build(temporary.resolve("initrd-" + ++written));
  }

  private static byte[] packed(String suffix, byte[] plain) throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    switch (suffix) {
      case "gz" -> {
        try (OutputStream out = new GZIPOutputStream(packed)) {
          out.write(plain);
        }
      }
      case "xz" -> {
        try (OutputStream out = new XZOutputStream(packed, new LZMA2Options())) {
          out.write(plain);
        }
      }
      case "zst" -> packed.write(Zstd.compress(plain));
      default -> packed.write(plain);
    }
    return packed.toByteArray();
  }
}
