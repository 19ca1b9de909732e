#include "placeholders.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "copies.h"
#include "way.h"
#include "wire.h"

static int remove_named(int directory, const char *name, mode_t kind) {
    return unlinkat(directory, name, kind == S_IFDIR ? AT_REMOVEDIR : 0);
}

/* Makes it: a descriptor of what was made. */
static int make_empty(int directory, const char *name, mode_t kind) {
    if (kind != S_IFDIR)
        return openat(directory, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (mkdirat(directory, name, 0755) < 0)
        return -1;
    return openat(directory, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

static int remember(struct placeholders *placeholders, int directory, const char *name, const struct stat *status) {
    struct placeholder *made = &placeholders->made[placeholders->count];

    *made = (struct placeholder){.device = status->st_dev, .inode = status->st_ino};
    made->is_directory = S_ISDIR(status->st_mode);
    snprintf(made->name, sizeof(made->name), "%s", name);
    made->directory = fcntl(directory, F_DUPFD_CLOEXEC, 3);
    placeholders->count += made->directory >= 0;
    return made->directory < 0 ? -1 : 0;
}

/*
 * By descriptor, and only what is this process's own: users of the host who may write to the directory can put another
 * thing into its place at any time.
 */
static int give_away(int fd, const struct stat *status, const struct owner *owner) {
    errno = EBUSY;
    return status->st_uid == geteuid() ? fchown(fd, owner->uid, owner->gid) : -1;
}

/* Makes what the way misses next, and goes on to it. */
static int make_next(struct placeholders *placeholders, struct way *way, mode_t kind, const struct owner *owner) {
    char name[NAME_MAX + 1];
    struct stat status;

    if (name_ahead(way, name) < 0)
        return -1;
    errno = E2BIG;
    if (placeholders->count == PLACEHOLDERS_LARGEST)
        return -1;
    int fd = make_empty(way->place, name, kind);
    if (fd < 0)
        return -1;
    bool remembered = fstat(fd, &status) == 0 && remember(placeholders, way->place, name, &status) == 0;
    bool given = remembered && give_away(fd, &status, owner) == 0;
    int error = errno;
    close(fd);
    if (!remembered)
        remove_named(way->place, name, kind);
    errno = error;
    return given ? take_step(way) : -1;
}

static int make_along(struct placeholders *placeholders, struct way *way, mode_t kind, const struct owner *owner) {
    while (*way->rest) {
        if (take_step(way) == 0)
            continue;
        if (errno != ENOENT)
            return -1;
        if (make_next(placeholders, way, is_last_name(way) ? kind : S_IFDIR, owner) < 0)
            return -1;
    }
    return 0;
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
        snprintf(failure->text, sizeof(failure->text), "cannot make a place for a copy at '%.400s': %s", item->path,
                 strerror(errno));
        return false;
    }
    return true;
}

/* Somebody else may have put something there, or something in its place. */
static bool is_untouched(const struct placeholder *made) {
    struct stat status;

    return fstatat(made->directory, made->name, &status, AT_SYMLINK_NOFOLLOW) == 0 && status.st_dev == made->device &&
           status.st_ino == made->inode && (made->is_directory || (S_ISREG(status.st_mode) && status.st_size == 0));
}

void remove_placeholders(struct placeholders *placeholders) {
    while (placeholders->count > 0) {
        struct placeholder *made = &placeholders->made[--placeholders->count];
        mode_t kind = made->is_directory ? S_IFDIR : S_IFREG;
        if (is_untouched(made) && remove_named(made->directory, made->name, kind) < 0 && errno != ENOTEMPTY &&
            errno != ENOENT)
            fprintf(stderr, "sandbox-init: cannot remove '%s', which was made for a copy: %s\n", made->name,
                    strerror(errno));
        close(made->directory);
    }
}
