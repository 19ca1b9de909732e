/* Lies in wait for the processes that become further programs of the sandbox, until stdin ends. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "attack.h"

enum { AHEAD = 64 };

static bool is_supervisors(int pid) {
    char path[64], target[256];

    snprintf(path, sizeof(path), "/proc/%d/exe", pid);
    ssize_t size = readlink(path, target, sizeof(target) - 1);
    target[size > 0 ? size : 0] = 0;
    return strstr(target, "sandbox-init") != NULL;
}

static void look_at(int pid) {
    char path[64], target[64];

    snprintf(path, sizeof(path), "/proc/%d/fd/3", pid);
    ssize_t size = readlink(path, target, sizeof(target) - 1);
    if (size >= 7 && strncmp(target, "socket:", 7) == 0)
        breach("the report's socket of process %d is found", pid);
    if (is_supervisors(pid))
        breach("process %d is seen before it is a program", pid);
}

/*
 * An attempt that waits for an exec succeeds as soon as the new image is there, before the exec is told to tracers: so
 * what counts is which image it is.
 */
static bool seize(int pid) {
    if (ptrace(PTRACE_SEIZE, pid, 0, 0) < 0)
        return false;
    if (is_supervisors(pid))
        breach("process %d is traced before it is a program", pid);
    return true;
}

static void take_stops(void) {
    int status;
    pid_t pid;

    while ((pid = waitpid(-1, &status, WNOHANG | __WALL)) > 0) {
        if (WIFSTOPPED(status))
            ptrace(PTRACE_CONT, pid, 0, 0);
    }
}

/* Its image can be had by its process only, and is the supervisor's file where that is what runs. */
static void open_image(int pid) {
    char path[64];
    int found;

    snprintf(path, sizeof(path), "/proc/%d/exe", pid);
    if (is_supervisors(pid) && (found = open(path, O_RDONLY | O_CLOEXEC)) >= 0) {
        /* the way of the known attack: by the descriptor, once nobody executes the file any more */
        snprintf(path, sizeof(path), "/proc/self/fd/%d", found);
        if (open(path, O_WRONLY | O_CLOEXEC) >= 0 || fchmod(found, 0777) == 0)
            breach("the init opens for writing by process %d", pid);
        close(found);
    }
    snprintf(path, sizeof(path), "/proc/%d/exe", pid);
    if (is_supervisors(pid) && open(path, O_WRONLY | O_CLOEXEC) >= 0)
        breach("the init opens for writing by process %d", pid);
}

static void begin_hunt(void) {
    printf("ready\n");
    fflush(stdout);
    fcntl(0, F_SETFL, O_NONBLOCK);
}

/* Until its caller writes something, or ends its input. */
static bool goes_on(void) {
    char byte;

    return read(0, &byte, 1) < 0 && errno == EAGAIN;
}

void hunt_image(const char *unused) {
    int own = getpid();

    (void)unused;
    begin_hunt();
    while (goes_on()) {
        for (int i = 0; i < AHEAD; i++)
            open_image(own + 1 + i);
        open_image(1);
    }
}

void hunt_newcomers(const char *unused) {
    bool seized[AHEAD] = {false};
    int own = getpid();

    (void)unused;
    begin_hunt();
    while (goes_on()) {
        for (int i = 0; i < AHEAD; i++) {
            int pid = own + 1 + i;
            if (kill(pid, 0) < 0)
                continue;
            look_at(pid);
            if (!seized[i])
                seized[i] = seize(pid);
        }
        take_stops();
    }
}
