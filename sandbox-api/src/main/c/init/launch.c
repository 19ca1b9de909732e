#include "launch.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "execute.h"
#include "identity.h"
#include "kernel.h"
#include "report.h"
#include "wire.h"

enum { REPORT_FD = 3 };

void default_signals(void) {
    static const uint64_t by_default[4]; /* the kernel's struct sigaction: SIG_DFL, no flags, no mask */
    sigset_t none;

    /* libc refuses its own signals, which a caller may have ignored; the kernel refuses SIGKILL and SIGSTOP only */
    for (int number = 1; number <= 64; number++)
        syscall(SYS_rt_sigaction, number, by_default, NULL, sizeof(uint64_t));
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

int enter_payload(int pid_namespace, int mount_namespace) {
    return setns(pid_namespace, CLONE_NEWPID) < 0 || setns(mount_namespace, CLONE_NEWNS) < 0 ? -1 : 0;
}

/* The terminal is one of the payload's own; the supervisor gets the other side. Returns the program's side. */
static int open_terminal(const struct record *record) {
    struct winsize size = {.ws_row = record->rows, .ws_col = record->columns};
    int unlocked = 0;
    int master = open("/dev/pts/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC);

    if (master < 0)
        report_failure(STAGE_TERMINAL, "cannot open /dev/pts/ptmx");
    if (ioctl(master, TIOCSPTLCK, &unlocked) < 0)
        report_failure(STAGE_TERMINAL, "cannot unlock the terminal");
    int slave = ioctl(master, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (slave < 0)
        report_failure(STAGE_TERMINAL, "cannot open the terminal");
    if (ioctl(slave, TIOCSWINSZ, &size) < 0)
        report_failure(STAGE_TERMINAL, "cannot set the size of the terminal");
    if (fchown(slave, record->uid, (gid_t)-1) < 0)
        report_failure(STAGE_TERMINAL, "cannot give the terminal to user %u", record->uid);
    report_files(&master, 1);
    return slave;
}

static void connect_stdio(const struct record *record, const struct wires *wires) {
    struct wires program = *wires;

    if (record->terminal)
        program.input = program.output = program.error = open_terminal(record);
    if (dup2(program.input, 0) < 0 || dup2(program.output, 1) < 0 || dup2(program.error, 2) < 0)
        report_failure(STAGE_EXEC, "cannot connect the streams");
    if (record->terminal)
        return;
    /* /dev/stderr is opened by name: the pipe must belong to who does it */
    for (int fd = 0; fd <= 2; fd++) {
        if (fchown(fd, record->uid, record->gid) < 0)
            report_failure(STAGE_IDENTITY, "cannot give a stream to user %u", record->uid);
    }
}

static void keep_only_stdio(int report) {
    if (report != REPORT_FD && dup3(report, REPORT_FD, O_CLOEXEC) < 0)
        report_failure(STAGE_EXEC, "cannot keep the report's socket");
    report_to(REPORT_FD);
    if (close_from(REPORT_FD + 1) < 0)
        report_failure(STAGE_EXEC, "cannot close the supervisor's descriptors");
}

static const char *name_of_limit(uint32_t resource) {
    switch (resource) {
    case RLIMIT_CPU:
        return "processor time";
    case RLIMIT_FSIZE:
        return "file size";
    case RLIMIT_CORE:
        return "core dumps";
    case RLIMIT_NPROC:
        return "processes";
    case RLIMIT_NOFILE:
        return "open files";
    default:
        return "an unknown resource";
    }
}

static void set_limit(const struct limit *limit, uint64_t room) {
    uint64_t values[2], own[2];

    if (syscall(SYS_prlimit64, 0, limit->resource, NULL, own) < 0)
        report_failure(STAGE_LIMITS, "cannot read the limit of %s", name_of_limit(limit->resource));
    values[1] = limit->hard == UINT64_MAX ? own[1] : limit->hard + room;
    values[0] = limit->soft < values[1] ? limit->soft + room : values[1];
    if (syscall(SYS_prlimit64, 0, limit->resource, values, NULL) < 0)
        report_failure(STAGE_LIMITS,
                       "cannot set the limit of %s to %llu, as no more than %llu can be had here; give that or less",
                       name_of_limit(limit->resource), (unsigned long long)(values[1] - room),
                       (unsigned long long)(own[1] - room));
}

/* The launcher is one more of the user's processes until it is gone, and only here is it privileged to raise a limit. */
static void set_limits(const struct record *record) {
    for (size_t i = 0; i < record->limit_count; i++)
        set_limit(&record->limits[i], record->limits[i].resource == RLIMIT_NPROC ? 1 : 0);
    umask(record->umask);
}

/* Takes the launcher's room back: it ends while the program is on its way to its image. */
static void limit_processes(const struct record *record) {
    for (size_t i = 0; i < record->limit_count; i++)
        if (record->limits[i].resource == RLIMIT_NPROC)
            set_limit(&record->limits[i], 0);
}

static void enter_directory(char **directories) {
    if (!*directories && chdir("/") < 0)
        report_failure(STAGE_DIRECTORY, "cannot enter /");
    for (; *directories; directories++) {
        if (chdir(*directories) == 0)
            return;
        if (!directories[1])
            report_failure(STAGE_DIRECTORY, "cannot enter '%.300s'", *directories);
    }
}

static _Noreturn void become_program(const struct record *record) {
    if (setsid() < 0 || (record->terminal && ioctl(0, TIOCSCTTY, 0) < 0))
        report_failure(STAGE_TERMINAL, "cannot lead a session");
    default_signals();
    limit_processes(record);
    enter_directory(record->directories);
    report_pid(getpid());
    if (!record->privileges)
        install_filter(record);
    execute(record->arguments, record->environment);
    int error = errno;
    bool there = error == ENOENT && strchr(record->arguments[0], '/') && access(record->arguments[0], F_OK) == 0;
    errno = error;
    report_failure(STAGE_EXEC, there ? "cannot execute '%.300s', which is there, but not its interpreter"
                                     : "cannot execute '%.300s'",
                   record->arguments[0]);
}

/* The kernel stores the process id in the launcher's memory; the program has no way to that page. */
static void keep_apart(pid_t *pid) {
    uintptr_t size = (uintptr_t)sysconf(_SC_PAGESIZE);
    if (madvise((void *)((uintptr_t)pid & ~(size - 1)), size, MADV_DONTFORK) < 0)
        report_failure(STAGE_EXEC, "cannot keep the process id apart");
}

static _Noreturn void prepare(const struct record *record, int pid_namespace, int mount_namespace,
                              const struct wires *wires, pid_t *pid) {
    report_to(wires->report);
    if (expose_to_out_of_memory() < 0)
        report_failure(STAGE_LIMITS, "cannot give up the supervisor's place when memory runs out");
    if (enter_payload(pid_namespace, mount_namespace) < 0)
        report_failure(STAGE_NAMESPACES, "cannot enter the payload's namespaces");
    connect_stdio(record, wires);
    keep_only_stdio(wires->report);
    set_limits(record);
    take_identity(record);
    keep_apart(pid);
    pid_t child = fork_sibling(pid);
    if (child < 0)
        report_failure(STAGE_EXEC, "cannot start a process");
    if (child == 0)
        become_program(record);
    _exit(0);
}

pid_t launch(const struct record *record, int pid_namespace, int mount_namespace, const struct wires *wires,
             pid_t *pid) {
    pid_t launcher = fork();
    if (launcher == 0)
        prepare(record, pid_namespace, mount_namespace, wires, pid);
    return launcher;
}
