/*
 * A console with a program behind it, as a getty has a login: the program starts when somebody comes, its terminal's
 * bytes go to and from a line of the supervisor's own, and when it has ended the next one who comes gets another.
 * Nothing here waits for the line's other side.
 */
#ifndef SANDBOX_CONSOLE_H
#define SANDBOX_CONSOLE_H

#include <stdbool.h>
#include <stdint.h>

#include "line.h"
#include "payload.h"
#include "program.h"
#include "record.h"
#include "report.h"
#include "telnet.h"

enum { CONSOLES_LARGEST = 4, CONSOLE_IN = 4096, CONSOLE_OUT = 16384 };

struct console {
    bool used;
    bool hung_up; /* no program is started any more */
    bool wanted;  /* somebody has come while none ran */
    uint32_t serial;
    struct line line;
    uint8_t *bytes; /* the record's */
    struct record record;
    struct program program;
    struct telnet telnet;
    bool ending;  /* the input's end is to be typed behind what is in it */
    uint8_t last; /* byte typed, which decides how */
    size_t in_used;
    size_t out_used;
    uint8_t in[CONSOLE_IN];   /* on its way to the program */
    uint8_t out[CONSOLE_OUT]; /* on its way to the host */
};

/* Opens the record's line and keeps a copy of the record; false: failure says why, and nothing is left of it. */
bool open_console(struct console *console, uint32_t serial, const uint8_t *record, size_t size, struct report *failure);

/* The events that its line and its program's terminal are to be watched for; a descriptor of -1 for none of them. */
struct console_watch {
    int tty;
    short tty_events;
    int terminal;
    short terminal_events;
};

struct console_watch watch_console(const struct console *console);

/* What poll found. */
void tty_event(struct console *console, short events);
void terminal_event(struct console *console, short events);

/* Does what is due: starts the program where somebody waits for it, moves bytes, tells of its end. */
void serve_console(struct console *console, const struct payload *payload);

/* Takes the terminal from its program, which gets SIGHUP, and starts none any more. */
void hang_up_console(struct console *console);

#endif
