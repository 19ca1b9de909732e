#include "placeholders.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <time.h>
#include <unistd.h>

#include "copies.h"
#include "way.h"
#include "wire.h"

/* Only the host's administrator can set or see it. On a file system without such attributes nothing is shared. */
#define MARK "trusted.libvirt-sandbox.placeholder"

/* Of 2 ms each: two seconds, where a sandbox that removes one has done so in as many milliseconds. */
enum { LOCK_TURNS = 1000 };

static int remove_named(int directory, const char *name, mode_t kind) {
    return unlinkat(directory, name, kind == S_IFDIR ? AT_REMOVEDIR : 0);
}

/* Makes it: a descriptor of what was made; -1: nothing is left of it. */
static int make_empty(int directory, const char *name, mode_t kind) {
    if (kind != S_IFDIR)
        return openat(directory, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (mkdirat(directory, name, 0755) < 0)
        return -1;
    int fd = openat(directory, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0) {
        int error = errno;
        remove_named(directory, name, S_IFDIR);
        errno = error;
    }
    return fd;
}

/* Keeps what stands at a name and was opened. */
static int remember(struct placeholders *placeholders, int directory, const char *name, int fd) {
    struct placeholder *kept = &placeholders->kept[placeholders->count];
    struct stat status;

    if (fstat(fd, &status) < 0)
        return -1;
    *kept = (struct placeholder){.itself = fd, .device = status.st_dev, .inode = status.st_ino};
    kept->is_directory = S_ISDIR(status.st_mode);
    snprintf(kept->name, sizeof(kept->name), "%s", name);
    kept->directory = fcntl(directory, F_DUPFD_CLOEXEC, 3);
    placeholders->count += kept->directory >= 0;
    return kept->directory < 0 ? -1 : 0;
}

/*
 * By descriptor, and only what is this process's own: users of the host who may write to the directory can put another
 * thing into its place at any time.
 */
static int give_away(int fd, const struct owner *owner) {
    struct stat status;

    if (fstat(fd, &status) < 0)
        return -1;
    errno = EBUSY;
    return status.st_uid == geteuid() ? fchown(fd, owner->uid, owner->gid) : -1;
}

static bool has_room(const struct placeholders *placeholders) {
    errno = E2BIG;
    return placeholders->count < PLACEHOLDERS_LARGEST;
}

/*
 * The lock of a sandbox that uses it. Exclusive is that of one which removes it at this moment; but whoever can open a
 * directory can lock it so, and for ever. Then -1 with EWOULDBLOCK.
 */
static int lock_shared(struct placeholders *placeholders, int fd) {
    const struct timespec turn = {.tv_nsec = 2000000};
    char self[64], path[160];

    for (int i = 0; i < LOCK_TURNS; i++) {
        if (flock(fd, LOCK_SH | LOCK_NB) == 0)
            return 0;
        if (errno != EWOULDBLOCK)
            return -1;
        nanosleep(&turn, NULL);
    }
    snprintf(self, sizeof(self), "/proc/self/fd/%d", fd);
    ssize_t length = readlink(self, path, sizeof(path));
    snprintf(placeholders->problem, sizeof(placeholders->problem),
             "'%.*s' is locked by a process that is no sandbox's (lslocks shows which); end that",
             length < 0 ? 0 : (int)length, path);
    errno = EWOULDBLOCK;
    return -1;
}

/* Makes what the way misses next, and goes on to it. */
static int make_next(struct placeholders *placeholders, struct way *way, mode_t kind, const struct owner *owner) {
    char name[NAME_MAX + 1];

    if (name_ahead(way, name) < 0 || !has_room(placeholders))
        return -1;
    int fd = make_empty(way->place, name, kind);
    if (fd < 0)
        return -1;
    if (lock_shared(placeholders, fd) < 0 || remember(placeholders, way->place, name, fd) < 0) {
        int error = errno;
        close(fd);
        remove_named(way->place, name, kind);
        errno = error;
        return -1;
    }
    (void)fsetxattr(fd, MARK, "", 0, 0);
    return give_away(fd, owner) < 0 ? -1 : take_step(way);
}

static bool is_kept(const struct placeholders *placeholders, const struct stat *status) {
    for (size_t i = 0; i < placeholders->count; i++) {
        if (placeholders->kept[i].device == status->st_dev && placeholders->kept[i].inode == status->st_ino)
            return true;
    }
    return false;
}

/* Opens what is ahead if it is a placeholder of another sandbox; -1: it is none, or there is nothing. */
static int open_marked(const struct placeholders *placeholders, const struct way *way, const char *name) {
    struct stat status;

    /* nothing but files and directories is opened for more than a look: a FIFO would wait, a device act */
    if (fstatat(way->place, name, &status, AT_SYMLINK_NOFOLLOW) < 0 || is_kept(placeholders, &status) ||
        (!S_ISDIR(status.st_mode) && !S_ISREG(status.st_mode)))
        return -1;
    int fd = openat(way->place, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (fd >= 0 && fgetxattr(fd, MARK, NULL, 0) >= 0)
        return fd;
    if (fd >= 0)
        close(fd);
    return -1;
}

/* Shares what is ahead with the sandbox that made it. False: it is just being removed, or cannot be shared. */
static bool share_next(struct placeholders *placeholders, const struct way *way) {
    char name[NAME_MAX + 1];
    struct stat status;

    if (name_ahead(way, name) < 0)
        return true; /* the way fails by itself */
    int fd = open_marked(placeholders, way, name);
    if (fd < 0)
        return true;
    if (has_room(placeholders) && lock_shared(placeholders, fd) == 0 && fstat(fd, &status) == 0) {
        errno = ENOENT;
        if (status.st_nlink > 0 && remember(placeholders, way->place, name, fd) == 0)
            return true;
    }
    int error = errno;
    close(fd);
    errno = error;
    return false;
}

static int make_along(struct placeholders *placeholders, struct way *way, mode_t kind, const struct owner *owner) {
    while (*way->rest) {
        if (share_next(placeholders, way) && take_step(way) == 0)
            continue;
        if (errno != ENOENT)
            return -1;
        if (make_next(placeholders, way, is_last_name(way) ? kind : S_IFDIR, owner) < 0 && errno != EEXIST)
            return -1;
    }
    return 0;
}

int make_placeholder(struct placeholders *placeholders, const char *directory, const char *path, mode_t kind,
                     const struct owner *owner) {
    struct way way;

    if (start_way_below(&way, directory, path) < 0)
        return -1;
    int made = make_along(placeholders, &way, kind, owner);
    int error = errno;
    end_way(&way);
    errno = error;
    return made;
}

const char *placeholder_problem(const struct placeholders *placeholders, int error) {
    return error == EWOULDBLOCK ? placeholders->problem : strerror(error);
}

static int make_for(struct placeholders *placeholders, const struct item *item) {
    const struct owner owner = {item->uid, item->gid};
    struct stored stored;
    struct way way;
    int store = open_store();

    if (store < 0)
        return -1;
    int found = find_stored(store, item->text, &stored);
    close(store);
    if (found < 0)
        return -1;
    close(stored.directory);
    errno = EINVAL;
    if ((stored.kind != S_IFDIR && stored.kind != S_IFREG) || start_way(&way, item->path) < 0)
        return -1;
    int made = make_along(placeholders, &way, stored.kind, &owner);
    int error = errno;
    end_way(&way);
    errno = error;
    return made;
}

static bool is_below(const char *path, const char *directory) {
    size_t length = strlen(directory);
    return strncmp(path, directory, length) == 0 && path[length] == '/';
}

/* What comes below another copy is put into that one. */
static bool is_in_copy(const struct record *record, size_t number) {
    for (size_t i = 0; i < number; i++) {
        const struct item *item = &record->items[i];
        if (item->tag == TAG_COVER && is_below(record->items[number].path, item->path))
            return true;
    }
    return false;
}

bool make_placeholders(struct placeholders *placeholders, const struct record *record, struct report *failure) {
    for (size_t i = 0; i < record->item_count; i++) {
        const struct item *item = &record->items[i];
        if (item->tag != TAG_COVER || is_in_copy(record, i) || make_for(placeholders, item) == 0)
            continue;
        *failure = (struct report){.stage = STAGE_MOUNTS, .error = errno};
        snprintf(failure->text, sizeof(failure->text), "cannot make a place for a copy at '%.200s': %.255s", item->path,
                 placeholder_problem(placeholders, failure->error));
        return false;
    }
    return true;
}

/* Somebody else may have put something there, or something in its place. */
static bool is_untouched(const struct placeholder *kept) {
    struct stat status;

    return fstatat(kept->directory, kept->name, &status, AT_SYMLINK_NOFOLLOW) == 0 && status.st_dev == kept->device &&
           status.st_ino == kept->inode && (kept->is_directory || (S_ISREG(status.st_mode) && status.st_size == 0));
}

/* Whoever changes a shared lock into an exclusive one gives the former up: so the last of several gets it. */
static void remove_last(const struct placeholder *kept) {
    if (flock(kept->itself, LOCK_EX | LOCK_NB) < 0)
        return;
    if (is_untouched(kept)) {
        if (remove_named(kept->directory, kept->name, kept->is_directory ? S_IFDIR : S_IFREG) == 0)
            return;
        if (errno != ENOTEMPTY)
            fprintf(stderr, "sandbox-init: cannot remove '%s', which was made for a copy: %s\n", kept->name,
                    strerror(errno));
    }
    (void)fremovexattr(kept->itself, MARK); /* it serves somebody else now */
}

void remove_placeholders(struct placeholders *placeholders) {
    while (placeholders->count > 0) {
        struct placeholder *kept = &placeholders->kept[--placeholders->count];
        remove_last(kept);
        close(kept->itself);
        close(kept->directory);
    }
}
