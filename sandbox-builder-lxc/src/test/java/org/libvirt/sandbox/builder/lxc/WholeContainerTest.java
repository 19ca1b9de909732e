package org.libvirt.sandbox.builder.lxc;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.libvirt.sandbox.config.Disk;
import org.libvirt.sandbox.config.Identity;
import org.libvirt.sandbox.config.ImageFormat;
import org.libvirt.sandbox.config.InteractiveConfig;
import org.libvirt.sandbox.config.Mount;
import org.libvirt.sandbox.config.Network;
import org.libvirt.sandbox.config.Resources;
import org.libvirt.sandbox.config.Security;

/** A config that has everything. */
final class WholeContainerTest {
  private final Path image;
  private final Path file;

  WholeContainerTest(@TempDir Path directory) throws IOException {
    image = Files.createFile(directory.toRealPath().resolve("a & <b>.img"));
    file = Files.createFile(directory.toRealPath().resolve("f\u00efle"));
  }

  @Test
  void libvirts_schema_takes_it() throws Exception {
    try (Draft draft = Draft.of(everything())) {
      assertThat(new LibvirtSchema().errorsOf(draft.domain().toXml())).isEmpty();
      assertThat(draft.domain().disks()).hasSize(2);
      assertThat(draft.mounts()).hasSize(6);
      assertThat(draft.domain().interfaces()).hasSize(2);
    }
  }

  @Test
  void disks_belong_to_the_program_and_are_found_by_their_tags() {
    try (Draft draft = Draft.of(everything())) {
      assertThat(draft.items().owners())
          .containsExactly("1234 5678 600 /dev/sda", "1234 5678 600 /dev/sdb");
      assertThat(draft.items().links())
          .containsExactly(
              "../../sda /dev/disk/by-tag/cache", "../../sdb /dev/disk/by-tag/db data");
    }
  }

  @Test
  void one_config_gives_one_domain() {
    try (Draft first = Draft.of(everything());
        Draft second = Draft.of(everything())) {
      assertThat(neutral(first)).isEqualTo(neutral(second));
    }
  }

  /** Without what is of one run: its UUID, which is in its state's path and interfaces' names. */
  private static String neutral(Draft draft) {
    String run = draft.request().uuid().toString();
    return draft
        .domain()
        .toXml()
        .replace(run, new UUID(0, 0).toString())
        .replace("sb" + run.replace("-", "").substring(0, 11), "sb");
  }

  private InteractiveConfig everything() {
    List<String> mounts =
        List.of(
            "ram:/tmp=10M",
            "host-bind:/tmp/fresh=",
            "host-bind:/tmp/usr=/usr,ro",
            "host-bind:/tmp/file=" + file,
            "host-image:/tmp/image=" + image,
            "guest-bind:/tmp/etc=/etc");
    return InteractiveConfig.builder()
        .name("a<b>&\"'c")
        .command("/bin/true")
        .identity(new Identity(1234, 5678, "somebody", "/"))
        .mounts(mounts.stream().map(Mount::parse).toList())
        .include("/tmp/fresh/x=" + file)
        .disk(Disk.ofFile("cache", image.toString(), ImageFormat.RAW))
        .disk(Disk.ofFile("db data", image.toString(), ImageFormat.RAW))
        .network(Network.parse("dhcp"))
        .network(Network.parse("source=lan,mac=52:54:00:00:00:01,filter=f,filter.k=v"))
        .security(Security.dynamic("u:r:t:s0"))
        .resources(Resources.standard().withMemory(1L << 30).withProcessors(2).withCpuQuota(150))
        .hostName("box")
        .build();
  }
}
