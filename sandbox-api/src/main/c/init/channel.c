#include "channel.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "carrier.h"
#include "descriptor.h"

enum { DATA_LEAST = 4096, DATA_LARGEST = 128 * 1024 };
enum { SOCKET_WINDOW = 1024 * 1024, TTY_WINDOW = 64 * 1024 };

/* The host sends the one until it receives the other. */
enum { BYTE_CALL = 033, BYTE_READY = 034 };

/*
 * What came before the tty was raw is kept, as the host's first bytes may be among it. Our answer lies ready, in front
 * of all frames, until the host has called.
 */
static int open_tty(struct channel *channel, const char *path) {
    channel->fd = open_raw_tty(path);
    if (channel->fd < 0)
        return -1;
    channel->is_tty = true;
    channel->greeting = GREETING_AWAITED;
    channel->window = TTY_WINDOW;
    channel->out[channel->out_end++] = BYTE_READY;
    return 0;
}

int open_channel(struct channel *channel, const char *carrier) {
    channel->largest = FRAME_LARGEST_LEAST;
    if (strncmp(carrier, "tty:/", 5) == 0)
        return open_tty(channel, carrier + 4);
    channel->window = SOCKET_WINDOW;
    channel->fd = open_carrier(carrier);
    return channel->fd < 0 ? -1 : 0;
}

int stop_waiting(const struct channel *channel) {
    return fcntl(channel->fd, F_SETFL, O_NONBLOCK);
}

/* Whatever else stands before the host's last byte of the greeting was not meant for us. */
static void take_greeting(struct channel *channel) {
    while (channel->greeting != GREETING_OVER && channel->in_start < channel->in_end) {
        uint8_t byte = channel->in[channel->in_start++];
        if (channel->greeting == GREETING_AWAITED && byte == BYTE_CALL)
            channel->greeting = GREETING_ANSWERED;
        else if (channel->greeting == GREETING_ANSWERED && byte == BYTE_READY)
            channel->greeting = GREETING_OVER;
    }
}

int fill_channel(struct channel *channel) {
    if (channel->in_start > 0) {
        memmove(channel->in, channel->in + channel->in_start, channel->in_end - channel->in_start);
        channel->in_end -= channel->in_start;
        channel->in_start = 0;
    }
    if (channel->in_end == CHANNEL_IN)
        return 0;
    ssize_t got = read(channel->fd, channel->in + channel->in_end, CHANNEL_IN - channel->in_end);
    if (got > 0) {
        channel->in_end += (size_t)got;
        take_greeting(channel);
    }
    return got > 0 || (got < 0 && is_temporary(errno)) ? 0 : -1;
}

int flush_channel(struct channel *channel) {
    while (has_output(channel)) {
        /* SIGPIPE is ignored */
        ssize_t sent = write(channel->fd, channel->out + channel->out_start, channel->out_end - channel->out_start);
        if (sent < 0)
            return is_temporary(errno) ? 0 : -1;
        channel->out_start += (size_t)sent;
    }
    if (channel->out_start == channel->out_end)
        channel->out_start = channel->out_end = 0;
    return 0;
}

bool has_output(const struct channel *channel) {
    return channel->greeting != GREETING_AWAITED && channel->out_start < channel->out_end;
}

bool has_reply_room(const struct channel *channel) {
    return CHANNEL_OUT - (channel->out_end - channel->out_start) >= REPLY_LARGEST;
}

static void compact(struct channel *channel) {
    memmove(channel->out, channel->out + channel->out_start, channel->out_end - channel->out_start);
    channel->out_end -= channel->out_start;
    channel->out_start = 0;
}

void send_frame(struct channel *channel, uint32_t proc, uint32_t serial, const uint8_t *payload, size_t size) {
    if (CHANNEL_OUT - channel->out_end < FRAME_HEADER + size)
        compact(channel);
    write_header(channel->out + channel->out_end, proc, serial, size);
    if (size > 0)
        memcpy(channel->out + channel->out_end + FRAME_HEADER, payload, size);
    channel->out_end += FRAME_HEADER + size;
}

void send_error(struct channel *channel, uint32_t serial, uint32_t stage, int error, const char *text) {
    uint8_t payload[8 + ERROR_TEXT_LARGEST];
    size_t length = strnlen(text, ERROR_TEXT_LARGEST);

    write_u32(payload, stage);
    write_u32(payload + 4, (uint32_t)error);
    memcpy(payload + 8, text, length);
    send_frame(channel, PROC_ERROR, serial, payload, 8 + length);
}

uint8_t *reserve_data(struct channel *channel, size_t *size) {
    /* moving is worth it when it frees at least as much as it moves */
    if (channel->out_start > 0 && channel->out_start >= channel->out_end - channel->out_start)
        compact(channel);
    size_t taken = channel->out_end + FRAME_HEADER + REPLY_ROOM;
    size_t room = taken < CHANNEL_OUT ? CHANNEL_OUT - taken : 0;
    if (room < DATA_LEAST)
        return NULL;
    size_t most = channel->largest - FRAME_HEADER < DATA_LARGEST ? channel->largest - FRAME_HEADER : DATA_LARGEST;
    if (*size > most)
        *size = most;
    if (*size > room)
        *size = room;
    return channel->out + channel->out_end + FRAME_HEADER;
}

void commit_data(struct channel *channel, uint32_t proc, uint32_t serial, size_t size) {
    write_header(channel->out + channel->out_end, proc, serial, size);
    channel->out_end += FRAME_HEADER + size;
}
