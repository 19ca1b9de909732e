package org.libvirt.sandbox.builder.qemu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.libvirt.sandbox.HostLacksException;

final class KernelCacheTest {
  private static final String RELEASE = ModuleTree.RELEASE;

  @TempDir Path temporary;

  private final List<String> progress = Collections.synchronizedList(new ArrayList<>());
  private Path directory;
  private HostKernel kernel;
  private ModuleTree modules;

  @BeforeEach
  void installKernel() {
    directory = temporary.resolve("cache");
    modules = ModuleTree.ofCloudKernel(temporary.resolve("modules"));
    kernel =
        new HostKernel(
            RELEASE,
            BigImage.write(
                temporary.resolve("vmlinuz"), BigImage.of(RELEASE, "gz", BigImage.machineKernel())),
            modules.directory());
  }

  @Test
  void what_others_could_have_written_is_made_anew() throws IOException {
    for (String file : List.of("initrd", "modules", "contents", ".")) {
      Path entry = prepare().initrd().file().resolveSibling(file).normalize();
      Files.setPosixFilePermissions(entry, PosixFilePermissions.fromString("rwxrwxrwx"));
      progress.clear();

      prepare();

      assertThat(progress)
          .as(file)
          .containsExactly("making the initial RAM disk of kernel 6.1.0-1-amd64, once");
      assertThat(Files.getPosixFilePermissions(entry))
          .as(file)
          .doesNotContain(PosixFilePermission.GROUP_WRITE, PosixFilePermission.OTHERS_WRITE);
    }
  }

  @Test
  void the_first_start_makes_what_is_booted_and_says_so() throws IOException {
    BootFiles files = prepare();

    assertThat(files.kernel()).hasBinaryContent(BigImage.machineKernel());
    assertThat(CpioListing.of(files.initrd().file()).names()).contains("init", "virtio_pci.ko");
    assertThat(progress)
        .containsExactly(
            "unpacking kernel 6.1.0-1-amd64 for virtual machines, once",
            "making the initial RAM disk of kernel 6.1.0-1-amd64, once");
  }

  @Test
  void the_second_start_repeats_nothing() throws IOException {
    BootFiles first = prepare();
    Object made = made(first);
    progress.clear();

    BootFiles second = prepare();

    assertThat(second.kernel()).isEqualTo(first.kernel());
    assertThat(made(second)).isEqualTo(made);
    assertThat(progress).isEmpty();
  }

  @Test
  void what_the_kernel_has_is_known_without_its_modules() {
    prepare("network", "9p");

    Initrd initrd = prepare("network", "9p").initrd();

    assertThat(initrd.groups()).containsExactlyInAnyOrder("base", "network");
    assertThat(initrd.missing("9p")).containsExactly("9pnet_virtio", "9p");
    assertThat(initrd.files("network"))
        .containsExactly("failover.ko", "net_failover.ko", "virtio_net.ko");
  }

  @Test
  void another_set_of_modules_is_another_ram_disk_of_the_same_kernel() {
    BootFiles first = prepare("network");
    BootFiles second = prepare("disk");

    assertThat(second.kernel()).isEqualTo(first.kernel());
    assertThat(second.initrd().file()).isNotEqualTo(first.initrd().file());
  }

  @Test
  void a_kernel_that_was_replaced_is_unpacked_anew() {
    BootFiles first = prepare();
    BigImage.write(kernel.image(), BigImage.of(RELEASE, "xz", BigImage.machineKernel()));

    BootFiles second = prepare();

    assertThat(second.kernel()).isNotEqualTo(first.kernel());
  }

  @Test
  void a_module_that_was_replaced_is_taken_anew() throws IOException {
    prepare();
    byte[] longer = ModuleTree.image(RELEASE + " and more");
    modules.write("kernel/drivers/virtio/virtio.ko", longer);

    BootFiles second = prepare();

    assertThat(CpioListing.of(second.initrd().file()).content("virtio.ko")).isEqualTo(longer);
  }

  @Test
  void another_init_makes_another_ram_disk() throws IOException {
    Path init = temporary.resolve("init");
    Files.writeString(init, "one");
    BootFiles first = prepare(config(init));
    Files.writeString(init, "two");

    BootFiles second = prepare(config(init));

    assertThat(CpioListing.of(first.initrd().file()).text("init")).isEqualTo("one");
    assertThat(CpioListing.of(second.initrd().file()).text("init")).isEqualTo("two");
  }

  @Test
  void the_same_init_elsewhere_makes_none() throws IOException {
    Path first = Files.writeString(temporary.resolve("init-1"), "init");
    Path second = Files.writeString(temporary.resolve("init-2"), "init");

    assertThat(prepare(config(first)).initrd().file())
        .isEqualTo(prepare(config(second)).initrd().file());
  }

  @Test
  void starts_at_the_same_time_share_one_making() throws Exception {
    List<BootFiles> prepared = new ArrayList<>();
    ExecutorService starts = Executors.newFixedThreadPool(8);
    try {
      Callable<BootFiles> start = this::prepare;
      for (Future<BootFiles> one : starts.invokeAll(Collections.nCopies(16, start))) {
        prepared.add(one.get());
      }
    } finally {
      starts.shutdownNow();
    }

    assertThat(prepared).extracting(BootFiles::kernel).containsOnly(prepared.get(0).kernel());
    assertThat(progress).hasSize(2);
  }

  @Test
  void what_a_crash_left_is_neither_used_nor_kept() throws IOException {
    Path left = Files.createDirectories(directory.resolve("new-123"));
    Files.writeString(left.resolve("kernel"), "half");

    prepare();

    assertThat(left).doesNotExist();
  }

  @Test
  void an_entry_that_lost_its_content_is_made_anew() throws IOException {
    Path damaged = prepare().kernel();
    Files.delete(damaged);
    Files.writeString(damaged, "short");

    BootFiles again = prepare();

    assertThat(again.kernel()).isEqualTo(damaged).hasBinaryContent(BigImage.machineKernel());
  }

  @Test
  void an_entry_whose_content_was_changed_is_made_anew() throws IOException {
    Path unpacked = prepare().kernel();
    byte[] damaged = Files.readAllBytes(unpacked);
    damaged[damaged.length / 2] ^= 1;
    Files.setPosixFilePermissions(unpacked, PosixFilePermissions.fromString("rw-r--r--"));
    Files.write(unpacked, damaged);

    assertThat(prepare().kernel()).hasBinaryContent(BigImage.machineKernel());
  }

  @Test
  void an_entry_whose_files_had_another_owner_meanwhile_is_used() throws IOException {
    Path unpacked = prepare().kernel();
    progress.clear();

    Files.setPosixFilePermissions(unpacked, PosixFilePermissions.fromString("r--------"));
    Files.setPosixFilePermissions(unpacked, PosixFilePermissions.fromString("r--r--r--"));
    prepare();

    assertThat(progress).isEmpty();
  }

  @Test
  void bug_32_a_kernel_that_cannot_be_unpacked_leaves_nothing() throws IOException {
    BigImage.write(kernel.image(), BigImage.of(RELEASE, "gz", new byte[1000]));

    assertThatThrownBy(this::prepare)
        .isInstanceOf(HostLacksException.class)
        .hasMessageContaining("is damaged");
    assertThat(entries()).isEmpty();
  }

  @Test
  void kernels_that_vanished_are_forgotten_when_one_is_made() throws IOException {
    Path vanished = prepare().kernel().getParent();
    setUsedLongAgo(vanished);
    HostKernel other =
        new HostKernel(
            RELEASE, Files.move(kernel.image(), temporary.resolve("vmlinuz-2")), kernel.modules());

    new KernelCache(directory).prepare(other, config(), progress::add);

    assertThat(vanished).doesNotExist();
  }

  @Test
  void one_that_was_used_just_now_stays() throws IOException {
    Path replaced = prepare().kernel();
    BigImage.write(kernel.image(), BigImage.of(RELEASE, "xz", BigImage.machineKernel()));

    prepare();

    assertThat(replaced).exists();
  }

  @Test
  void of_ram_disks_that_could_be_used_those_used_last_are_kept() throws IOException {
    List<Path> made = new ArrayList<>();
    Instant now = Instant.now();
    for (int i = 0; i < 10; i++) {
      Path init = Files.writeString(temporary.resolve("init"), "init " + i);
      Path entry = prepare(config(init)).initrd().file().getParent();
      Files.setLastModifiedTime(entry, FileTime.from(now.minus(Duration.ofDays(20 - i))));
      made.add(entry);
    }

    assertThat(made.subList(0, 4)).noneMatch(Files::exists);
    assertThat(made.subList(4, 10)).allMatch(Files::exists);
  }

  @Test
  void others_may_pass_through_and_read_but_not_write() throws IOException {
    BootFiles files = prepare();

    assertThat(permissions(directory)).isEqualTo("rwx--x--x");
    assertThat(permissions(files.kernel().getParent())).isEqualTo("rwxr-xr-x");
    assertThat(permissions(files.kernel())).isEqualTo("r--r--r--");
    assertThat(permissions(files.initrd().file())).isEqualTo("r--r--r--");
  }

  @Test
  void a_kernel_that_others_may_not_read_is_kept_from_them() throws IOException {
    Files.setPosixFilePermissions(kernel.image(), PosixFilePermissions.fromString("rw-------"));

    assertThat(permissions(prepare().kernel())).isEqualTo("r--------");
  }

  @Test
  void a_cache_that_others_can_write_to_is_not_trusted() throws IOException {
    prepare();
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxrwxrwx"));

    assertThatThrownBy(this::prepare)
        .isInstanceOf(HostLacksException.class)
        .hasMessageContaining("others can write to " + directory);
  }

  @Test
  void a_kernel_that_does_not_exist_is_named() throws IOException {
    Files.delete(kernel.image());

    assertThatThrownBy(this::prepare)
        .isInstanceOf(HostLacksException.class)
        .hasMessage("cannot read the kernel's file " + kernel.image() + ": does not exist");
  }

  private BootFiles prepare(String... groups) {
    return prepare(GuestModules.of(kernel, List.of(groups)));
  }

  private BootFiles prepare(InitrdConfig config) {
    return new KernelCache(directory).prepare(kernel, config, progress::add);
  }

  private InitrdConfig config() {
    return GuestModules.of(kernel, List.of());
  }

  private InitrdConfig config(Path init) {
    return InitrdConfig.builder(RELEASE, kernel.modules()).init(init).build();
  }

  private static Object made(BootFiles files) throws IOException {
    return List.of(
        Files.getAttribute(files.kernel(), "unix:ino"),
        Files.getAttribute(files.initrd().file(), "unix:ino"));
  }

  private static void setUsedLongAgo(Path entry) throws IOException {
    Files.setLastModifiedTime(entry, FileTime.from(Instant.now().minus(Duration.ofDays(1))));
  }

  private static String permissions(Path file) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }

  private List<Path> entries() throws IOException {
    try (Stream<Path> found = Files.list(directory)) {
      return found.filter(Files::isDirectory).toList();
    }
  }
}
