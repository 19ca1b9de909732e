package org.libvirt.sandbox.builder.qemu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.libvirt.sandbox.HostLacksException;
import org.libvirt.sandbox.InvalidSandboxException;
import org.libvirt.sandbox.config.Kernel;

final class KernelPlacesTest {
  private static final String RUNNING = "6.1.0-9-amd64";

  @TempDir Path root;

  @ParameterizedTest
  @CsvSource({
    "Debian, boot/vmlinuz-6.1.0-9-amd64, lib/modules",
    "Debian with its files in usr, boot/vmlinuz-6.1.0-9-amd64, usr/lib/modules",
    "Fedora, usr/lib/modules/6.1.0-9-amd64/vmlinuz, usr/lib/modules",
    "an older Fedora, lib/modules/6.1.0-9-amd64/vmlinuz, lib/modules",
    "SUSE on aarch64, boot/Image-6.1.0-9-amd64, lib/modules",
    "a newer SUSE on aarch64, usr/lib/modules/6.1.0-9-amd64/Image, usr/lib/modules",
    "Gentoo, boot/kernel-6.1.0-9-amd64, lib/modules",
  })
  void the_running_kernel_is_found_on(String distribution, String image, String modules) {
    image(image, RUNNING);
    modules(modules, RUNNING);

    assertThat(places().find(Kernel.running()))
        .as(distribution)
        .isEqualTo(
            new HostKernel(RUNNING, root.resolve(image), root.resolve(modules).resolve(RUNNING)));
  }

  @Test
  void a_release_that_is_asked_for_is_found() {
    install(RUNNING);
    install("6.5.0");

    assertThat(places().find(Kernel.running().withRelease("6.5.0")).image())
        .isEqualTo(root.resolve("boot/vmlinuz-6.5.0"));
  }

  @Test
  void an_image_tells_its_release() {
    install(RUNNING);
    Path image = image("srv/my-kernel", "6.7.0-mine");
    modules("lib/modules", "6.7.0-mine");

    assertThat(places().find(Kernel.running().withImage(image.toString())))
        .isEqualTo(
            new HostKernel("6.7.0-mine", image, root.resolve("lib/modules").resolve("6.7.0-mine")));
  }

  @Test
  void modules_are_taken_from_the_directory_named() {
    install(RUNNING);
    modules("srv/modules", RUNNING);
    String directory = root.resolve("srv/modules").toString();

    assertThat(places().find(Kernel.running().withModules(directory)).modules())
        .isEqualTo(root.resolve("srv/modules").resolve(RUNNING));
  }

  @Test
  void an_image_of_another_release_than_the_one_named_is_refused() {
    Path image = image("srv/my-kernel", "6.7.0-mine");
    var kernel = Kernel.running().withImage(image.toString()).withRelease("6.5.0");

    assertThatThrownBy(() -> places().find(kernel))
        .isInstanceOf(InvalidSandboxException.class)
        .hasMessage(
            "kernel %s is of release 6.7.0-mine, not 6.5.0; give --kernver 6.7.0-mine, or leave it out"
                .formatted(image));
  }

  @Test
  void an_image_that_does_not_exist_is_refused() {
    var kernel = Kernel.running().withImage(root.resolve("vmlinuz").toString());

    assertThatThrownBy(() -> places().find(kernel))
        .isInstanceOf(HostLacksException.class)
        .hasMessageContaining("vmlinuz: does not exist");
  }

  @Test
  void an_image_that_does_not_tell_its_release_is_not_taken_for_the_running_one() {
    Path image = BigImage.write(root.resolve("srv/vmlinux"), BigImage.machineKernel());
    var kernel = Kernel.running().withImage(image.toString());

    assertThatThrownBy(() -> places().find(kernel))
        .isInstanceOf(HostLacksException.class)
        .hasMessageContaining(image + " does not tell its release")
        .hasMessageContaining("--kernver")
        .hasMessageNotContaining(RUNNING);
  }

  @Test
  void a_running_kernel_without_files_is_said_with_what_is_installed() {
    install("6.5.0");

    assertThatThrownBy(() -> places().find(Kernel.running()))
        .isInstanceOf(HostLacksException.class)
        .hasMessage(
            "the running kernel, 6.1.0-9-amd64, has no file on this host, neither"
                + " /boot/vmlinuz-6.1.0-9-amd64 nor /lib/modules/6.1.0-9-amd64/vmlinuz; installed"
                + " are: 6.5.0; name one with --kernver");
  }

  @Test
  void a_host_without_any_kernel_is_told_which_package_helps() {
    assertThatThrownBy(() -> places().findOrNewest(Kernel.running()))
        .isInstanceOf(HostLacksException.class)
        .hasMessageContaining("install the distribution's kernel (on Debian linux-image-")
        .hasMessageContaining("--kernver, --kernpath and --kmodpath");
  }

  @Test
  void the_newest_of_those_installed_stands_in_where_it_may() {
    install("6.1.0-10-amd64");
    install("6.1.0-10-cloud-amd64");
    install("6.1.0-8-amd64");
    install("5.19.0-99-amd64");
    modules("lib/modules", "6.9.0-without-image");
    image("boot/vmlinuz-6.9.0-without-modules", "6.9.0-without-modules");

    assertThat(places().findOrNewest(Kernel.running()).release()).isEqualTo("6.1.0-10-amd64");
  }

  @Test
  void the_running_one_is_taken_before_a_newer_one() {
    install("6.5.0");
    install(RUNNING);

    assertThat(places().findOrNewest(Kernel.running()).release()).isEqualTo(RUNNING);
  }

  @Test
  void nothing_stands_in_for_a_release_that_was_named() {
    install("6.5.0");

    assertThatThrownBy(() -> places().findOrNewest(Kernel.running().withRelease("6.4.0")))
        .isInstanceOf(HostLacksException.class)
        .hasMessageStartingWith("kernel 6.4.0 has no file on this host");
  }

  @Test
  void a_kernel_without_modules_is_named() {
    image("boot/vmlinuz-" + RUNNING, RUNNING);

    assertThatThrownBy(() -> places().find(Kernel.running()))
        .isInstanceOf(HostLacksException.class)
        .hasMessageStartingWith(
            "kernel 6.1.0-9-amd64 has no modules on this host:"
                + " /lib/modules/6.1.0-9-amd64/modules.dep is missing; install");
  }

  @Test
  void a_directory_of_modules_without_the_release_is_named_with_what_belongs_there() {
    image("boot/vmlinuz-" + RUNNING, RUNNING);
    var kernel = Kernel.running().withModules("/srv/none");

    assertThatThrownBy(() -> places().find(kernel))
        .isInstanceOf(HostLacksException.class)
        .hasMessageContaining("/srv/none/6.1.0-9-amd64/modules.dep is missing")
        .hasMessageContaining("--kmodpath takes the directory that holds one for each release");
  }

  @ParameterizedTest
  @CsvSource({
    "6.1.0-10-amd64, 6.1.0-9-amd64",
    "6.10.0, 6.9.5",
    "6.1.0, 6.1.0-rc8",
    "6.1.0-1-amd64, 6.1.0-1-cloud-amd64",
    "6.12.9-200.fc41.x86_64, 6.12.8-200.fc41.x86_64",
    "6.4.0-150600.23.7-default, 6.4.0-150600.23.6-default",
    "99999999999999999999.1, 6.1",
  })
  void of_two_releases_the_newer_is_told(String newer, String older) {
    assertThat(new KernelRelease(newer)).isGreaterThan(new KernelRelease(older));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-", "custom", "6"})
  void any_text_can_be_compared(String text) {
    assertThat(new KernelRelease(text)).isLessThan(new KernelRelease("6.1"));
  }

  private KernelPlaces places() {
    return new KernelPlaces(root, RUNNING);
  }

  private void install(String release) {
    image("boot/vmlinuz-" + release, release);
    modules("lib/modules", release);
  }

  private Path image(String place, String release) {
    return BigImage.write(
        root.resolve(place), BigImage.of(release, "gz", BigImage.machineKernel()));
  }

  private void modules(String base, String release) {
    BigImage.write(root.resolve(base).resolve(release).resolve("modules.dep"), new byte[0]);
  }
}
