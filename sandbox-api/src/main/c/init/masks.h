/* What stands over a path of the sandbox so that the payload does not see what is there. */
#ifndef SANDBOX_MASKS_H
#define SANDBOX_MASKS_H

#include <stdbool.h>
#include <stdint.h>

/* Whether an error says that a path leads to nothing. */
bool is_absent(int error);

/*
 * Covers what a path leads to, links followed inside the sandbox: on a link itself nothing can be mounted, and what it
 * leads to would stay reachable by its own name. A missing path is passed over.
 */
void mask(const char *path);

/* Covers a socket, unless something else has taken its place. */
void mask_socket(const char *path);

/* Covers a directory that holds sockets only, as mask_socket. */
void mask_sockets(const char *path);

/* Binds a copy of the mount that a path lies in, with these attributes more, over a place. */
void cover(int place, const char *source, uint64_t attributes, const char *what);

#endif
