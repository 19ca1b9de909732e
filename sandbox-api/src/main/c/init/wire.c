#include "wire.h"

uint32_t read_u32(const uint8_t *at) {
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

uint64_t read_u64(const uint8_t *at) {
    return (uint64_t)read_u32(at) << 32 | read_u32(at + 4);
}

void write_u32(uint8_t *at, uint32_t value) {
    at[0] = (uint8_t)(value >> 24);
    at[1] = (uint8_t)(value >> 16);
    at[2] = (uint8_t)(value >> 8);
    at[3] = (uint8_t)value;
}

void write_u64(uint8_t *at, uint64_t value) {
    write_u32(at, (uint32_t)(value >> 32));
    write_u32(at + 4, (uint32_t)value);
}

static int carries_stream(uint32_t proc) {
    return proc >= PROC_STDIN && proc <= PROC_STDERR;
}

static int carries_record(uint32_t proc) {
    return proc == PROC_START || proc == PROC_CONSOLE;
}

static int within(uint32_t value, uint32_t least, uint32_t largest) {
    return value >= least && value <= largest;
}

/* What is wrong with the payload of a frame that a host sent; NULL: nothing. */
static const char *payload_fault(const struct frame *frame) {
    const uint8_t *payload = frame->payload;
    size_t size = frame->size;

    switch (frame->proc) {
    case PROC_STDOUT:
    case PROC_STDERR:
        return size == 0 ? NULL : "a host sends no output";
    case PROC_SHUTDOWN:
    case PROC_DETACH:
        return size == 0 ? NULL : "a payload where none belongs";
    case PROC_EXIT:
    case PROC_STARTED:
        return "only a guest sends this";
    case PROC_HELLO:
        return size == 20 ? NULL : "HELLO takes 20 bytes";
    case PROC_ERROR:
        return size >= 8 && size <= 8 + ERROR_TEXT_LARGEST ? NULL : "ERROR takes 8 to 1032 bytes";
    case PROC_SIGNAL:
        return size == 4 && within(read_u32(payload), 1, 64) ? NULL : "SIGNAL takes a number from 1 to 64";
    case PROC_RESIZE:
        return size == 8 && within(read_u32(payload), 1, 65535) && within(read_u32(payload + 4), 1, 65535)
                   ? NULL
                   : "RESIZE takes rows and columns from 1 to 65535";
    case PROC_PING:
    case PROC_PONG:
        return size <= PING_LARGEST ? NULL : "PING and PONG take at most 64 bytes";
    case PROC_CREDIT:
        return size == 8 && within(read_u32(payload), PROC_STDOUT, PROC_STDERR)
                   ? NULL
                   : "CREDIT takes stream 2 or 3 and a number of bytes";
    case PROC_ATTACH:
        return size == 8 ? NULL : "ATTACH takes two windows";
    default:
        return NULL; /* STDIN, START and CONSOLE take any bytes; an unknown proc has no form */
    }
}

enum frame_found find_frame(uint8_t *data, size_t size, struct frame *frame, const char **why) {
    if (size < FRAME_HEADER)
        return FRAME_PARTIAL;

    uint32_t length = read_u32(data);
    uint32_t type = read_u32(data + 8);
    frame->proc = read_u32(data + 4);
    frame->status = read_u32(data + 12);
    frame->serial = read_u32(data + 16);
    frame->payload = data + FRAME_HEADER;
    frame->size = length - FRAME_HEADER;

    if (length < FRAME_HEADER || length > FRAME_LARGEST) {
        *why = "a frame's length is out of bounds";
        return FRAME_BROKEN;
    }
    if (within(frame->proc, PROC_STDIN, PROC_LAST)) {
        if (type != (carries_stream(frame->proc) ? 1U : 0U)) {
            *why = "a frame's type does not fit its proc";
            return FRAME_BROKEN;
        }
        if (frame->status != STATUS_OK && !(carries_record(frame->proc) && frame->status == STATUS_CONTINUES)) {
            *why = "a frame's status does not fit its proc";
            return FRAME_BROKEN;
        }
    }
    if (size < length)
        return FRAME_PARTIAL;
    *why = payload_fault(frame);
    return *why ? FRAME_BROKEN : FRAME_WHOLE;
}

void write_header(uint8_t *at, uint32_t proc, uint32_t serial, size_t payload) {
    write_u32(at, (uint32_t)(FRAME_HEADER + payload));
    write_u32(at + 4, proc);
    write_u32(at + 8, carries_stream(proc) ? 1 : 0);
    write_u32(at + 12, STATUS_OK);
    write_u32(at + 16, serial);
}
