/* The items COPY and COVER: what the host has laid ready below /dev/sandbox comes to its place. */
#ifndef SANDBOX_COVERS_H
#define SANDBOX_COVERS_H

#include <stddef.h>

#include "record.h"
#include "staging.h"

/* Puts a copy into a tmpfs of the sandbox; as make_mounts. */
void put_copy(const struct item *item, int store);

/* Lets a copy, kept under a number in staging, stand over what is there; as make_mounts. */
void put_cover(const struct item *item, int store, const struct staging *staging, size_t number);

#endif
