#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "files.h"

/* Only the end of its stdin ends it: Ctrl-C and the end of the terminal are the owner's to deal with. */
static int take_signals(void) {
    static const int ignored[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE};
    sigset_t child;

    for (size_t i = 0; i < sizeof(ignored) / sizeof(ignored[0]); i++)
        signal(ignored[i], SIG_IGN);
    sigemptyset(&child);
    sigaddset(&child, SIGCHLD);
    int signals = -1;
    if (sigprocmask(SIG_SETMASK, &child, NULL) == 0)
        signals = signalfd(-1, &child, SFD_CLOEXEC | SFD_NONBLOCK);
    if (signals < 0)
        fail("cannot take signals");
    return signals;
}

/* Nobody writes to it: what is read is its end. */
static bool owner_has_ended(void) {
    char byte;
    ssize_t got = read(STDIN_FILENO, &byte, 1);

    return got == 0 || (got < 0 && errno != EINTR && errno != EAGAIN);
}

static void watch(pid_t inner, int signals) {
    struct pollfd sources[] = {{.fd = STDIN_FILENO, .events = POLLIN}, {.fd = signals, .events = POLLIN}};

    for (;;) {
        if (poll(sources, 2, -1) < 0 && errno != EINTR)
            return;
        if (waitpid(inner, NULL, WNOHANG) == inner)
            return;
        struct signalfd_siginfo signal;
        while (read(signals, &signal, sizeof(signal)) > 0)
            continue;
        if (sources[0].revents != 0 && owner_has_ended())
            return;
    }
}

/* The inner process has the other end of a pipe that ends with this one, however that ends. */
static pid_t fork_inner(const struct order *order, int lifeline[2]) {
    if (pipe2(lifeline, O_CLOEXEC) < 0)
        fail("cannot make a pipe");
    if (unshare(CLONE_NEWPID) < 0)
        fail("cannot make a PID namespace");
    pid_t inner = fork();
    if (inner < 0)
        fail("cannot fork");
    if (inner == 0) {
        close(lifeline[1]);
        serve(order, lifeline[0]);
    }
    close(lifeline[0]);
    return inner;
}

int main(int count, char *const *words) {
    static struct order order;

    (void)count;
    read_order(&order, words + 1);
    int signals = take_signals();
    enter_namespaces(&order);
    make_views(&order);
    listen_all(&order);
    int lifeline[2];
    pid_t inner = fork_inner(&order, lifeline);
    watch(inner, signals);
    /* who waits for this process finds no server any more */
    close(lifeline[1]);
    while (waitpid(inner, NULL, 0) < 0 && errno == EINTR)
        continue;
    return 0;
}
