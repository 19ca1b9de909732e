/* The sandbox's items of a launch record: masks, files, copies, flags and temporary file systems. */
#ifndef SANDBOX_FILES_H
#define SANDBOX_FILES_H

#include "record.h"

/*
 * Carries the items out in their order; as make_mounts. store is what open_store gave, or -1. What stands over other
 * files is kept in a file system that covers staging.
 */
void carry_out_items(const struct record *record, int store, const char *staging);

/* The place of a directory on which something is to be mounted, made if it is missing and lies in a tmpfs; or -1. */
int place_of_mount(const char *path);

/* The place of a file, made anew where the directory is one of the sandbox's own; -1: there is none. */
int place_of_file(const char *path);

#endif
