package org.libvirt.sandbox.domain;

import jakarta.xml.bind.annotation.XmlAccessType;
import jakarta.xml.bind.annotation.XmlAccessorType;
import jakarta.xml.bind.annotation.XmlElement;
import jakarta.xml.bind.annotation.XmlRootElement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What libvirt says of its host, as far as sandboxes need it. */
@XmlRootElement(name = "capabilities")
@XmlAccessorType(XmlAccessType.FIELD)
public final class HostCapabilities {
  private @Nullable Host host;

  private HostCapabilities() {}

  /**
   * Reads libvirt's capabilities, passing over what is not modelled here.
   *
   * @param xml libvirt's capabilities XML
   * @return the capabilities
   * @throws IllegalArgumentException if it is not well formed, is something else, or has a document
   *     type
   */
  public static HostCapabilities parse(String xml) {
    return XmlBinding.read(HostCapabilities.class, xml);
  }

  /**
   * The architecture of the host.
   *
   * @return libvirt's name of it, such as {@code x86_64}; empty where libvirt does not say
   */
  public Optional<String> architecture() {
    return Optional.ofNullable(host).map(known -> known.cpu).map(known -> known.architecture);
  }

  /**
   * The names of the host's security models, such as {@code selinux}.
   *
   * @return an unmodifiable list; empty where the host has none
   */
  public List<String> securityModels() {
    return host == null
        ? List.of()
        : host.securityModels.stream()
            .map(model -> model.name)
            .filter(name -> name != null && !name.equals("none"))
            .toList();
  }

  @XmlAccessorType(XmlAccessType.FIELD)
  private static final class Host {
    private @Nullable Cpu cpu;

    @XmlElement(name = "secmodel")
    private List<SecurityModel> securityModels = new ArrayList<>();
  }

  @XmlAccessorType(XmlAccessType.FIELD)
  private static final class Cpu {
    @XmlElement(name = "arch")
    private @Nullable String architecture;
  }

  @XmlAccessorType(XmlAccessType.FIELD)
  private static final class SecurityModel {
    @XmlElement(name = "model")
    private @Nullable String name;
  }
}
