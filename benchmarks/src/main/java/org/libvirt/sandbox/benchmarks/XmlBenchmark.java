package org.libvirt.sandbox.benchmarks;

import java.io.StringReader;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.transform.TransformerFactory;
import javax.xml.transform.dom.DOMSource;
import javax.xml.transform.stream.StreamResult;
import org.libvirt.sandbox.config.HostBindMount;
import org.libvirt.sandbox.config.InteractiveConfig;
import org.libvirt.sandbox.domain.Console;
import org.libvirt.sandbox.domain.DomainDefinition;
import org.libvirt.sandbox.domain.Features;
import org.libvirt.sandbox.domain.Filesystem;
import org.libvirt.sandbox.domain.OperatingSystem;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;

/**
 * How long a config with twenty mounts takes to become libvirt's XML in a warm JVM, beside the
 * JDK's own way to write a document of the same content.
 */
final class XmlBenchmark {
  private static final int MOUNTS = 20;
  private static final int WARM_UP = 5000;
  private static final int RUNS = 2000;

  private XmlBenchmark() {}

  static List<Table> measure() throws Exception {
    Table table = new Table("A config with twenty mounts to libvirt's XML, warm", "µs");
    ours().forEach(micros -> table.add("this library", micros));
    documents().forEach(micros -> table.add("the same document by the JDK's own writer", micros));
    return List.of(table);
  }

  private static List<Double> ours() {
    InteractiveConfig config = config();
    return micros(() -> xml(config));
  }

  private static List<Double> documents() throws Exception {
    Document document =
        DocumentBuilderFactory.newDefaultInstance()
            .newDocumentBuilder()
            .parse(new InputSource(new StringReader(xml(config()))));
    TransformerFactory factory = TransformerFactory.newDefaultInstance();
    return micros(
        () -> {
          StringWriter text = new StringWriter();
          factory.newTransformer().transform(new DOMSource(document), new StreamResult(text));
          return text.toString();
        });
  }

  private static InteractiveConfig config() {
    InteractiveConfig.Builder config = InteractiveConfig.builder().name("benchmark");
    for (int i = 0; i < MOUNTS; i++) {
      config.mount(HostBindMount.of("/mnt/" + i, "/srv/" + i));
    }
    return config.build();
  }

  private static String xml(InteractiveConfig config) {
    DomainDefinition.Builder domain =
        DomainDefinition.builder("lxc")
            .name(config.name())
            .memory(512L << 20)
            .features(Features.none().privateNetwork())
            .operatingSystem(OperatingSystem.container(config.arch(), "/dev/init", List.of("a")))
            .filesystem(Filesystem.mount(Path.of("/"), "/").readOnly())
            .console(Console.pty());
    for (HostBindMount mount : config.mounts(HostBindMount.class)) {
      domain.filesystem(Filesystem.mount(Path.of(mount.source()), mount.target()));
    }
    return domain.build().toXml();
  }

  /** What is measured. */
  private interface Work {
    String run() throws Exception;
  }

  private static List<Double> micros(Work work) {
    List<Double> micros = new ArrayList<>();
    try {
      for (int i = -WARM_UP; i < RUNS; i++) {
        long start = System.nanoTime();
        String text = work.run();
        double took = (System.nanoTime() - start) / 1e3;
        if (text.isEmpty()) {
          throw new IllegalStateException("nothing was written");
        }
        if (i >= 0) {
          micros.add(took);
        }
      }
    } catch (Exception e) {
      throw new IllegalStateException("cannot measure", e);
    }
    return micros;
  }
}
