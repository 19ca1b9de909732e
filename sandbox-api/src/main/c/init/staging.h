/*
 * Where files lie that stand over others: these are bind mounts, and they need a file in a mount of the payload's
 * namespace. No program sees it as a whole.
 */
#ifndef SANDBOX_STAGING_H
#define SANDBOX_STAGING_H

#include <stdbool.h>
#include <stdint.h>

struct staging {
    const char *path;
    bool mounted;
    uint64_t device;
};

/* Mounts it where it is not yet; as make_mounts. */
void begin_staging(struct staging *staging);

/* What lies there now may grow to twice its size and some, and no more: programs write to it. */
void end_staging(const struct staging *staging);

#endif
