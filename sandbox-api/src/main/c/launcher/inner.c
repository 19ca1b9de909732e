#include "launcher.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* systemd's protocol of handing listening sockets on: they start at this descriptor. */
#define LISTEN_FD 3
/* A libvirtd that lives shorter than this has failed; so many in a row are a crash loop. */
#define SHORT_LIFE_SECONDS 10
#define MAX_SHORT_LIVES 5
/* Enough for libvirtd to run a thousand containers. */
#define DESCRIPTORS 4096

static _Noreturn void give_up(int report)
{
    /* Once the outer process has heard "+" nobody reads the pipe any more: the log has it then. */
    fprintf(stderr, "sandbox-libvirtd: %s\n", problem_text());
    if (report >= 0)
        dprintf(report, "%s", problem_text());
    _exit(1);
}

/* The pidfd of a process becomes readable when the process has ended. */
static bool has_ended(int process)
{
    struct pollfd ended = {.fd = process, .events = POLLIN};

    return poll(&ended, 1, 0) != 0;
}

/*
 * The outer process may have ended before the death signal was asked for, and in a new PID
 * namespace getppid() is 0 either way: its pidfd, opened before the fork, tells.
 */
static bool die_with(int outer)
{
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0)
        return problem_set("cannot ask for the parent's death signal");
    if (has_ended(outer)) {
        errno = 0;
        return problem_set("the outer process has ended");
    }
    close(outer);
    return true;
}

/* The owner's pipes stay the outer process's alone, so that their ends mean its end. */
static bool let_go_of_owner(const struct daemon *daemon)
{
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);

    close(daemon->owner);
    cgroups_disclaim();
    if (null < 0 || dup2(null, STDIN_FILENO) < 0 || dup2(null, STDOUT_FILENO) < 0)
        return problem_set("cannot open /dev/null");
    close(null);
    return true;
}

/*
 * What libvirtd starts for a container closes all numbers below this limit one by one, used or not, before the init
 * runs: with 20,000 that takes longer than all that the init does. Each container holds a few of them.
 */
static void limit_descriptors(void)
{
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) < 0 || limit.rlim_cur <= DESCRIPTORS)
        return;
    limit.rlim_cur = DESCRIPTORS;
    if (setrlimit(RLIMIT_NOFILE, &limit) < 0)
        perror("sandbox-libvirtd: cannot limit libvirtd's descriptors");
}

static _Noreturn void exec_libvirtd(const struct daemon *daemon)
{
    char self[32];
    char drivers[PATH_SIZE];
    sigset_t none;

    snprintf(self, sizeof self, "LISTEN_PID=%d", getpid());
    /* the owner's choice of drivers; without it libvirtd looks where it was installed */
    bool chosen = format_path(drivers, sizeof drivers, "LIBVIRT_DRIVER_DIR=%s/drivers", daemon->directory) &&
                  access(strchr(drivers, '/'), F_OK) == 0;
    char *const environment[] = {
        "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        "HOME=/root",
        "LANG=C.UTF-8",
        "LISTEN_FDS=1",
        "LISTEN_FDNAMES=libvirtd.socket",
        self,
        chosen ? drivers : NULL,
        NULL,
    };
    char *const arguments[] = {
        (char *)daemon->libvirtd, "--config", "/etc/libvirt/libvirtd.conf", "--pid-file",
        "/run/libvirtd.pid",      NULL,
    };

    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    for (int number = 1; number < NSIG; number++)
        signal(number, SIG_DFL); /* two of them refuse, and are default anyway */
    umask(022);
    setsid();
    limit_descriptors();
    /* dup2 of a descriptor onto itself would leave it to be closed by exec */
    if (daemon->socket == LISTEN_FD ? fcntl(LISTEN_FD, F_SETFD, 0) == 0
                                    : dup2(daemon->socket, LISTEN_FD) == LISTEN_FD) {
        if (daemon->session)
            session_exec(daemon, chosen ? drivers : NULL);
        execve(daemon->libvirtd, arguments, environment);
    }
    perror("sandbox-libvirtd: cannot run libvirtd");
    _exit(127);
}

static pid_t spawn_libvirtd(const struct daemon *daemon)
{
    if (!users_lend())
        return -1;
    pid_t pid = fork();
    if (pid == 0)
        exec_libvirtd(daemon);
    if (pid < 0)
        problem_set("cannot fork");
    if (pid < 0 || !users_lent())
        return pid;
    /* beside the loop that reaps: it waits for libvirtd's first answer */
    pid_t taker = fork();
    if (taker == 0) {
        users_take_back(daemon);
        _exit(0);
    }
    if (taker < 0)
        perror("sandbox-libvirtd: cannot fork; /etc/passwd stays covered");
    return pid;
}

/* PID 1 inherits every orphan and has to reap it: libvirt takes an ended QEMU for alive till then. */
static int reap_until(pid_t pid)
{
    int status;
    pid_t ended;

    do
        ended = wait(&status);
    while (ended != pid && (ended > 0 || errno == EINTR));
    return ended == pid ? status : -1;
}

static time_t now(void)
{
    struct timespec time = {0};

    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec;
}

/* Containers outlive their libvirtd, and the next one finds them again. */
static _Noreturn void keep_running(const struct daemon *daemon, pid_t libvirtd)
{
    int short_lives = 0;

    while (libvirtd > 0) {
        time_t started = now();
        int status = reap_until(libvirtd);
        fprintf(stderr, "sandbox-libvirtd: libvirtd ended with wait status %d\n", status);
        short_lives = now() - started < SHORT_LIFE_SECONDS ? short_lives + 1 : 0;
        if (short_lives == MAX_SHORT_LIVES)
            break;
        libvirtd = spawn_libvirtd(daemon);
    }
    if (libvirtd < 0)
        give_up(-1);
    errno = 0;
    problem_set("libvirtd ended %d times in a row soon after its start", short_lives);
    give_up(-1);
}

static bool enter_namespaces(const struct daemon *daemon)
{
    if (daemon->machines) {
        if (unshare(CLONE_NEWNS) != 0)
            return problem_set("cannot make a mount namespace");
        return places_arrange(daemon) && users_prepare(daemon) && groups_pretend();
    }
    if (!cgroups_enter())
        return false;
    if (unshare(CLONE_NEWNS | CLONE_NEWCGROUP) != 0)
        return problem_set("cannot make a mount and a cgroup namespace");
    if (daemon->private_network && unshare(CLONE_NEWNET) != 0)
        return problem_set("cannot make a network namespace");
    return places_arrange(daemon) && (!daemon->private_network || network_arrange(daemon)) &&
           users_prepare(daemon) && cgroups_remount();
}

_Noreturn void inner_run(const struct daemon *daemon, int report, int outer)
{
    if (!let_go_of_owner(daemon) || !die_with(outer) ||
        !(daemon->session ? session_adopt() : enter_namespaces(daemon)))
        give_up(report);
    pid_t libvirtd = spawn_libvirtd(daemon);
    if (libvirtd < 0 || write(report, "+", 1) != 1)
        give_up(report);
    close(report);
    keep_running(daemon, libvirtd);
}
