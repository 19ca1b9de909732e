#include "farewell.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

enum { FAREWELL_SECONDS = 2 };

static int milliseconds_until(const struct timespec *deadline) {
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    long left = (deadline->tv_sec - now.tv_sec) * 1000 + (deadline->tv_nsec - now.tv_nsec) / 1000000;
    return left > 0 ? (int)left : 0;
}

static bool is_told_to_end(int signals) {
    struct signalfd_siginfo info;

    while (read(signals, &info, sizeof(info)) == (ssize_t)sizeof(info)) {
        if (info.ssi_signo != SIGCHLD)
            return true;
    }
    return false;
}

void await_farewell(struct session *session, int signals) {
    struct pollfd fds[2] = {{.fd = session->channel.fd, .events = POLLIN}, {.fd = signals, .events = POLLIN}};
    struct timespec deadline;

    clock_gettime(CLOCK_MONOTONIC, &deadline);
    deadline.tv_sec += FAREWELL_SECONDS;
    while (!session->shut_down) {
        int left = milliseconds_until(&deadline);
        int ready = left > 0 ? poll(fds, 2, left) : 0;
        if (ready < 0 && errno == EINTR)
            continue;
        if (ready <= 0 || (fds[1].revents && is_told_to_end(signals)))
            return;
        if (fds[0].revents && (fill_channel(&session->channel) < 0 || !hear_farewell(session)))
            return;
    }
}
