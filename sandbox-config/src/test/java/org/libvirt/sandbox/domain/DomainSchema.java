package org.libvirt.sandbox.domain;

import com.thaiopensource.util.PropertyMapBuilder;
import com.thaiopensource.validate.ValidateProperty;
import com.thaiopensource.validate.ValidationDriver;
import com.thaiopensource.xml.sax.ErrorHandlerImpl;
import java.io.StringReader;
import java.io.StringWriter;
import org.xml.sax.InputSource;

/** Libvirt's own schema of domain XML, which comes with its library. */
final class DomainSchema {
  private static final String FILE = "file:/usr/share/libvirt/schemas/domain.rng";

  private final StringWriter errors = new StringWriter();
  private final ValidationDriver driver;

  DomainSchema() throws Exception {
    PropertyMapBuilder properties = new PropertyMapBuilder();
    properties.put(ValidateProperty.ERROR_HANDLER, new ErrorHandlerImpl(errors));
    driver = new ValidationDriver(properties.toPropertyMap());
    if (!driver.loadSchema(new InputSource(FILE))) {
      throw new IllegalStateException(errors.toString());
    }
  }

  /** Returns what the schema has against a domain; empty where it is valid. */
  String errorsOf(DomainDefinition domain) throws Exception {
    errors.getBuffer().setLength(0);
    driver.validate(new InputSource(new StringReader(domain.toXml())));
    return errors.toString();
  }
}
