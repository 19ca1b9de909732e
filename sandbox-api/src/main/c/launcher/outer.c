#include "launcher.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* "terminal", a path and the attributes in hexadecimal fit well. */
#define COMMAND_SIZE 1024

/* What the owner is told of the log; less than a pipe takes without anybody reading. */
#define LOG_TAIL 2048

enum end { OWNER_ENDED, INNER_ENDED };

static bool make_pipe(int ends[2])
{
    return pipe2(ends, O_CLOEXEC) == 0 || problem_set("cannot make a pipe");
}

/* The inner process is the first of a new PID namespace, if there is one; this one stays in its own. */
static pid_t fork_inner(const struct daemon *daemon, int *report)
{
    int ends[2];
    int self = (int)syscall(SYS_pidfd_open, getpid(), 0);

    if (self < 0 || fcntl(self, F_SETFD, FD_CLOEXEC) != 0) {
        problem_set("cannot open a pidfd");
        return -1;
    }
    if (!make_pipe(ends))
        return -1;
    if (!daemon->session && !pid_namespace_make(daemon->machines))
        return -1;
    pid_t inner = fork();
    if (inner == 0) {
        close(ends[0]);
        inner_run(daemon, ends[1], self);
    }
    if (inner < 0)
        problem_set("cannot fork");
    close(ends[1]);
    close(self);
    *report = ends[0];
    return inner;
}

/* The inner process says "+" or what went wrong, at once; or it ends without a word. */
static bool await_inner(int report)
{
    char text[600];
    ssize_t length = read(report, text, sizeof text - 1);

    close(report);
    if (length > 0 && text[0] == '+')
        return true;
    text[length > 0 ? length : 0] = '\0';
    errno = 0;
    return problem_set("%s", length > 0 ? text : "the inner process ended");
}

/*
 * Only the end of its stdin ends this process. A service manager sends SIGTERM to every process of
 * a service: the owner has to get the time to end its sandboxes in order, with a daemon to ask.
 */
static int open_signals(void)
{
    static const int ignored[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE};
    sigset_t child;

    for (size_t i = 0; i < sizeof ignored / sizeof *ignored; i++)
        signal(ignored[i], SIG_IGN);
    sigemptyset(&child);
    sigaddset(&child, SIGCHLD);
    if (sigprocmask(SIG_BLOCK, &child, NULL) != 0)
        return -1;
    return signalfd(-1, &child, SFD_CLOEXEC | SFD_NONBLOCK);
}

/* Takes whole lines out of a buffer; what does not fit into one is dropped. */
static size_t run_commands(char *buffer, size_t length)
{
    char *line = buffer;
    char *end;

    while ((end = memchr(line, '\n', length - (size_t)(line - buffer))) != NULL) {
        *end = '\0';
        terminal_command(line);
        line = end + 1;
    }
    size_t rest = length - (size_t)(line - buffer);
    memmove(buffer, line, rest);
    return rest < COMMAND_SIZE ? rest : 0;
}

/* True once the owner has closed its end, or died. */
static bool read_owner(void)
{
    static char buffer[COMMAND_SIZE];
    static size_t length;
    ssize_t got = read(STDIN_FILENO, buffer + length, sizeof buffer - length);

    if (got < 0)
        return errno != EINTR && errno != EAGAIN;
    length = run_commands(buffer, length + (size_t)got);
    return got == 0;
}

/* WNOWAIT: it is left to be reaped, and its process id its own, until then. */
static bool is_ended(pid_t inner)
{
    siginfo_t child = {0};

    return waitid(P_PID, (id_t)inner, &child, WEXITED | WNOHANG | WNOWAIT) == 0 &&
           child.si_pid == inner;
}

static enum end watch(pid_t inner, int signals)
{
    struct pollfd sources[] = {{.fd = STDIN_FILENO, .events = POLLIN},
                               {.fd = signals, .events = POLLIN}};

    for (;;) {
        if (poll(sources, 2, -1) < 0 && errno != EINTR)
            return OWNER_ENDED;
        struct signalfd_siginfo signal;
        if (read(signals, &signal, sizeof signal) == sizeof signal && is_ended(inner))
            return INNER_ENDED;
        if (sources[0].revents != 0 && read_owner())
            return OWNER_ENDED;
    }
}

/* The kernel reports the end of a namespace's first process when all others of it have ended. */
static void end_inner(pid_t inner)
{
    if (inner <= 0)
        return;
    kill(inner, SIGKILL);
    while (waitpid(inner, NULL, 0) < 0 && errno == EINTR)
        continue;
}

/* Tells the owner what the log says last: the log goes with the directory. */
static void tell_log(const struct daemon *daemon)
{
    char path[PATH_SIZE];
    char tail[LOG_TAIL];

    if (!format_path(path, sizeof path, "%s/log/libvirtd.log", daemon->directory))
        return;
    int log = open(path, O_RDONLY | O_CLOEXEC);
    off_t size = log < 0 ? -1 : lseek(log, 0, SEEK_END);
    ssize_t length = 0;
    if (size > 0)
        length = pread(log, tail, sizeof tail, size > LOG_TAIL ? size - LOG_TAIL : 0);
    if (length > 0)
        printf("%.*s\n", (int)length, tail);
    fflush(stdout);
    if (log >= 0)
        close(log);
}

/* Only once the inner process has ended. False: some of it stays, and tree_problem says why. */
static bool remove_all(const struct daemon *daemon)
{
    char name[sizeof "daemon-" + ID_DIGITS];
    int state = open(daemon->state, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    snprintf(name, sizeof name, "daemon-%s", daemon->id);
    if (state < 0)
        return true;
    bool removed = true;
    if (daemon_end(state, name)) {
        if (daemon->session)
            session_reap();
        removed = tree_remove(state, name);
    }
    close(state);
    state_remove_if_empty(daemon->state);
    return removed;
}

static bool furnish(const struct daemon *daemon)
{
    if (daemon->session)
        return session_furnish(daemon) && session_adopt();
    return daemon_furnish(daemon) && (daemon->machines || cgroups_make(daemon));
}

/* In one line that begins with the cause, whatever the removal runs into: the owner reads no other. */
static int fail(const struct daemon *daemon, pid_t inner)
{
    char cause[1024];

    snprintf(cause, sizeof cause, "%s", problem_text());
    end_inner(inner);
    bool removed = daemon->directory[0] == '\0' || remove_all(daemon);
    printf("failed %s%s%s\n", cause, removed ? "" : "; ", removed ? "" : tree_problem());
    fflush(stdout);
    return 1;
}

int outer_run(struct daemon *daemon)
{
    int report = -1;
    pid_t inner = -1;
    int signals = open_signals();

    daemon->outer = getpid();
    if (signals < 0) {
        problem_set("cannot take signals");
        return fail(daemon, inner);
    }
    /* a session of its own: Ctrl-C and the end of the owner's terminal are not for the daemon */
    if (setsid() < 0) {
        problem_set("cannot make a session");
        return fail(daemon, inner);
    }
    if (!daemon_claim(daemon) || !furnish(daemon) || !daemon_listen(daemon) || (inner = fork_inner(daemon, &report)) < 0)
        return fail(daemon, inner);
    /* libvirtd starts meanwhile */
    if (!sweep(daemon->state, NULL))
        fprintf(stderr, "sandbox-libvirtd: %s\n", problem_text());
    if (!await_inner(report))
        return fail(daemon, inner);
    close(daemon->socket);
    printf("ready\n");
    fflush(stdout);
    enum end end = watch(inner, signals);
    end_inner(inner);
    /* where the owner lives, the state directories are its own to remove */
    if (end == OWNER_ENDED) {
        terminal_restore();
        marked_remove(daemon);
    } else {
        tell_log(daemon);
    }
    if (!remove_all(daemon)) { /* the log that stderr goes to is in there */
        printf("%s\n", tree_problem());
        fflush(stdout);
    }
    return 0;
}
