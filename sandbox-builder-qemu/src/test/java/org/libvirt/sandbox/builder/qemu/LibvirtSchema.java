package org.libvirt.sandbox.builder.qemu;

import com.thaiopensource.util.PropertyMapBuilder;
import com.thaiopensource.validate.ValidateProperty;
import com.thaiopensource.validate.ValidationDriver;
import com.thaiopensource.xml.sax.ErrorHandlerImpl;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;

/** Libvirt's own schema of domains, which comes with its library. */
final class LibvirtSchema {
  private static final String FILE = "file:/usr/share/libvirt/schemas/domain.rng";

  private final StringWriter errors = new StringWriter();
  private final ValidationDriver driver;

  LibvirtSchema() {
    PropertyMapBuilder properties = new PropertyMapBuilder();
    properties.put(ValidateProperty.ERROR_HANDLER, new ErrorHandlerImpl(errors));
    driver = new ValidationDriver(properties.toPropertyMap());
    try {
      if (!driver.loadSchema(new InputSource(FILE))) {
        throw new IllegalStateException(errors.toString());
      }
    } catch (IOException | SAXException e) {
      throw new IllegalStateException("cannot load libvirt's schema; install libvirt0", e);
    }
  }

  /** Returns what the schema has against a domain; empty where it is valid. */
  String errorsOf(String xml) throws IOException, SAXException {
    errors.getBuffer().setLength(0);
    driver.validate(new InputSource(new StringReader(xml)));
    return errors.toString();
  }
}
