// Builds a project without letting the build touch it: make runs in a copy in memory, and what it
// made is thrown away. The project's directory is the property "project": jshell -R-Dproject=DIRECTORY
import org.libvirt.sandbox.*
import org.libvirt.sandbox.config.*
import org.libvirt.sandbox.context.*

var project = Path.of(System.getProperty("project")).toRealPath().toString()
var config = InteractiveConfig.builder().
    command("make", "--no-print-directory").
    mount(RamMount.of("/tmp", 1L << 30)).
    include("/tmp/build", project).
    directory("/tmp/build").
    resources(Resources.standard().withMemory(2L << 30)).
    build()

void build() throws Exception {
    try (var libvirt = EmbeddedLibvirt.start();
            var connection = SandboxConnection.open(libvirt.uri("lxc"))) {
        var result = ProgramRun.of(connection, config).run();
        System.out.print(result.stdoutText() + result.stderrText());
        System.out.println(result.status());
    }
}

build()
/exit
