/* Programs that do not want to end. Each says "ready" when it has done its worst. */
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

#include "attack.h"

enum { MANY = 500, ZOMBIES = 1000, CHUNK = 1 << 20 };

static void say_ready(void) {
    printf("ready\n");
    fflush(stdout);
}

static void be_deaf(void) {
    sigset_t all;

    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, NULL);
    for (int number = 1; number < 65; number++)
        signal(number, SIG_IGN);
}

static _Noreturn void stay(void) {
    for (;;)
        pause();
}

static void fork_many(void) {
    be_deaf();
    for (int i = 0; i < MANY; i++) {
        if (fork() == 0)
            stay();
    }
}

static void leave_zombies(void) {
    for (int i = 0; i < ZOMBIES; i++) {
        pid_t child = fork();
        if (child == 0) {
            if (i % 2 == 0 && fork() == 0)
                _exit(0); /* an orphan, for the reaper */
            _exit(0);
        }
    }
}

static void become_daemons(void) {
    for (int i = 0; i < 20; i++) {
        if (fork() == 0) {
            setsid();
            be_deaf();
            for (int fd = 0; fd < 3; fd++)
                close(fd);
            if (fork() > 0)
                _exit(0);
            stay();
        }
    }
}

static void fill_pipes(void) {
    static char bytes[65536];

    say_ready();
    for (int fd = 0; fd < 3; fd++) {
        char path[32];
        snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
        int again = open(path, O_WRONLY | O_NONBLOCK | O_CLOEXEC);
        while (write(again, bytes, sizeof(bytes)) > 0)
            continue;
    }
    stay();
}

static void nest(void) {
    if (unshare(CLONE_NEWUSER | CLONE_NEWPID) < 0)
        return;
    for (int i = 0; i < 3; i++) {
        if (fork() == 0) {
            be_deaf();
            stay();
        }
    }
}

static void trace_each_other(void) {
    pid_t child = fork();

    if (child == 0) {
        ptrace(PTRACE_TRACEME, 0, 0, 0);
        raise(SIGSTOP);
        stay();
    }
    waitpid(child, NULL, WUNTRACED);
}

static _Noreturn void eat_memory(void) {
    for (;;) {
        char *chunk = malloc(CHUNK);
        if (chunk)
            memset(chunk, 1, CHUNK);
    }
}

void refuse_to_end(const char *how) {
    if (strcmp(how, "forks") == 0)
        fork_many();
    else if (strcmp(how, "zombies") == 0)
        leave_zombies();
    else if (strcmp(how, "daemons") == 0)
        become_daemons();
    else if (strcmp(how, "deaf") == 0)
        be_deaf();
    else if (strcmp(how, "full") == 0)
        fill_pipes();
    else if (strcmp(how, "nested") == 0)
        nest();
    else if (strcmp(how, "traced") == 0)
        trace_each_other();
    else if (strcmp(how, "hungry") == 0)
        eat_memory();
    say_ready();
    if (strcmp(how, "stopped") == 0)
        raise(SIGSTOP);
    if (strcmp(how, "closed") == 0) {
        for (int fd = 0; fd < 3; fd++)
            close(fd);
    }
    stay();
}
