/*
 * A way through the sandbox's tree, one name at a time. What the record puts into a mount must not end up elsewhere
 * because of what others keep in that mount: symbolic links are followed in the root only, and there only to another
 * place of the root or to a mount's own directory.
 */
#ifndef SANDBOX_WAY_H
#define SANDBOX_WAY_H

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct owner {
    uid_t uid;
    gid_t gid;
};

struct way {
    const char *path;
    const char *rest; /* the names ahead; without a slash at its start */
    int place;        /* what has been reached, O_PATH */
    uint64_t root;    /* the mount of / */
    uint64_t mount;   /* the mount of place */
};

/* Starts at /, which a path of "/" has at its end, too; -1 with errno. */
int start_way(struct way *way, const char *path);

/* Starts at a directory, below which no symbolic link is followed; -1 with errno. */
int start_way_below(struct way *way, const char *directory, const char *path);

void end_way(struct way *way);

/* The name ahead; -1 with errno where it is none: at the end (EISDIR), "..", or too long. */
int name_ahead(const struct way *way, char name[NAME_MAX + 1]);

bool is_last_name(const struct way *way);

/* Goes on to the name ahead: -1 with errno, and nothing has changed, where there is no way. */
int take_step(struct way *way);

/* Makes a directory of the name ahead and goes on to it; -1 with errno. */
int make_step(struct way *way, const struct owner *owner);

/*
 * Goes on to the directory of the last name. What is missing is made where that is a tmpfs, and EROFS elsewhere; -1
 * with errno.
 */
int walk_to_parent(struct way *way, const struct owner *owner);

/* Whether what has been reached lies in a tmpfs. */
bool is_in_tmpfs(const struct way *way);

#endif
