/* What the host's frames do: the state of one connection and of the programs behind it. */
#ifndef SANDBOX_SESSION_H
#define SANDBOX_SESSION_H

#include <stdbool.h>
#include <stdint.h>

#include "channel.h"
#include "console.h"
#include "network.h"
#include "payload.h"
#include "placeholders.h"
#include "program.h"
#include "record.h"

enum { PROGRAMS_LARGEST = 64 };

struct session {
    uint64_t number;
    bool greeted;
    bool closing;   /* the last frames are on their way out, and nothing is read */
    bool shut_down; /* by the host's wish */
    bool first_started; /* program 0 has been started, and */
    bool first_ended;   /* has ended with its outputs */
    bool collecting;    /* parts of a launch record */
    uint32_t collected_proc;
    uint32_t collected_serial;
    size_t collected;
    struct record first; /* of program 0, while the payload is being made */
    struct payload payload;
    struct report loopback; /* why it is not up, if it is not */
    struct network network;
    struct placeholders placeholders;
    struct channel channel;
    struct program programs[PROGRAMS_LARGEST];
    struct console consoles[CONSOLES_LARGEST];
    uint8_t record[RECORD_LARGEST];
};

/* Does what the frames say that have arrived: as far as there is room to answer. */
void hear_host(struct session *session);

/* A DHCP client has reported. */
void network_reported(struct session *session, int number);

/* The payload's first process has reported. */
void payload_reported(struct session *session);

/* Whether program 0 waits for its network or its payload: the host is not heard then. */
bool is_preparing(const struct session *session);

/* Whether a frame that has arrived waits for nothing but hear_host. */
bool has_frame(struct session *session);

/* Passes over what the host still says, up to its SHUTDOWN; false if nothing more can be made of it. */
bool hear_farewell(struct session *session);

void send_hello(struct session *session);

#endif
