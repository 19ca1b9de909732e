/*
 * Frames of docs/protocol.md: their names, their form, and whether one that arrived has it.
 * Nothing here makes a system call, so that a fuzzer can drive all of it.
 */
#ifndef SANDBOX_WIRE_H
#define SANDBOX_WIRE_H

#include <stddef.h>
#include <stdint.h>

enum {
    PROTOCOL_VERSION = 1,
    FRAME_HEADER = 20,
    FRAME_LARGEST = 262144,
    FRAME_LARGEST_LEAST = 4096,
    ERROR_TEXT_LARGEST = 1024,
    PING_LARGEST = 64,
};

enum proc {
    PROC_STDIN = 1,
    PROC_STDOUT,
    PROC_STDERR,
    PROC_EXIT,
    PROC_SHUTDOWN,
    PROC_HELLO,
    PROC_START,
    PROC_STARTED,
    PROC_ERROR,
    PROC_SIGNAL,
    PROC_RESIZE,
    PROC_PING,
    PROC_PONG,
    PROC_CREDIT,
    PROC_ATTACH,
    PROC_DETACH,
    PROC_CONSOLE,
    PROC_LAST = PROC_CONSOLE,
};

enum { STATUS_OK = 0, STATUS_CONTINUES = 2 };

enum feature { FEATURE_PROGRAMS = 1, FEATURE_TERMINALS = 2, FEATURE_ATTACH = 4, FEATURE_CONSOLES = 8, FEATURES = 15 };

enum stage {
    STAGE_NONE = 0,
    STAGE_PROTOCOL,
    STAGE_RECORD,
    STAGE_NAMESPACES,
    STAGE_MOUNTS,
    STAGE_IDENTITY,
    STAGE_TERMINAL,
    STAGE_LIMITS,
    STAGE_DIRECTORY,
    STAGE_EXEC,
    STAGE_INPUT,
    STAGE_NETWORK,
};

struct frame {
    uint32_t proc;
    uint32_t status;
    uint32_t serial;
    uint8_t *payload;
    size_t size;
};

enum frame_found { FRAME_PARTIAL, FRAME_WHOLE, FRAME_BROKEN };

uint32_t read_u32(const uint8_t *at);
uint64_t read_u64(const uint8_t *at);
void write_u32(uint8_t *at, uint32_t value);
void write_u64(uint8_t *at, uint64_t value);

/*
 * Looks for one frame from the host at the start of data. Whole: frame is filled, its payload lies in data, and what
 * the protocol says about its form holds (an unknown proc has no form). Broken: *why says what is wrong with it.
 */
enum frame_found find_frame(uint8_t *data, size_t size, struct frame *frame, const char **why);

/* Writes the header of a frame with that many bytes of payload behind it. */
void write_header(uint8_t *at, uint32_t proc, uint32_t serial, size_t payload);

#endif
