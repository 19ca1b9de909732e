#include "payload.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "identity.h"
#include "kernel.h"
#include "launch.h"
#include "machine.h"
#include "mounts.h"
#include "shares.h"
#include "wire.h"

enum { CAPABILITY_KILL = 5, GROUP_LARGEST = 1024, COUNTS_LARGEST = 16384 };

void init_payload(struct payload *payload) {
    *payload = (struct payload){.report = -1,
                                .mount_namespace = -1,
                                .pid_namespace = -1,
                                .timer = -1,
                                .memory_events = -1};
}

static void close_if_open(int *fd) {
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

static unsigned long long read_kills(int fd) {
    static char text[COUNTS_LARGEST];
    ssize_t size = fd < 0 ? -1 : pread(fd, text, sizeof(text) - 1, 0);
    if (size < 0)
        return 0;
    text[size] = 0;
    const char *found = strstr(text, "oom_kill ");
    return found ? strtoull(found + strlen("oom_kill "), NULL, 10) : 0;
}

/* Where a controller, or version 2 with an empty name, has this process; a path of its hierarchy. */
static bool find_group(const char *controller, char group[GROUP_LARGEST]) {
    char line[GROUP_LARGEST + 64], start[32];
    FILE *file = fopen("/proc/self/cgroup", "re");
    bool found = false;

    snprintf(start, sizeof(start), ":%s:/", controller);
    while (file && !found && fgets(line, sizeof(line), file)) {
        char *at = strchr(line, ':');
        found = at && strncmp(at, start, strlen(start)) == 0;
        if (found) {
            at += strlen(start) - 1;
            at[strcspn(at, "\n")] = 0;
            snprintf(group, GROUP_LARGEST, "%s", strcmp(at, "/") == 0 ? "" : at);
        }
    }
    if (file)
        fclose(file);
    return found;
}

/*
 * The kernel counts what it killed in the group itself, not in those above it. Where the container sees its own group
 * as the root, the shorter path is right.
 */
static void watch_memory(struct payload *payload) {
    static const struct {
        const char *controller;
        const char *place;
        const char *file;
    } hierarchies[] = {{"memory", "/sys/fs/cgroup/memory", "memory.oom_control"},
                       {"", "/sys/fs/cgroup", "memory.events"}};
    char group[GROUP_LARGEST], path[GROUP_LARGEST + 64];

    for (size_t i = 0; i < 2 && !is_machine() && payload->memory_events < 0; i++) {
        if (!find_group(hierarchies[i].controller, group))
            continue;
        snprintf(path, sizeof(path), "%s%s/%s", hierarchies[i].place, group, hierarchies[i].file);
        payload->memory_events = open(path, O_RDONLY | O_CLOEXEC);
        snprintf(path, sizeof(path), "%s/%s", hierarchies[i].place, hierarchies[i].file);
        if (payload->memory_events < 0)
            payload->memory_events = open(path, O_RDONLY | O_CLOEXEC);
    }
    if (is_machine()) /* has no cgroups, and nobody else's processes */
        payload->memory_events = open("/proc/vmstat", O_RDONLY | O_CLOEXEC);
    payload->kills_before = read_kills(payload->memory_events);
}

bool out_of_memory(const struct payload *payload) {
    return read_kills(payload->memory_events) > payload->kills_before;
}

/*
 * The payload's PID 1. It takes orphans and can be told one thing, by who is outside its namespace: to end when it has
 * no children. The kernel gives such a sender the process id 0, and no process inside can forge that together with
 * SI_USER. All signals stay blocked: as PID 1 it is immune to SIGKILL and SIGSTOP from inside anyway.
 */
static _Noreturn void reap_orphans(void) {
    sigset_t awaited;
    bool ending = false;

    sigemptyset(&awaited);
    sigaddset(&awaited, SIGCHLD);
    sigaddset(&awaited, SIGUSR1);
    for (;;) {
        siginfo_t info = {0};
        pid_t pid;
        do
            pid = waitpid(-1, NULL, WNOHANG | __WALL);
        while (pid > 0);
        if (ending && pid < 0)
            _exit(0);
        if (sigwaitinfo(&awaited, &info) == SIGUSR1 && info.si_code == SI_USER && info.si_pid == 0)
            ending = true;
    }
}

static _Noreturn void be_reaper(const struct record *record, int report) {
    report_to(report);
    sigset_t all;
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, NULL);
    if (unshare(CLONE_NEWNS) < 0)
        report_failure(STAGE_NAMESPACES, "cannot make a mount namespace");

    int namespaces[2] = {open("/proc/self/ns/mnt", O_RDONLY | O_CLOEXEC), open("/proc/self/ns/pid", O_RDONLY | O_CLOEXEC)};
    if (namespaces[0] < 0 || namespaces[1] < 0)
        report_failure(STAGE_NAMESPACES, "cannot open the payload's namespaces");
    enter_root(record);
    make_mounts(record);
    if (keep_capabilities(0) < 0 || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ||
        prctl(PR_SET_NAME, "sandbox-reaper", 0, 0, 0) < 0 || prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0)
        report_failure(STAGE_NAMESPACES, "cannot give up the reaper's privileges");
    report_files(namespaces, 2);
    if (close_from(0) < 0)
        _exit(1);
    reap_orphans();
}

int begin_payload(struct payload *payload, const struct record *record) {
    int own = open("/proc/self/ns/pid", O_RDONLY | O_CLOEXEC);
    int ends[2];

    if (own < 0)
        return -1;
    if (open_report(ends) < 0) {
        close(own);
        return -1;
    }
    watch_memory(payload);
    payload->reaper = unshare(CLONE_NEWPID) < 0 ? -1 : fork();
    if (payload->reaper == 0)
        be_reaper(record, ends[1]);
    int error = errno;
    close(ends[1]);
    /* launchers and their like are to live outside: only this first child is born inside */
    if (payload->reaper < 0 || setns(own, CLONE_NEWPID) < 0) {
        error = payload->reaper < 0 ? error : errno;
        close(own);
        close(ends[0]);
        errno = error;
        return -1;
    }
    close(own);
    payload->report = ends[0];
    payload->state = PAYLOAD_PREPARING;
    return 0;
}

int hear_payload(struct payload *payload, struct report *report) {
    int heard = receive_report(payload->report, report);

    if (heard < 0)
        return 0;
    close_if_open(&payload->report);
    if (heard == 0) {
        *report = (struct report){.stage = STAGE_NAMESPACES, .error = ECHILD, .text = "the payload's first process died"};
        return -1;
    }
    if (report->stage != STAGE_NONE)
        return -1;
    payload->mount_namespace = report->files[0];
    payload->pid_namespace = report->files[1];
    payload->state = PAYLOAD_READY;
    return 1;
}

static _Noreturn void signal_everything(const struct payload *payload) {
    if (enter_payload(payload->pid_namespace, payload->mount_namespace) < 0 || close_from(0) < 0 ||
        keep_capabilities(UINT64_C(1) << CAPABILITY_KILL) < 0)
        _exit(1);
    pid_t inside = fork();
    if (inside == 0) {
        kill(-1, SIGTERM); /* ESRCH: nothing is left */
        _exit(0);
    }
    _exit(inside > 0 && waitpid(inside, NULL, 0) == inside ? 0 : 1);
}

void terminate_payload(struct payload *payload) {
    struct itimerspec in_a_second = {.it_value = {.tv_sec = 1}};

    if (payload->state != PAYLOAD_READY)
        return;
    payload->state = PAYLOAD_ENDING;
    payload->timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
    if (payload->timer < 0 || timerfd_settime(payload->timer, 0, &in_a_second, NULL) < 0) {
        kill_payload(payload);
        return;
    }
    payload->terminator = fork();
    if (payload->terminator == 0)
        signal_everything(payload);
    if (payload->terminator < 0)
        kill_payload(payload);
}

void kill_payload(struct payload *payload) {
    close_if_open(&payload->timer);
    if (payload->reaper > 0)
        kill(payload->reaper, SIGKILL);
}

void child_ended(struct payload *payload, pid_t pid) {
    if (pid == payload->terminator)
        payload->terminator = 0;
    if (pid != payload->reaper)
        return;
    payload->reaper = 0;
    close_if_open(&payload->timer);
    if (payload->state != PAYLOAD_PREPARING) /* its report tells of that */
        payload->state = PAYLOAD_GONE;
}

void leave_mounts(struct payload *payload) {
    close_if_open(&payload->mount_namespace);
}

void end_when_empty(struct payload *payload, bool programs_left) {
    if (payload->state == PAYLOAD_ENDING && payload->terminator == 0 && payload->reaper > 0 && !programs_left)
        kill(payload->reaper, SIGUSR1);
}
