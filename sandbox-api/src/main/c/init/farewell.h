/* The end of a sandbox that ends by itself, on a carrier that forgets. */
#ifndef SANDBOX_FAREWELL_H
#define SANDBOX_FAREWELL_H

#include "session.h"

/*
 * What lies in a tty when the container ends is lost: the last frames are safe once the host has said its own last
 * one, SHUTDOWN. Waits for it, though not for long, and not after a signal that ends the sandbox.
 */
void await_farewell(struct session *session, int signals);

#endif
