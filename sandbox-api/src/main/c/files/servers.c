#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "files.h"

/* Where a server finds its socket. */
#define SERVER_FD 3

static pid_t servers[MOST_SHARES];

static void listen_at(const struct order *order, struct share *share) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};

    if (strlen(share->socket) >= sizeof(address.sun_path)) {
        errno = ENAMETOOLONG;
        fail("cannot listen at '%s'", share->socket);
    }
    strcpy(address.sun_path, share->socket);
    share->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (share->listener < 0 || bind(share->listener, (struct sockaddr *)&address, sizeof(address)) < 0)
        fail("cannot listen at '%s'", share->socket);
    if (order->has_owner && chown(share->socket, order->owner, order->owner_group) < 0)
        fail("cannot give '%s' to the hypervisor's user", share->socket);
    if (listen(share->listener, 1) < 0)
        fail("cannot listen at '%s'", share->socket);
}

void listen_all(struct order *order) {
    mode_t before = umask(0177);

    for (int i = 0; i < order->count; i++)
        listen_at(order, &order->shares[i]);
    umask(before);
}

static _Noreturn void execute(const struct order *order, int number) {
    char view[PATH_SIZE], source[PATH_SIZE + sizeof("source=")];
    char socket[sizeof("--fd=") + 8];
    sigset_t none;
    /* where the rights are borrowed, no new /proc can be had, which its own namespaces need */
    const char *sandbox = order->has_user ? "sandbox=chroot" : "sandbox=namespace";

    view_path(view, order, number);
    snprintf(source, sizeof(source), "source=%s", view);
    snprintf(socket, sizeof(socket), "--fd=%d", SERVER_FD);
    /* what users want of a file system, and nothing that costs a question to the host at each write */
    const char *const arguments[] = {order->server, socket, "-f", "-o", source, "-o", sandbox, NULL};
    int listener = order->shares[number].listener;
    bool has = listener == SERVER_FD ? fcntl(listener, F_SETFD, 0) == 0 : dup2(listener, SERVER_FD) == SERVER_FD;
    int null = open("/dev/null", O_RDONLY | O_CLOEXEC);

    if (!has || null < 0 || dup2(null, STDIN_FILENO) < 0 || dup2(STDERR_FILENO, STDOUT_FILENO) < 0)
        _exit(126);
    for (int signal_number = 1; signal_number < NSIG; signal_number++)
        signal(signal_number, SIG_DFL); /* two of them refuse, and are default anyway */
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    umask(0);
    execve(order->server, (char *const *)arguments, (char *const[]){NULL});
    perror(order->server);
    _exit(127);
}

static void start_all(const struct order *order) {
    for (int i = 0; i < order->count; i++) {
        servers[i] = fork();
        if (servers[i] < 0)
            fail("cannot fork");
        if (servers[i] == 0)
            execute(order, i);
    }
    /* a server's end is to be the end of its socket */
    for (int i = 0; i < order->count; i++)
        close(order->shares[i].listener);
}

/* Those that left their parent are reaped, too. Returns how many servers have ended. */
static int reap(const struct order *order) {
    int ended = 0, status;

    for (pid_t pid = waitpid(-1, &status, WNOHANG); pid > 0; pid = waitpid(-1, &status, WNOHANG)) {
        for (int i = 0; i < order->count; i++) {
            if (servers[i] != pid)
                continue;
            servers[i] = 0;
            ended++;
            printf("ended %d %d\n", i, status);
        }
    }
    fflush(stdout);
    return ended;
}

_Noreturn void serve(const struct order *order, int lifeline) {
    sigset_t child;
    int running = order->count;

    sigemptyset(&child);
    sigaddset(&child, SIGCHLD); /* blocked since before the fork */
    int signals = signalfd(-1, &child, SFD_CLOEXEC | SFD_NONBLOCK);
    if (signals < 0)
        fail("cannot take signals");
    start_all(order);
    printf("ready\n");
    fflush(stdout);
    struct pollfd sources[] = {{.fd = lifeline, .events = POLLIN}, {.fd = signals, .events = POLLIN}};
    while (running > 0) {
        struct signalfd_siginfo signal;
        if (poll(sources, 2, -1) < 0 && errno != EINTR)
            break;
        if (sources[0].revents != 0)
            break;
        while (read(signals, &signal, sizeof(signal)) > 0)
            continue;
        running -= reap(order);
    }
    _exit(0); /* whatever is left of this namespace ends with its first process */
}
