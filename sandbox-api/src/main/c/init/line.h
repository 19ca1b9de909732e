/*
 * The supervisor's end of a console: a tty, or, in a machine, a port to the host. A port tells that nobody is at its
 * other end by being ready for everything without pause, so that it is not waited for itself then.
 */
#ifndef SANDBOX_LINE_H
#define SANDBOX_LINE_H

#include <stdbool.h>

struct line {
    int fd;       /* -1: closed */
    int arrivals; /* of a port: readable when somebody may have come; else -1 */
    bool away;    /* nobody is at a port's other end */
};

/* Opens what a path below /dev names; ports are /dev/virtio-ports/NAME. False with errno. */
bool open_line(struct line *line, const char *path);

void close_line(struct line *line);

/* The descriptor to wait for, and the events of it out of those that are wanted. -1: none. */
int watch_line(const struct line *line, short *events);

/* Nothing can be read any more. False: only a port's host is gone, and another may come. */
bool take_line_end(struct line *line);

/* Looks whether somebody has come to a port, after the descriptor that was waited for has become ready. */
void hear_arrivals(struct line *line);

/* Forgets what was sent here and not read yet. */
void forget_received(const struct line *line);

#endif
