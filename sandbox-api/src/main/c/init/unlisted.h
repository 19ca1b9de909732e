/*
 * Sockets of the supervisor that a payload does not find in /proc/net. The kernel lists a socket, and by what name the
 * other end is bound, in the network namespace that it was made in: these are made in one that nobody else ever enters.
 */
#ifndef SANDBOX_UNLISTED_H
#define SANDBOX_UNLISTED_H

/* A stream socket, for the host; -1 with errno. The first call makes the namespace. */
int open_unlisted_socket(void);

/* A pair that keeps messages apart; a listed one if there is no such namespace. Returns -1 with errno. */
int open_unlisted_pair(int ends[2]);

#endif
