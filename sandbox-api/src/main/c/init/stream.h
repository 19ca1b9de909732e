/* The bytes of one stream between a program's pipe or terminal and the channel. */
#ifndef SANDBOX_STREAM_H
#define SANDBOX_STREAM_H

#include "program.h"

/* Makes a pipe large and the supervisor's end of it non-blocking; -1 with errno. */
int widen_pipe(int end);

/* Takes bytes of the host: straight to the program as far as it takes them, the rest into the ring. */
bool store_input(struct input *input, const uint8_t *bytes, size_t size, bool started);

/* Moves the ring's bytes on; after the last of them the end, if that was asked for. */
void drain_input(struct input *input, bool terminal);

void close_input(struct input *input);

/* Nobody reads it any more: closes it, and has the host told unless that has sent the end. */
void refuse_input(struct input *input);

/* Moves at most one frame: true if there may be more at once. */
bool relay_output(struct output *output, bool terminal, struct channel *channel, uint32_t proc, uint32_t serial);

/* Whether nothing can be read there now, of a terminal after the kernel has handed over what it held back. */
bool is_silent(int fd);

/* The program has been reaped: no more belongs to it than what lies there now. */
void bound_output(struct output *output, bool terminal);

#endif
