#include "carrier.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "machine.h"
#include "port.h"

#define UNIX "unix:"
#define VIRTIO "virtio:"

static bool begins_with(const char *text, const char *start) {
    return strncmp(text, start, strlen(start)) == 0;
}

bool is_port(const char *carrier) {
    return begins_with(carrier, VIRTIO) && carrier[strlen(VIRTIO)];
}

/*
 * The kernel lists a socket, and by what name the other end is bound, in the network namespace that it was made in.
 * Made in one that nobody else ever enters, the channel is not seen by a payload that shares the supervisor's.
 */
static int make_unlisted_socket(void) {
    int own = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
    int made = -1;

    if (own < 0)
        return -1;
    if (unshare(CLONE_NEWNET) == 0) {
        made = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
        if (setns(own, CLONE_NEWNET) < 0) {
            if (made >= 0)
                close(made);
            made = -1;
        }
    }
    close(own);
    return made;
}

static int connect_socket(const char *path) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};

    if (strlen(path) >= sizeof(address.sun_path)) {
        errno = ENAMETOOLONG;
        return -1;
    }
    strcpy(address.sun_path, path);
    int fd = make_unlisted_socket();
    if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof(address)) < 0)
        return -1;
    return fd;
}

int open_carrier(const char *carrier) {
    if (is_port(carrier) && is_machine())
        return open_port(carrier + strlen(VIRTIO));
    if (begins_with(carrier, UNIX "/"))
        return connect_socket(carrier + strlen(UNIX));
    errno = EPROTONOSUPPORT;
    return -1;
}
