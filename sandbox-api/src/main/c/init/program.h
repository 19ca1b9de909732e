/* One program as the supervisor sees it: its process, its streams, and what the host has still to be told. */
#ifndef SANDBOX_PROGRAM_H
#define SANDBOX_PROGRAM_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sys/types.h>

#include "channel.h"
#include "payload.h"
#include "record.h"

enum { WINDOW = 1 << 20 };

/* Bytes on their way to the program. What its pipe does not take waits in ring, which is as large as the largest window. */
struct input {
    int fd;
    uint8_t *ring; /* NULL until it is needed */
    size_t start;
    size_t used;
    size_t outstanding; /* credit that the host has not used */
    bool ending;        /* the host has sent the end */
    bool refused;       /* the program no longer reads, and the host is to be told */
    uint8_t last;       /* byte written, which decides how an end is typed at a terminal */
};

struct output {
    int fd;
    uint64_t credit;
    uint64_t rest;  /* bytes that belong to the program; all ones until it has been reaped */
    bool hung_up;   /* nobody writes any more, so that poll would not wait */
    bool ended;     /* the host is to be told of its end */
    bool told;
};

struct program {
    bool used;
    bool terminal;
    bool attached;
    uint32_t serial;
    pid_t *pid; /* shared with the launcher; 0 until the program's process exists */
    uint32_t inner_pid;
    int report;
    struct report failure;
    bool report_ended;
    bool started; /* the host has been told */
    bool reaped;
    bool exit_told;
    int wait_status;
    struct rusage usage;
    bool out_of_memory;
    struct input input;
    struct output outputs[2];
};

/* Starts it; false: failure says why, and nothing is left of it. */
bool start_program(struct program *program, uint32_t serial, const struct record *record,
                   const struct payload *payload);

/* Closes what it holds; its place is free then. */
void forget_program(struct program *program);

/* Takes what its launcher reports. */
void hear_program(struct program *program);

/* It has been reaped with that status. */
void program_ended(struct program *program, int status, const struct rusage *usage, bool out_of_memory);

/* Frames of the host. False: more bytes than it had credit for. */
bool take_input(struct program *program, const uint8_t *bytes, size_t size);
void end_input(struct program *program);
void refuse_output(struct program *program, uint32_t proc);
void resize_program(struct program *program, uint32_t rows, uint32_t columns);
void signal_program(struct program *program, uint32_t number);
void attach_program(struct program *program, struct channel *channel, uint32_t output, uint32_t error);
void detach_program(struct program *program, struct channel *channel);

/* Writes what its pipe takes. */
void move_input(struct program *program);

/* Reads an output once, into the channel: true if there may be more at once. */
bool move_output(struct program *program, struct channel *channel, int number);

/* Sends the frames that are due, in their order, while there is room; forgets it when nothing more can come. */
void tell_host(struct program *program, struct channel *channel);

#endif
