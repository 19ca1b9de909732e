/*
 * Empty files and directories that hold the place of copies in mounts which the sandbox shares with others. The
 * supervisor makes them, so that it can take them away again: the payload ends with all that it knew.
 *
 * Other sandboxes may need the same ones: the kernel takes a copy off a placeholder that is removed, in whatever
 * sandbox. So each carries a mark and a shared lock of every sandbox that uses it, and the last one removes it.
 */
#ifndef SANDBOX_PLACEHOLDERS_H
#define SANDBOX_PLACEHOLDERS_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "record.h"
#include "report.h"
#include "way.h"

enum { PLACEHOLDERS_LARGEST = 256, PLACEHOLDER_PROBLEM_LARGEST = 256 };

/* One of them, by the directory that it lies in: its path may lead elsewhere by then. */
struct placeholder {
    int directory;
    int itself; /* holds the lock */
    dev_t device;
    ino_t inode;
    bool is_directory;
    char name[NAME_MAX + 1];
};

struct placeholders {
    size_t count;
    struct placeholder kept[PLACEHOLDERS_LARGEST];
    char problem[PLACEHOLDER_PROBLEM_LARGEST]; /* of the last lock that could not be had */
};

/* Makes one where there is none, and directories on the way to it, below a directory; -1 with errno. */
int make_placeholder(struct placeholders *placeholders, const char *directory, const char *path, mode_t kind,
                     const struct owner *owner);

/* Why one could not be made, by the errno of that. */
const char *placeholder_problem(const struct placeholders *placeholders, int error);

/* Makes those that the record's items need. False: failure says why, and what had been made is still to be removed. */
bool make_placeholders(struct placeholders *placeholders, const struct record *record, struct report *failure);

/* Removes what is still as it was made, and empty, and in no other sandbox's use. */
void remove_placeholders(struct placeholders *placeholders);

#endif
