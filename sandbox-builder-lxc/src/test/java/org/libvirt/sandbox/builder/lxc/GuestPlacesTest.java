package org.libvirt.sandbox.builder.lxc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.libvirt.sandbox.builder.lxc.GuestPlaces.Content;
import org.libvirt.sandbox.builder.lxc.GuestPlaces.Kind;
import org.libvirt.sandbox.builder.lxc.GuestPlaces.NoPlaceException;
import org.libvirt.sandbox.builder.lxc.GuestPlaces.Place;

final class GuestPlacesTest {
  private final Path root;
  private final Path data;
  private final GuestPlaces places = new GuestPlaces();

  GuestPlacesTest(@TempDir Path directory) {
    root = directory.resolve("root");
    data = directory.resolve("data");
  }

  @BeforeEach
  void makeRoot() throws IOException {
    Files.createDirectories(root.resolve("etc/conf.d"));
    Files.createDirectories(root.resolve("var/lib"));
    Files.createDirectories(root.resolve("run"));
    Files.createDirectories(data.resolve("below"));
    Files.createFile(root.resolve("etc/hosts"));
    link("var/run", "/run");
    link("var/lock", "../run/lock");
    link("conf", "etc/conf.d");
    link("again", "/conf/../hosts");
    link("loop", "loop2");
    link("loop2", "/loop");
    link("dangling", "nowhere");
    link("out", "../../../../etc");
    places.mount("/", Content.HOST_DIRECTORY, root);
    places.mountOwn("/run");
  }

  /** What clears the directory up warns of links that lead out of it. */
  @AfterEach
  void removeLinks() throws IOException {
    Files.delete(root.resolve("out"));
    Files.delete(root.resolve("var/run"));
  }

  private void link(String name, String target) throws IOException {
    Files.createSymbolicLink(root.resolve(name), Path.of(target));
  }

  @ParameterizedTest
  @CsvSource({
    "/, /",
    "//./, /",
    "/etc, /etc",
    "/etc//conf.d/., /etc/conf.d",
    "/etc/conf.d/../.., /",
    "/../../var, /var",
    "/conf, /etc/conf.d",
    "/conf/.., /etc",
    "/var/run, /run",
    "/out/conf.d, /etc/conf.d"
  })
  void a_path_is_followed_as_the_kernel_would(String path, String leadsTo) throws Exception {
    Place place = places.follow(path);

    assertThat(place.path()).isEqualTo(leadsTo);
    assertThat(place.kind()).isEqualTo(Kind.DIRECTORY);
  }

  @Test
  void a_link_by_way_of_another_leads_to_a_file() throws Exception {
    Place place = places.follow("/again");

    assertThat(place).isEqualTo(fileOfRoot("/etc/hosts"));
  }

  private Place fileOfRoot(String path) {
    return new Place(
        path, Kind.FILE, 0, Content.HOST_DIRECTORY, Optional.of(root.resolve(path.substring(1))));
  }

  @Test
  void what_is_missing_keeps_the_rest_of_its_path() throws Exception {
    Place place = places.follow("/conf/new/./deep/");

    assertThat(place.path()).isEqualTo("/etc/conf.d/new/deep");
    assertThat(place.kind()).isEqualTo(Kind.MISSING);
    assertThat(place.content()).isEqualTo(Content.HOST_DIRECTORY);
    assertThat(place.onHost()).contains(root.resolve("etc/conf.d/new/deep"));
  }

  @Test
  void a_link_to_nothing_is_where_something_is_missing() throws Exception {
    Place place = places.follow("/dangling");

    assertThat(place.path()).isEqualTo("/nowhere");
    assertThat(place.kind()).isEqualTo(Kind.MISSING);
  }

  @Test
  void a_link_into_what_is_fresh_leads_there_and_not_to_the_host() throws Exception {
    Place place = places.follow("/var/lock/x");

    assertThat(place.path()).isEqualTo("/run/lock/x");
    assertThat(place.content()).isEqualTo(Content.OWN);
    assertThat(place.kind()).isEqualTo(Kind.MISSING);
    assertThat(place.onHost()).isEmpty();
  }

  @Test
  void links_without_an_end_are_refused() {
    assertThatExceptionOfType(NoPlaceException.class)
        .isThrownBy(() -> places.follow("/loop"))
        .withMessage("'/loop' leads through too many symbolic links");
  }

  @Test
  void a_file_in_the_way_is_refused() {
    assertThatExceptionOfType(NoPlaceException.class)
        .isThrownBy(() -> places.follow("/etc/hosts/x"))
        .withMessage("'/etc/hosts' in '/etc/hosts/x' is no directory");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/etc/new/../x", "/run/a/../../etc", "/etc/new/x/.."})
  void up_from_what_is_missing_is_refused(String path) {
    assertThatExceptionOfType(NoPlaceException.class)
        .isThrownBy(() -> places.follow(path))
        .withMessageContaining("does not exist, and '..' comes after it");
  }

  @Test
  void an_image_has_nobody_looked_into() throws Exception {
    int image = places.mount("/var/lib", Content.UNKNOWN, data);

    Place inside = places.follow("/var/lib/below/x");

    assertThat(inside)
        .isEqualTo(
            new Place("/var/lib/below/x", Kind.UNKNOWN, image, Content.UNKNOWN, Optional.empty()));
    assertThat(places.follow("/var/lib").kind()).isEqualTo(Kind.DIRECTORY);
    assertThatExceptionOfType(NoPlaceException.class)
        .isThrownBy(() -> places.follow("/var/lib/below/.."))
        .withMessageContaining("is in an image, and '..' comes after it");
  }

  @Test
  void the_uppermost_mount_is_the_one_that_is_seen() throws Exception {
    int first = places.mount("/etc", Content.HOST_DIRECTORY, data);
    int second = places.mountOwn("/etc");

    assertThat(first).isEqualTo(2);
    assertThat(places.mountAt("/etc/below")).isEqualTo(second);
    assertThat(places.follow("/etc/below").kind()).isEqualTo(Kind.MISSING);
  }

  @Test
  void a_mount_below_another_keeps_its_directories() throws Exception {
    places.mount("/run/a/b", Content.HOST_DIRECTORY, data);

    assertThat(places.follow("/run/a").kind()).isEqualTo(Kind.DIRECTORY);
    assertThat(places.follow("/run/a/..").path()).isEqualTo("/run");
    assertThat(places.follow("/run/a/b/below").onHost()).contains(data.resolve("below"));
  }

  @Test
  void a_mount_covers_what_was_mounted_below_it() throws Exception {
    places.mount("/run/a/b", Content.HOST_DIRECTORY, data);
    int cover = places.mountOwn("/run");

    assertThat(places.follow("/run/a").kind()).isEqualTo(Kind.MISSING);
    assertThat(places.mountAt("/run/a/b/below")).isEqualTo(cover);
  }

  @Test
  void a_mount_covers_its_directory_only_and_no_other_that_begins_alike() {
    int mount = places.mountOwn("/var/lib");

    assertThat(places.mountAt("/var/lib2")).isZero();
    assertThat(places.mountAt("/var/lib/x")).isEqualTo(mount);
  }

  @Test
  void a_file_that_is_mounted_is_a_file() throws Exception {
    places.mount("/run/file", Content.HOST_FILE, root.resolve("etc/hosts"));

    Place place = places.follow("/run/file");

    assertThat(place.kind()).isEqualTo(Kind.FILE);
    assertThat(place.onHost()).contains(root.resolve("etc/hosts"));
  }

  @Test
  void a_bind_shows_what_was_there_and_tells_whose_it_is() throws Exception {
    int mount = places.mount("/var/lib", Content.HOST_DIRECTORY, data);

    int bind = places.bind("/run/bind", places.follow("/var/lib/below"));
    int ofBind = places.bind("/run/again", places.follow("/run/bind"));
    int ofRoot = places.bind("/run/etc", places.follow("/etc"));

    assertThat(places.follow("/run/bind").onHost()).contains(data.resolve("below"));
    assertThat(places.originOf(bind)).isEqualTo(mount);
    assertThat(places.originOf(ofBind)).isEqualTo(mount);
    assertThat(places.originOf(ofRoot)).isZero();
    assertThat(places.originOf(mount)).isEqualTo(mount);
  }
}
