#include "line.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdint.h>
#include <string.h>
#include <sys/epoll.h>
#include <termios.h>
#include <unistd.h>

#include "descriptor.h"
#include "machine.h"
#include "port.h"

#define PORTS "/dev/virtio-ports/"

enum { CHUNK = 4096, FORGOTTEN_LARGEST = 64 * CHUNK };

/* Edge-triggered: it tells of each change once, of which a host's coming and going are two. */
static int watch_arrivals(int port) {
    struct epoll_event changes = {.events = EPOLLIN | EPOLLET};
    int arrivals = epoll_create1(EPOLL_CLOEXEC);

    if (arrivals >= 0 && epoll_ctl(arrivals, EPOLL_CTL_ADD, port, &changes) < 0) {
        int error = errno;
        close(arrivals);
        errno = error;
        return -1;
    }
    return arrivals;
}

static bool open_port_line(struct line *line, const char *name) {
    line->fd = open_port(name);
    if (line->fd < 0)
        return false;
    line->arrivals = fcntl(line->fd, F_SETFL, O_NONBLOCK) < 0 ? -1 : watch_arrivals(line->fd);
    if (line->arrivals >= 0)
        return true;
    int error = errno;
    close_line(line);
    errno = error;
    return false;
}

bool open_line(struct line *line, const char *path) {
    *line = (struct line){.fd = -1, .arrivals = -1};
    if (is_machine() && strncmp(path, PORTS, strlen(PORTS)) == 0)
        return open_port_line(line, path + strlen(PORTS));
    line->fd = open_raw_tty(path);
    return line->fd >= 0;
}

void close_line(struct line *line) {
    if (line->fd >= 0)
        close(line->fd);
    if (line->arrivals >= 0)
        close(line->arrivals);
    *line = (struct line){.fd = -1, .arrivals = -1};
}

int watch_line(const struct line *line, short *events) {
    if (!line->away)
        return line->fd;
    *events = POLLIN;
    return line->arrivals;
}

bool take_line_end(struct line *line) {
    line->away = line->arrivals >= 0;
    return !line->away;
}

void hear_arrivals(struct line *line) {
    struct epoll_event change;
    struct pollfd port = {.fd = line->fd, .events = POLLOUT};

    epoll_wait(line->arrivals, &change, 1, 0); /* takes the news, so that the next ones are waited for */
    line->away = poll(&port, 1, 0) < 0 || port.revents & POLLHUP;
}

/* A host that goes on sending is not read for ever: what comes later is the next one's. */
void forget_received(const struct line *line) {
    uint8_t forgotten[CHUNK];

    if (line->fd < 0)
        return;
    if (line->arrivals < 0) {
        tcflush(line->fd, TCIFLUSH); /* fails for a line that is gone, which poll tells */
        return;
    }
    for (size_t size = 0; size < FORGOTTEN_LARGEST; size += CHUNK) {
        if (read(line->fd, forgotten, CHUNK) <= 0)
            return;
    }
}
