package org.libvirt.sandbox.builder.lxc;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.libvirt.sandbox.ChannelKind;
import org.libvirt.sandbox.HostDirectories;
import org.libvirt.sandbox.HostLacksException;
import org.libvirt.sandbox.InvalidSandboxException;
import org.libvirt.sandbox.builder.BuildRequest;
import org.libvirt.sandbox.builder.CarrierAddress;
import org.libvirt.sandbox.builder.HostFacts;
import org.libvirt.sandbox.builder.HostMount;
import org.libvirt.sandbox.builder.SandboxBuilder;
import org.libvirt.sandbox.builder.SandboxPlan;
import org.libvirt.sandbox.builder.StateDirectory;
import org.libvirt.sandbox.config.Disk;
import org.libvirt.sandbox.config.ImageFormat;
import org.libvirt.sandbox.config.InteractiveConfig;
import org.libvirt.sandbox.config.Network;
import org.libvirt.sandbox.config.Root;
import org.libvirt.sandbox.domain.HostCapabilities;

final class ContainerBuilderTest {
  private static final HostMount ROOT =
      new HostMount(Path.of("/"), "8:1", Path.of("/"), Set.of("rw"));
  private static final HostFacts PLAIN = new HostFacts(List.of(ROOT), Set.of());

  private static final HostCapabilities CAPABILITIES =
      HostCapabilities.parse("<capabilities><host/></capabilities>");

  private final UUID uuid = UUID.randomUUID();
  private final InteractiveConfig config =
      InteractiveConfig.builder().name("planned").command("/bin/true").build();
  private final StateDirectory state = StateDirectory.create(uuid, "lxc:///", "lxc", config);

  @AfterEach
  void removeState() {
    state.close();
  }

  @Test
  void it_is_found_by_its_driver() {
    assertThat(SandboxBuilder.forDriver("lxc")).isInstanceOf(ContainerBuilder.class);
    assertThatThrownBy(() -> SandboxBuilder.forDriver("nothing"))
        .isInstanceOf(HostLacksException.class)
        .hasMessageContaining("add sandbox-builder-nothing");
  }

  @Test
  void the_domain_is_valid_by_libvirts_own_schema() throws Exception {
    InteractiveConfig full =
        config.toBuilder()
            .network(Network.parse("source=lan,mac=52:54:00:00:00:01,filter=f,filter.ip=192.0.2.1"))
            .network(Network.parse("dhcp"))
            .build();

    assertThat(new LibvirtSchema().errorsOf(plan(full).xml())).isEmpty();
  }

  @Test
  void the_domain_is_a_container_with_the_sandboxs_name_and_uuid() {
    String xml = plan(config).xml();

    assertThat(xml)
        .contains("<domain type=\"lxc\"", "<name>planned</name>", "<uuid>" + uuid + "</uuid>")
        .contains("<init>/dev/sandbox/sandbox-init</init>")
        .contains("<initarg>unix:/dev/sandbox/channel</initarg>")
        .contains("<privnet");
  }

  @Test
  void networks_are_told_apart_by_their_order() {
    InteractiveConfig networked =
        config.toBuilder()
            .network(Network.parse("source=lan,filter=f"))
            .network(Network.parse("dhcp,filter=g"))
            .build();
    String end = "sb" + uuid.toString().replace("-", "").substring(0, 11);

    SandboxPlan plan = plan(networked);

    // libvirt's filters go by the name of the host's end, which it has not chosen by then
    assertThat(plan.xml())
        .containsSubsequence(
            "network=\"lan\"", "dev=\"" + end + "0\"", "\"f\"", "dev=\"" + end + "1\"", "\"g\"");
    assertThat(new RecordItems(plan.launch().get()).interfaces()).containsExactly("0 0", "1 1");
  }

  @Test
  void the_root_comes_first_and_the_config_directory_last() {
    String xml = plan(config).xml();

    assertThat(xml.indexOf("<target dir=\"/\"")).isPositive();
    assertThat(xml.indexOf("<target dir=\"/\"")).isLessThan(xml.indexOf("<target dir=\"/tmp\""));
    assertThat(xml.indexOf("<target dir=\"/tmp\""))
        .isLessThan(xml.indexOf("<target dir=\"/dev/sandbox\""));
  }

  @Test
  void special_characters_of_a_name_stay_what_they_are() {
    InteractiveConfig odd = config.toBuilder().name("a<b>&\"'c").build();

    assertThat(plan(odd).xml()).contains("<name>a&lt;b&gt;&amp;");
  }

  @Test
  void it_is_met_at_a_socket_in_the_state_directory() {
    assertThat(plan(config).carrier())
        .isEqualTo(new CarrierAddress.UnixSocket(state.path().resolve("config/channel")));
    assertThat(state.channel().toString().length()).isLessThan(108);
  }

  @Test
  void environment_values_are_not_in_the_xml() {
    InteractiveConfig secret = config.toBuilder().environment("TOKEN", "swordfish").build();

    SandboxPlan plan = plan(secret);

    assertThat(plan.xml()).doesNotContain("swordfish");
    assertThat(plan.toString()).doesNotContain("swordfish");
    assertThat(new String(plan.launch().get().toByteArray(), UTF_8)).contains("TOKEN=swordfish");
  }

  @Test
  void a_state_directory_on_a_noexec_mount_is_refused() {
    var noexec =
        new HostMount(HostDirectories.state(), "0:9", Path.of("/"), Set.of("rw", "noexec"));

    assertThatThrownBy(() -> plan(config, new HostFacts(List.of(ROOT, noexec), Set.of())))
        .isInstanceOf(HostLacksException.class)
        .hasMessageContaining(HostDirectories.state().toString())
        .hasMessageContaining("mount it without noexec");
  }

  @Test
  void a_noexec_mount_under_another_one_does_not_count() {
    var noexec =
        new HostMount(HostDirectories.state(), "0:9", Path.of("/"), Set.of("rw", "noexec"));
    var over = new HostMount(HostDirectories.state(), "0:10", Path.of("/"), Set.of("rw"));

    SandboxPlan plan = plan(config, new HostFacts(List.of(ROOT, noexec, over), Set.of()));

    assertThat(plan.xml()).isNotEmpty();
  }

  @Test
  void two_disks_of_one_tag_are_refused(@TempDir Path directory) throws IOException {
    Path image = Files.write(directory.resolve("disk.img"), new byte[512]);
    Disk disk = Disk.ofFile("data", image.toString(), ImageFormat.RAW);

    assertThatThrownBy(() -> plan(config.toBuilder().disk(disk).disk(disk).build()))
        .isInstanceOf(InvalidSandboxException.class)
        .hasMessage("two disks have the tag 'data'; give each its own");
  }

  @Test
  void a_root_that_is_no_directory_is_refused(@TempDir Path directory) {
    Path missing = directory.resolve("missing");

    assertThatThrownBy(() -> plan(config.toBuilder().root(Root.directory(missing)).build()))
        .isInstanceOf(InvalidSandboxException.class)
        .hasMessage("root '" + missing + "' is no directory on this host; give one that is");
  }

  @Test
  void a_root_given_by_a_link_is_the_directory_it_leads_to(@TempDir Path directory)
      throws IOException {
    Path link = Files.createSymbolicLink(directory.resolve("link"), Path.of("/"));

    SandboxPlan plan = plan(config.toBuilder().root(Root.directory(link)).build());
    Files.delete(link); // what clears the directory up warns of links that lead out of it

    assertThat(plan.xml()).isEqualTo(plan(config).xml());
    assertThat(plan.launch().get()).isEqualTo(plan(config).launch().get());
    assertThat(new RecordItems(plan.launch().get()).masks())
        .contains(HostDirectories.state().toString());
  }

  private SandboxPlan plan(InteractiveConfig config) {
    return plan(config, PLAIN);
  }

  private SandboxPlan plan(InteractiveConfig config, HostFacts host) {
    return new ContainerBuilder()
        .build(
            new BuildRequest(
                config,
                uuid,
                state,
                host,
                CAPABILITIES,
                UnaryOperator.identity(),
                ChannelKind.UNIX_SOCKET,
                Duration.ofSeconds(1)));
  }
}
