package org.libvirt.sandbox.domain;

import com.thaiopensource.util.PropertyMapBuilder;
import com.thaiopensource.validate.ValidateProperty;
import com.thaiopensource.validate.ValidationDriver;
import com.thaiopensource.xml.sax.ErrorHandlerImpl;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;

/** One of libvirt's own schemas, which come with its library. */
final class LibvirtSchema {
  private static final String DIRECTORY = "file:/usr/share/libvirt/schemas/";

  private final StringWriter errors = new StringWriter();
  private final ValidationDriver driver;

  private LibvirtSchema(String file) {
    PropertyMapBuilder properties = new PropertyMapBuilder();
    properties.put(ValidateProperty.ERROR_HANDLER, new ErrorHandlerImpl(errors));
    driver = new ValidationDriver(properties.toPropertyMap());
    try {
      if (!driver.loadSchema(new InputSource(DIRECTORY + file))) {
        throw new IllegalStateException(errors.toString());
      }
    } catch (IOException | SAXException e) {
      throw new IllegalStateException("cannot load libvirt's schema; install libvirt0", e);
    }
  }

  static LibvirtSchema ofDomains() {
    return new LibvirtSchema("domain.rng");
  }

  static LibvirtSchema ofCapabilities() {
    return new LibvirtSchema("capability.rng");
  }

  /** Returns what the schema has against a domain; empty where it is valid. */
  String errorsOf(DomainDefinition domain) throws Exception {
    return errorsOf(domain.toXml());
  }

  /** Returns what the schema has against some XML; empty where it is valid. */
  String errorsOf(String xml) throws Exception {
    errors.getBuffer().setLength(0);
    driver.validate(new InputSource(new StringReader(xml)));
    return errors.toString();
  }
}
