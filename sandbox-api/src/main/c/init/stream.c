#include "stream.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <termios.h>
#include <unistd.h>

enum {
    PIPE_SIZE = 256 * 1024,
    /* what the kernel keeps for a terminal at most: a line discipline's 4 KiB behind 8 KiB of a pty, and slack */
    TERMINAL_REST = 64 * 1024,
};

int widen_pipe(int end) {
    /* refused to a user above fs.pipe-user-pages-soft; the usual 64 KiB serve too */
    if (fcntl(end, F_SETPIPE_SZ, PIPE_SIZE) < 0 && errno != EPERM && errno != EBUSY)
        return -1;
    int flags = fcntl(end, F_GETFL);
    return flags < 0 ? -1 : fcntl(end, F_SETFL, flags | O_NONBLOCK);
}

static bool is_temporary(int error) {
    return error == EAGAIN || error == EWOULDBLOCK || error == EINTR;
}

void close_input(struct input *input) {
    if (input->fd >= 0)
        close(input->fd);
    if (input->ring)
        munmap(input->ring, WINDOW);
    input->fd = -1;
    input->ring = NULL;
    input->used = 0;
}

void refuse_input(struct input *input) {
    input->refused = !input->ending;
    close_input(input);
}

/* How much the program took; what it can no longer take closes the input. */
static size_t write_input(struct input *input, const uint8_t *bytes, size_t size) {
    ssize_t written = write(input->fd, bytes, size);

    if (written > 0) {
        input->last = bytes[written - 1];
        return (size_t)written;
    }
    if (written < 0 && !is_temporary(errno))
        refuse_input(input);
    return 0;
}

static void append_to_ring(struct input *input, const uint8_t *bytes, size_t size) {
    size_t at = (input->start + input->used) % WINDOW;
    size_t first = size < WINDOW - at ? size : WINDOW - at;

    memcpy(input->ring + at, bytes, first);
    memcpy(input->ring, bytes + first, size - first);
    input->used += size;
}

bool store_input(struct input *input, const uint8_t *bytes, size_t size, bool started) {
    if (!started || size > input->outstanding)
        return false;
    input->outstanding -= size;
    if (input->fd < 0 || input->ending)
        return true; /* on its way when the program stopped reading */
    if (input->used == 0) {
        size_t written = write_input(input, bytes, size);
        bytes += written;
        size -= written;
    }
    if (size == 0 || input->fd < 0)
        return true;
    if (!input->ring) {
        void *ring = mmap(NULL, WINDOW, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (ring == MAP_FAILED) {
            refuse_input(input);
            return true;
        }
        input->ring = ring;
        input->start = 0;
    }
    append_to_ring(input, bytes, size);
    return true;
}

/*
 * A terminal has no end but the one that is typed. The end-of-file character ends a line that has begun, and the input
 * only at the start of a line.
 */
static void type_end(struct input *input) {
    struct termios settings;

    if (tcgetattr(input->fd, &settings) < 0 || !(settings.c_lflag & ICANON))
        return;
    cc_t end[2] = {settings.c_cc[VEOF], settings.c_cc[VEOF]};
    size_t count = input->last == 0 || input->last == '\n' ? 1 : 2;
    if (write(input->fd, end, count) < 0 && is_temporary(errno))
        return; /* a terminal so full that it drops what is typed */
}

void drain_input(struct input *input, bool terminal) {
    while (input->fd >= 0 && input->used > 0) {
        size_t run = WINDOW - input->start < input->used ? WINDOW - input->start : input->used;
        size_t written = write_input(input, input->ring + input->start, run);
        if (written == 0)
            return;
        input->start = (input->start + written) % WINDOW;
        input->used -= written;
    }
    if (input->fd < 0 || !input->ending || input->used > 0)
        return;
    if (terminal)
        type_end(input);
    close_input(input);
}

static void end_output(struct output *output) {
    if (output->fd >= 0)
        close(output->fd);
    output->fd = -1;
    output->ended = true;
}

/* Of a terminal, poll makes the kernel hand over what the line discipline has not seen yet. */
bool is_silent(int fd) {
    struct pollfd here = {.fd = fd, .events = POLLIN};
    return poll(&here, 1, 0) >= 0 && !(here.revents & POLLIN);
}

/* Whether nothing more will come. An end needs no credit, and so must be found without reading. */
static bool is_drained(const struct output *output, bool terminal) {
    return output->rest == 0 ||
           ((output->hung_up || (terminal && output->rest != UINT64_MAX)) && is_silent(output->fd));
}

bool relay_output(struct output *output, bool terminal, struct channel *channel, uint32_t proc, uint32_t serial) {
    if (output->fd < 0)
        return false;
    if (is_drained(output, terminal)) {
        end_output(output);
        return false;
    }
    if (output->credit == 0)
        return false;
    uint64_t most = output->credit < output->rest ? output->credit : output->rest;
    size_t size = most < SIZE_MAX ? (size_t)most : SIZE_MAX;
    uint8_t *room = reserve_data(channel, &size);
    if (!room)
        return false;
    ssize_t got = read(output->fd, room, size);
    if (got < 0 && is_temporary(errno)) {
        if (output->rest != UINT64_MAX && errno != EINTR)
            end_output(output); /* another reader took it: the program can open its own pipe */
        return false;
    }
    if (got <= 0) { /* a terminal that nobody has open answers EIO */
        end_output(output);
        return false;
    }
    commit_data(channel, proc, serial, (size_t)got);
    output->credit -= (uint64_t)got;
    if (output->rest != UINT64_MAX)
        output->rest -= (uint64_t)got;
    if (output->rest == 0)
        end_output(output);
    return true;
}

void bound_output(struct output *output, bool terminal) {
    int waiting = 0;

    if (output->fd < 0)
        return;
    if (terminal)
        output->rest = TERMINAL_REST;
    else
        output->rest = ioctl(output->fd, FIONREAD, &waiting) == 0 ? (uint64_t)waiting : 0;
}
