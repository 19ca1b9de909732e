package org.libvirt.sandbox.domain;

import jakarta.xml.bind.JAXBElement;
import jakarta.xml.bind.annotation.XmlAccessType;
import jakarta.xml.bind.annotation.XmlAccessorType;
import jakarta.xml.bind.annotation.XmlAnyElement;
import jakarta.xml.bind.annotation.XmlAttribute;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import javax.xml.namespace.QName;
import org.jspecify.annotations.Nullable;
import org.w3c.dom.Element;

/**
 * Which of Linux's capabilities libvirt leaves to a container: a rule, and exceptions from it.
 *
 * <p>Capabilities have the names of libvirt: those of {@code capabilities(7)} in lower case without
 * {@code CAP_}, such as {@code sys_admin}.
 */
@XmlAccessorType(XmlAccessType.FIELD)
public final class CapabilityPolicy {
  // Those that libvirt's schema has; a newer kernel's follow the rule.
  private static final Set<String> NAMES =
      Set.of(
          "audit_control",
          "audit_write",
          "block_suspend",
          "chown",
          "dac_override",
          "dac_read_search",
          "fowner",
          "fsetid",
          "ipc_lock",
          "ipc_owner",
          "kill",
          "lease",
          "linux_immutable",
          "mac_admin",
          "mac_override",
          "mknod",
          "net_admin",
          "net_bind_service",
          "net_broadcast",
          "net_raw",
          "setfcap",
          "setgid",
          "setpcap",
          "setuid",
          "sys_admin",
          "sys_boot",
          "sys_chroot",
          "sys_module",
          "sys_nice",
          "sys_pacct",
          "sys_ptrace",
          "sys_rawio",
          "sys_resource",
          "sys_time",
          "sys_tty_config",
          "syslog",
          "wake_alarm");

  @XmlAttribute private @Nullable String policy;

  // Each element is named after its capability, which a list of JAXBElement can say and no field.
  @XmlAnyElement(lax = true)
  private List<Object> exceptions;

  private CapabilityPolicy() {
    exceptions = new ArrayList<>();
  }

  private CapabilityPolicy(String policy, Map<String, String> states) {
    this.policy = policy;
    this.exceptions = states.entrySet().stream().<Object>map(CapabilityPolicy::element).toList();
  }

  /**
   * Libvirt's own rule: a container keeps all but {@code sys_module}, {@code sys_time}, {@code
   * mknod}, {@code audit_control} and {@code mac_admin}.
   *
   * @return a policy without exceptions
   */
  public static CapabilityPolicy standard() {
    return new CapabilityPolicy("default", Map.of());
  }

  /**
   * The rule that a container keeps every capability.
   *
   * @return a policy without exceptions
   */
  public static CapabilityPolicy allow() {
    return new CapabilityPolicy("allow", Map.of());
  }

  /**
   * The rule that a container keeps no capability.
   *
   * @return a policy without exceptions
   */
  public static CapabilityPolicy deny() {
    return new CapabilityPolicy("deny", Map.of());
  }

  /**
   * This policy, but the container keeps a capability.
   *
   * @param capability libvirt's name of it
   * @return a new policy
   * @throws IllegalArgumentException if libvirt knows no such capability
   */
  public CapabilityPolicy with(String capability) {
    return except(capability, "on");
  }

  /**
   * This policy, but the container loses a capability.
   *
   * @param capability libvirt's name of it
   * @return a new policy
   * @throws IllegalArgumentException if libvirt knows no such capability
   */
  public CapabilityPolicy without(String capability) {
    return except(capability, "off");
  }

  /**
   * The rule's name.
   *
   * @return {@code default}, {@code allow} or {@code deny}
   */
  public String policy() {
    return policy == null ? "default" : policy;
  }

  /**
   * The exceptions from the rule.
   *
   * @return an unmodifiable map, ordered by name: true for a capability that the container keeps
   */
  public Map<String, Boolean> exceptions() {
    Map<String, Boolean> kept = new TreeMap<>();
    states().forEach((name, state) -> kept.put(name, state.equals("on")));
    return Collections.unmodifiableMap(kept);
  }

  private CapabilityPolicy except(String capability, String state) {
    if (!NAMES.contains(capability)) {
      throw new IllegalArgumentException(
          "capability '%s' is not known; write one of %s"
              .formatted(capability, String.join(", ", NAMES.stream().sorted().toList())));
    }
    Map<String, String> states = states();
    states.put(capability, state);
    return new CapabilityPolicy(policy(), states);
  }

  private Map<String, String> states() {
    Map<String, String> states = new TreeMap<>();
    for (Object exception : exceptions) {
      // What was built here is a JAXBElement; what JAXB read is an element that it has no type for.
      if (exception instanceof JAXBElement<?> element && element.getValue() instanceof State on) {
        states.put(element.getName().getLocalPart(), on.state);
      } else if (exception instanceof Element element) {
        states.put(element.getLocalName(), element.getAttribute("state"));
      }
    }
    return states;
  }

  private static JAXBElement<State> element(Map.Entry<String, String> state) {
    return new JAXBElement<>(new QName(state.getKey()), State.class, new State(state.getValue()));
  }

  /** Whether a capability is kept, for a schema that writes {@code <mknod state="off"/>}. */
  @XmlAccessorType(XmlAccessType.FIELD)
  static final class State {
    @XmlAttribute private String state;

    @SuppressWarnings({"NullAway.Init", "unused"}) // JAXB's.
    private State() {}

    private State(String state) {
      this.state = state;
    }
  }
}
