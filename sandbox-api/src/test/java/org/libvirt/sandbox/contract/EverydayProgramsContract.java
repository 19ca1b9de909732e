package org.libvirt.sandbox.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the filter of system calls must not take away: programs go on working as outside. */
@Timeout(300)
public abstract class EverydayProgramsContract {
  /** Each prints its name, and what it said, if it fails; what is not installed is passed over. */
  private static final String SCRIPT =
      """
      cd /tmp && export HOME=/tmp SHELL=/bin/sh
      try() {
        name=$1 && shift
        command -v "$1" >/dev/null || return 0
        "$@" >said 2>&1 </dev/null || { echo "$name fails:"; cat said; }
      }
      cat >hello.c <<'END'
      #include <pthread.h>
      #include <stdio.h>
      static void *run(void *value) { return value; }
      int main(void) { pthread_t t; return pthread_create(&t, 0, run, 0) || pthread_join(t, 0) || puts("hello") < 0; }
      END
      cat >Hello.java <<'END'
      public class Hello {
        public static void main(String[] args) throws Exception {
          java.util.stream.IntStream.range(0, 100000).parallel().mapToLong(n -> n).sum();
          if (new ProcessBuilder("/bin/true").start().waitFor() != 0) { System.exit(1); }
          new java.net.ServerSocket(0).close();
        }
      }
      END
      try gcc gcc -g -pthread -o hello hello.c
      try hello ./hello
      try java "$JAVA" -Xmx64m Hello.java
      try gdb gdb -nx -batch -ex 'break main' -ex run -ex continue ./hello
      try 'gdb without randomization' sh -c '! grep -q "Error disabling" said'
      try strace strace -f -o trace ./hello
      try python /usr/bin/python3 -c 'import subprocess, threading, socket, multiprocessing as m
      subprocess.check_call(["true"]); socket.socketpair(); threading.Thread(target=print).start()
      p = m.Process(target=print); p.start(); p.join(); raise SystemExit(p.exitcode)'
      try git sh -c 'git init -q g && cd g && git -c user.name=a -c user.email=a@b commit -q --allow-empty -m a && git gc -q'
      try tmux sh -c 'tmux -f /dev/null -S /tmp/s new-session -d "sleep 100" && tmux -S /tmp/s kill-server'
      try perl perl -e 'fork // die; wait'
      try setarch setarch -R true
      try script script -qec 'test -t 0' /dev/null
      try nproc nproc
      try tar sh -c 'tar cf a.tar hello.c && tar xf a.tar -C /dev/shm'
      try bash bash -c 'cat <(echo a) | grep -q a'
      echo done
      """;

  // not in /tmp, which a sandbox has of its own
  @TempDir(factory = VisibleDirectory.class)
  static Path directory;

  private final SandboxDaemon daemon;

  protected EverydayProgramsContract(SandboxDaemon daemon) {
    this.daemon = daemon;
  }

  @BeforeAll
  static void compile() throws Exception {
    NativeSources.OF_CONTAINERS.compile(directory.resolve("everyday"), "everyday.c");
  }

  @ParameterizedTest
  @EnumSource
  void what_programs_ask_of_the_kernel_is_granted(Intruder user) throws Exception {
    Outcome outcome =
        daemon.run(user.config().command(directory.resolve("everyday").toString()).build());

    assertThat(outcome.stdout()).isEqualTo("done\n");
  }

  @Test
  void compilers_debuggers_and_languages_work() throws Exception {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();

    Outcome outcome =
        daemon.run(
            Intruder.NOBODY
                .config()
                .command("/bin/sh", "-c", SCRIPT)
                .environment("JAVA", java)
                .build());

    assertThat(outcome.stdout()).as(outcome.stderr()).isEqualTo("done\n");
  }
}
