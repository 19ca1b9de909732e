/* Copies of what the host has laid ready below /dev/sandbox: files, links and whole trees. */
#ifndef SANDBOX_COPIES_H
#define SANDBOX_COPIES_H

#include <sys/types.h>

#include "way.h"

enum { DEPTH_LARGEST = 64, CHUNK = 65536 };

/*
 * Opens what the host has laid ready, while it can still be reached: the payload loses /dev/sandbox first of all. -1
 * with errno.
 */
int open_store(void);

/* A thing in the store: the directory that it lies in, opened, and its name there. */
struct stored {
    int directory;
    const char *name;
    mode_t kind; /* S_IFMT */
};

/* Finds what lies at a path below /dev/sandbox; no symbolic link is followed. -1 with errno. */
int find_stored(int store, const char *path, struct stored *stored);

/*
 * Copies it to a name in a directory, and all below it: contents, permissions, times. Directories are merged into those
 * that are there, a file or a link takes the place of one of its kind; sockets, FIFOs and devices are passed over.
 * Reports a failure, in which path is the whole of where the copy goes, and ends the process.
 */
void copy_stored(const struct stored *stored, int directory, const char *name, const struct owner *owner,
                 const char *path);

/* As copy_stored, for a directory whose content goes into another that is opened. */
void merge_stored(const struct stored *stored, int directory, const struct owner *owner, const char *path);

#endif
