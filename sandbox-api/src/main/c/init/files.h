/* The sandbox's items of a launch record: masks, files, flags and temporary file systems. */
#ifndef SANDBOX_FILES_H
#define SANDBOX_FILES_H

#include <stdint.h>

#include "record.h"

/* Carries the items out in their order; as make_mounts. Files are kept in a file system that covers staging. */
void carry_out_items(const struct record *record, const char *staging);

/*
 * Covers what a path leads to, links followed inside the sandbox: on a link itself nothing can be mounted, and what it
 * leads to would stay reachable by its own name. A missing path is passed over.
 */
void mask(const char *path);

/* Binds a read-only copy of the mount that a path lies in over a place. */
void cover(int place, const char *source, uint64_t attributes, const char *what);

#endif
