/* The connection to the host: bytes in, bytes out, both bounded, neither ever waited for. */
#ifndef SANDBOX_CHANNEL_H
#define SANDBOX_CHANNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "wire.h"

enum {
    CHANNEL_IN = 2 * FRAME_LARGEST,
    CHANNEL_OUT = 4 * FRAME_LARGEST,
    REPLY_LARGEST = FRAME_HEADER + 8 + ERROR_TEXT_LARGEST,
    REPLY_ROOM = 16 * REPLY_LARGEST, /* kept free of stream data, for frames that must not wait behind it */
};

/* Only a tty has one: until it is over, no frame goes either way. */
enum greeting { GREETING_OVER, GREETING_AWAITED, GREETING_ANSWERED };

struct channel {
    int fd;
    bool is_tty;
    enum greeting greeting;
    size_t window; /* of the input of each program */
    uint32_t largest; /* the host accepts no larger frame */
    size_t in_start, in_end;
    size_t out_start, out_end;
    uint8_t in[CHANNEL_IN];
    uint8_t out[CHANNEL_OUT];
};

/*
 * Opens what the init's argument names; -1 with errno, which is EPROTONOSUPPORT for what is not served. Until
 * stop_waiting, reads and writes may wait.
 */
int open_channel(struct channel *channel, const char *carrier);
int stop_waiting(const struct channel *channel);

/* Reads what is there: -1 at the end of the connection. */
int fill_channel(struct channel *channel);

/* Writes what it takes: -1 when the connection is gone. */
int flush_channel(struct channel *channel);

/* Whether anything waits to be written, and may be. */
bool has_output(const struct channel *channel);

/* Whether any one reply can still be sent. */
bool has_reply_room(const struct channel *channel);

/* Sends a frame that has_reply_room has been asked for. */
void send_frame(struct channel *channel, uint32_t proc, uint32_t serial, const uint8_t *payload, size_t size);
void send_error(struct channel *channel, uint32_t serial, uint32_t stage, int error, const char *text);

/*
 * Room for the payload of a frame of stream data, up to *size bytes; NULL where there is too little now. The frame
 * exists once commit_data says how much of it was used.
 */
uint8_t *reserve_data(struct channel *channel, size_t *size);
void commit_data(struct channel *channel, uint32_t proc, uint32_t serial, size_t size);

#endif
