package org.libvirt.sandbox.domain;

import jakarta.xml.bind.JAXBContext;
import jakarta.xml.bind.JAXBContextFactory;
import jakarta.xml.bind.JAXBException;
import jakarta.xml.bind.Marshaller;
import java.io.StringReader;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/**
 * JAXB's knowledge of this package, made once a JVM, when it is first needed: it is dear to make.
 */
final class XmlBinding {
  private XmlBinding() {}

  static String write(Object root) {
    XmlPrinter printer = new XmlPrinter();
    try {
      Marshaller marshaller = Context.INSTANCE.createMarshaller();
      marshaller.setProperty(Marshaller.JAXB_FRAGMENT, true);
      marshaller.marshal(root, printer);
    } catch (JAXBException e) {
      throw new IllegalStateException("cannot write the XML of " + root, e);
    }
    return printer.text();
  }

  static <T> T read(Class<T> type, String xml) {
    try {
      XMLStreamReader reader = inputFactory().createXMLStreamReader(new StringReader(xml));
      try {
        return type.cast(Context.INSTANCE.createUnmarshaller().unmarshal(reader));
      } finally {
        reader.close();
      }
    } catch (JAXBException | XMLStreamException | ClassCastException | NumberFormatException e) {
      throw new IllegalArgumentException(
          "cannot read %s from libvirt's XML".formatted(type.getSimpleName()), e);
    }
  }

  static void warmUp() {
    write(
        DomainDefinition.builder("lxc")
            .name("warm-up")
            .memory(1)
            .operatingSystem(OperatingSystem.container("x86_64", "/init", List.of()))
            .console(Console.pty())
            .build());
  }

  // Libvirt's XML has no document type: refusing them leaves no entity to expand or to fetch.
  private static XMLInputFactory inputFactory() {
    XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    return factory;
  }

  /** Makes what {@link Context} holds. */
  static JAXBContext newContext() {
    // Not JAXBContext.newInstance: it asks the class loader of the thread, which in an application
    // server, or in a thread of the common pool, need not know the JAXB that this library came
    // with.
    JAXBContextFactory factory =
        ServiceLoader.load(JAXBContextFactory.class, XmlBinding.class.getClassLoader())
            .findFirst()
            .orElseThrow(
                () ->
                    new IllegalStateException(
                        "no implementation of JAXB; add org.glassfish.jaxb:jaxb-runtime"));
    try {
      return factory.createContext(
          new Class<?>[] {
            DomainDefinition.class, CapabilityPolicy.State.class, HostCapabilities.class
          },
          Map.of());
    } catch (JAXBException e) {
      throw new IllegalStateException("cannot bind the classes of libvirt's XML", e);
    }
  }

  /** The holder that makes the context when it is first touched. */
  private static final class Context {
    private static final JAXBContext INSTANCE = newContext();
  }
}
