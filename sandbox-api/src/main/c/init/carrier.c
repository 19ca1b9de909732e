#include "carrier.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "machine.h"
#include "port.h"
#include "unlisted.h"

#define UNIX "unix:"
#define VIRTIO "virtio:"

static bool begins_with(const char *text, const char *start) {
    return strncmp(text, start, strlen(start)) == 0;
}

bool is_port(const char *carrier) {
    return begins_with(carrier, VIRTIO) && carrier[strlen(VIRTIO)];
}

static int connect_socket(const char *path) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};

    if (strlen(path) >= sizeof(address.sun_path)) {
        errno = ENAMETOOLONG;
        return -1;
    }
    strcpy(address.sun_path, path);
    int fd = open_unlisted_socket();
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
