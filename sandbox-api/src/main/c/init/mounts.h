/* What the payload sees as its file system: the sandbox's, without what would lead out of it. */
#ifndef SANDBOX_MOUNTS_H
#define SANDBOX_MOUNTS_H

#include "record.h"

/*
 * Runs in the payload's first process, PID 1 of its PID namespace, in a mount namespace of its own. Reports a failure
 * and ends the process if it cannot be had in full.
 */
void make_mounts(const struct record *record);

#endif
