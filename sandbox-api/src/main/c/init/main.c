/*
 * sandbox-init: the first process of a sandbox. It connects to the host by the carrier that its first argument names
 * and runs programs for it, as docs/protocol.md says. As the first process of a virtual machine it is told, too, which
 * modules to load, as docs/boot.md says. On a host it holds places for what a machine is to have there.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "carrier.h"
#include "descriptor.h"
#include "kernel.h"
#include "machine.h"
#include "places.h"
#include "supervisor.h"

static _Noreturn void fail(const char *what) {
    fprintf(stderr, "sandbox-init: cannot %s: %s\n", what, strerror(errno));
    _exit(1);
}

/*
 * What ends the sandbox arrives by descriptor, like all else. As PID 1 it would ignore SIGTERM otherwise, and libvirt
 * would try for a second and a half before it kills.
 */
static void block_signals(void) {
    struct sigaction ignored = {.sa_handler = SIG_IGN}, usual = {.sa_handler = SIG_DFL};
    sigset_t handled;

    sigemptyset(&handled);
    sigaddset(&handled, SIGCHLD);
    sigaddset(&handled, SIGTERM);
    sigaddset(&handled, SIGINT);
    if (sigprocmask(SIG_SETMASK, &handled, NULL) < 0 || sigaction(SIGPIPE, &ignored, NULL) < 0 ||
        sigaction(SIGCHLD, &usual, NULL) < 0)
        fail("set up signals");
}

/* Where the domain ends with this process. */
static int serve(const char *carrier) {
    if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0)
        fail("hide the process");
    block_signals();
    /* the container's controller: without it libvirt may never notice that the container runs on */
    if (prctl(PR_SET_PDEATHSIG, SIGTERM, 0, 0, 0) < 0)
        fail("ask for the controller's death");
    umask(022);
    spare_from_out_of_memory(); /* where that is refused, it is as likely to be ended as a program of its size */
    return supervise(carrier);
}

int main(int argc, char **argv) {
    if (argc > 1 && is_port(argv[1]) && is_first_of_machine()) {
        if (begin_machine(argc > 2 ? argv[2] : ""))
            serve(argv[1]);
        end_machine();
    }
    if (fill_stdio() < 0)
        fail("open /dev/null");
    if (argc > 1 && strcmp(argv[1], "places") == 0)
        return hold_places(argc - 2, argv + 2);
    if (argc != 2) {
        fprintf(stderr, "usage: sandbox-init unix:PATH | tty:PATH | virtio:NAME [GROUP,...] | places ...\n");
        _exit(1);
    }
    if (close_from(3) < 0)
        fail("close inherited descriptors");
    _exit(serve(argv[1]));
}
