#include "unlisted.h"

#include <fcntl.h>
#include <sched.h>
#include <stdbool.h>
#include <sys/socket.h>
#include <unistd.h>

/* Kept, as /proc may be another later. */
static int own = -1;
static int hidden = -1;

static int open_namespace(void) {
    return open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
}

static int close_failed(int socket) {
    if (socket >= 0)
        close(socket);
    return -1;
}

int open_unlisted_socket(void) {
    own = open_namespace();
    if (own < 0 || unshare(CLONE_NEWNET) < 0)
        return -1;
    hidden = open_namespace();
    int made = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    return setns(own, CLONE_NEWNET) < 0 || hidden < 0 ? close_failed(made) : made;
}

int open_unlisted_pair(int ends[2]) {
    if (hidden >= 0 && setns(hidden, CLONE_NEWNET) < 0)
        return -1;
    int made = socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends);
    if (hidden >= 0 && setns(own, CLONE_NEWNET) < 0 && made == 0) {
        close(ends[0]);
        return close_failed(ends[1]);
    }
    return made;
}
