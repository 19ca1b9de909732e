/*
 * What travels on a shell's console beside its text, by telnet's rules (RFC 854): docs/protocol.md, "The shell's
 * console". Nothing here makes a system call, so that a fuzzer can drive all of it.
 */
#ifndef SANDBOX_TELNET_H
#define SANDBOX_TELNET_H

#include <stddef.h>
#include <stdint.h>

enum {
    TELNET_IAC = 255,
    OPTION_SIZE = 31,     /* RFC 1073: the terminal's columns and rows */
    OPTION_SANDBOX = 214, /* nobody's by the register of options */
    SANDBOX_HELLO = 0,
    SANDBOX_EXIT = 1,
    TELNET_PARAMETERS = 8,
    TELNET_NOTICE = 6 + 2 * 4, /* the longest one that is sent: all its numbers doubled */
};

enum telnet_state {
    TELNET_TEXT,
    TELNET_COMMAND,
    TELNET_NEGOTIATION, /* of an option, which nobody answers */
    TELNET_OPTION,
    TELNET_PARAMETER,
    TELNET_PARAMETER_COMMAND,
};

struct telnet {
    enum telnet_state state;
    uint8_t option;
    size_t count; /* of parameters, those that found no room too */
    uint8_t parameters[TELNET_PARAMETERS];
};

enum telnet_event {
    TELNET_NOTHING,
    TELNET_BYTE,  /* the byte itself is text */
    TELNET_END,   /* of the input */
    TELNET_SIZE,  /* the terminal has that many rows and columns */
    TELNET_HELLO, /* somebody has come, and wants that number back */
};

/* What an event says. */
struct telnet_word {
    uint16_t rows;
    uint16_t columns;
    uint32_t number;
};

/* Takes one byte from the host. What is not understood is passed over. */
enum telnet_event take_telnet(struct telnet *telnet, uint8_t byte, struct telnet_word *word);

/* Writes text so that none of it is taken for a command: at most twice its size. Returns how much that is. */
size_t escape_telnet(uint8_t *at, const uint8_t *text, size_t size);

/* Writes a notice of this project's own, with a number: at most TELNET_NOTICE bytes. Returns how many. */
size_t write_notice(uint8_t *at, uint8_t kind, uint32_t number);

#endif
