// A session with a sandbox for each command: sh("...") answers what the command wrote.
// When JShell ends, nothing of it is left.
import org.libvirt.sandbox.*
import org.libvirt.sandbox.config.*
import org.libvirt.sandbox.context.*

var libvirt = EmbeddedLibvirt.start()
var connection = SandboxConnection.open(libvirt.uri("lxc"))

String sh(String script) throws InterruptedException {
    var config = InteractiveConfig.builder().command("/bin/sh", "-c", script).build();
    var result = ProgramRun.of(connection, config).withTimeLimit(java.time.Duration.ofMinutes(1)).run();
    return result.isSuccess() ? result.stdoutText() : result.status() + " " + result.stderrText();
}
