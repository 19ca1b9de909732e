/* The payload's own PID and mount namespace, from the first process in it to its end. */
#ifndef SANDBOX_PAYLOAD_H
#define SANDBOX_PAYLOAD_H

#include <stdbool.h>
#include <sys/types.h>

#include "record.h"
#include "report.h"

enum payload_state {
    PAYLOAD_NONE,
    PAYLOAD_PREPARING, /* its first process makes the mounts */
    PAYLOAD_READY,
    PAYLOAD_ENDING, /* what is left got SIGTERM */
    PAYLOAD_GONE,
};

struct payload {
    enum payload_state state;
    pid_t reaper;
    pid_t terminator;
    int report;
    int mount_namespace;
    int pid_namespace;
    int timer;
    int memory_events;
    unsigned long long kills_before;
};

void init_payload(struct payload *payload);

/* Starts the payload's first process; -1 with errno. Its report tells the rest. */
int begin_payload(struct payload *payload, const struct record *record);

/*
 * Takes the report of the first process: 1 when the payload is ready, 0 when none has come yet, -1 for a failure, told
 * in report.
 */
int hear_payload(struct payload *payload, struct report *report);

/* SIGTERM to all that runs in the payload, SIGKILL when its timer says so. */
void terminate_payload(struct payload *payload);

/* SIGKILL to all of it, at once. */
void kill_payload(struct payload *payload);

/* Told of each child that ended and of each change: ends a payload at once in which nothing is left. */
void child_ended(struct payload *payload, pid_t pid);
void end_when_empty(struct payload *payload, bool programs_left);

/* Gives the last hold on a payload's mounts up, which are unmounted by that if nothing of it is left. */
void leave_mounts(struct payload *payload);

/* Whether the kernel killed a process of this sandbox for lack of memory. */
bool out_of_memory(const struct payload *payload);

#endif
