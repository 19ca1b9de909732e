/* Attacks on the host's Unix sockets; their paths come on stdin, each ended by NUL. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "attack.h"

/* Another type than the socket's is as bad: the kernel has found it. */
static void connect_to(const struct sockaddr_un *address, socklen_t size, const char *name) {
    static const int types[] = {SOCK_STREAM, SOCK_DGRAM, SOCK_SEQPACKET};

    for (int i = 0; i < 3; i++) {
        int fd = socket(AF_UNIX, types[i] | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
        if (connect(fd, (const struct sockaddr *)address, size) == 0 || errno == EPROTOTYPE || errno == EAGAIN)
            breach("socket '%s' is reached", name);
        close(fd);
    }
}

/* From within its directory: the whole path may be longer than an address. */
static void connect_to_path(char *path) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    char *name = strrchr(path, '/');

    *name = 0;
    int entered = chdir(*path ? path : "/");
    *name = '/';
    if (entered < 0 || strlen(name + 1) >= sizeof(address.sun_path))
        return;
    strcpy(address.sun_path, name + 1);
    connect_to(&address, sizeof(address), path);
}

static void connect_to_abstract(const char *name) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    size_t length = strlen(name);

    if (length >= sizeof(address.sun_path))
        return;
    memcpy(address.sun_path + 1, name, length);
    connect_to(&address, (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + length), name);
}

void attack_sockets(const char *unused) {
    char path[PATH_MAX];
    size_t length = 0;
    int letter, count = 0;

    (void)unused;
    while ((letter = getchar()) != EOF) {
        if (length == sizeof(path) - 1)
            return;
        path[length++] = (char)letter;
        if (letter != 0)
            continue;
        length = 0;
        count++;
        if (path[0] == '/')
            connect_to_path(path);
        else
            connect_to_abstract(path);
    }
    if (count == 0)
        breach("no path was given: nothing was tried");
}
