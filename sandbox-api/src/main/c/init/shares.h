/* What a machine mounts of its host. */
#ifndef SANDBOX_SHARES_H
#define SANDBOX_SHARES_H

#include "record.h"

/*
 * The root and the host's store, before all other items; what the RAM disk had is gone for the caller's mount
 * namespace then. Only where the record has a root, and it must have one in a machine. Reports a failure.
 */
void enter_root(const struct record *record);

/* A MOUNT that is neither. Reports a failure. */
void put_share(const struct item *item);

#endif
