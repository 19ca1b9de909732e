package org.libvirt.sandbox.builder.qemu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.libvirt.sandbox.HostLacksException;
import org.libvirt.sandbox.SandboxLostException;
import org.libvirt.sandbox.config.InteractiveConfig;

@Timeout(60)
final class HostPlacesTest {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  @TempDir Path directory;

  private Draft draft;
  private Path file;
  private Path shared;

  @BeforeEach
  void prepare() throws Exception {
    draft = Draft.of(InteractiveConfig.builder().command("true").build());
    file = Files.createFile(directory.resolve("file"));
    shared = Files.createDirectory(directory.resolve("shared"));
  }

  @AfterEach
  void end() {
    draft.close();
  }

  private HostPlaces places(String below, Path content) {
    HostPlaces places = new HostPlaces(draft.request());
    places.add(shared, GuestPath.of(below), content);
    return places;
  }

  @Test
  void places_of_files_and_directories_go_when_they_are_needed_no_more() {
    HostPlaces places = places("/a/b", file);
    places.add(shared, GuestPath.of("/c"), directory);

    places.start(LIMIT);

    assertThat(shared.resolve("a/b")).isRegularFile().isEmptyFile();
    assertThat(shared.resolve("c")).isEmptyDirectory();
    places.close();
    assertThat(shared).isEmptyDirectory();
  }

  @Test
  void what_is_there_needs_no_place() throws Exception {
    Files.writeString(shared.resolve("a"), "the host's");

    assertThat(places("/a", file).server()).isEmpty();
  }

  @Test
  void a_place_that_somebody_has_used_stays() throws Exception {
    HostPlaces places = places("/a", file);
    places.start(LIMIT);
    Files.writeString(shared.resolve("a"), "somebody's");

    places.close();

    assertThat(shared.resolve("a")).hasContent("somebody's");
  }

  @Test
  void a_place_stays_until_the_last_of_two_sandboxes_has_ended() {
    HostPlaces first = places("/a/b", file);
    HostPlaces second = places("/a/c", file);
    first.start(LIMIT);
    second.start(LIMIT);

    first.close();

    assertThat(shared.resolve("a/b")).doesNotExist();
    assertThat(shared.resolve("a/c")).exists();
    second.close();
    assertThat(shared).isEmptyDirectory();
  }

  @Test
  void a_link_out_of_the_directory_is_not_followed() throws Exception {
    Files.createSymbolicLink(shared.resolve("out"), directory);
    HostPlaces places = places("/out/a", file);

    assertThatThrownBy(() -> places.start(LIMIT))
        .isInstanceOf(HostLacksException.class)
        .hasMessageContaining("'/out/a'");
    assertThat(directory.resolve("a")).doesNotExist();
  }

  /** Whoever can read a place can lock it. */
  @Test
  void a_place_that_a_strangers_process_has_locked_is_named_with_the_cure() throws Exception {
    places("/a/b", file).start(LIMIT);
    ProcessHandle killed = holder();
    killed.destroyForcibly();
    killed.onExit().join();
    Process stranger =
        new ProcessBuilder("flock", shared.resolve("a").toString(), "sh", "-c", "echo; exec cat")
            .start();
    try {
      assertThat(stranger.getInputStream().read()).isEqualTo('\n');
      HostPlaces places = places("/a/c", file);

      assertThatThrownBy(() -> places.start(LIMIT))
          .isInstanceOf(HostLacksException.class)
          .hasMessageContainingAll(
              "'" + shared.toRealPath().resolve("a") + "' is locked", "lslocks");
      places.close();
    } finally {
      stranger.getOutputStream().close();
      stranger.waitFor();
    }
  }

  @Test
  void a_start_that_takes_too_long_is_given_up() throws Exception {
    Path ended = directory.resolve("ended");
    Files.writeString(init(), "#!/bin/sh\ncat\ntouch '" + ended + "'\n");
    HostPlaces places = places("/a", file);

    assertThatThrownBy(() -> places.start(Duration.ofMillis(100)))
        .isInstanceOf(SandboxLostException.class)
        .hasMessageContaining("within 0.1 s");
    places.close();
    assertThat(ended).exists();
  }

  private Path init() {
    return draft.request().state().config().resolve(draft.request().state().initName());
  }

  private ProcessHandle holder() {
    return ProcessHandle.current()
        .children()
        .filter(child -> child.info().command().filter(init().toString()::equals).isPresent())
        .findFirst()
        .orElseThrow();
  }
}
