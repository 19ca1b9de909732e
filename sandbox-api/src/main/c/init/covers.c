#include "covers.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "copies.h"
#include "kernel.h"
#include "masks.h"
#include "report.h"
#include "way.h"
#include "wire.h"

static _Noreturn void fail(const struct item *item) {
    report_failure(STAGE_MOUNTS, "cannot put a copy to '%.400s'", item->path);
}

static struct stored source_of(const struct item *item, int store) {
    struct stored stored;

    errno = ENOENT;
    if (store < 0 || find_stored(store, item->text, &stored) < 0)
        report_failure(STAGE_MOUNTS, "cannot find '%.200s', which belongs to '%.200s'", item->text, item->path);
    return stored;
}

/* Puts it where the way ends but for the last name, which may be missing. */
static void copy_to(const struct item *item, const struct stored *stored, struct way *way) {
    const struct owner owner = {item->uid, item->gid};
    char name[NAME_MAX + 1];

    if (walk_to_parent(way, &owner) < 0)
        fail(item);
    if (stored->kind == S_IFDIR && (!*way->rest || take_step(way) == 0)) {
        errno = ENOTDIR;
        if (!is_directory(way->place))
            fail(item);
        errno = EROFS;
        if (!is_in_tmpfs(way))
            fail(item);
        merge_stored(stored, way->place, &owner, item->path);
        return;
    }
    if (stored->kind == S_IFDIR && errno != ENOENT)
        fail(item);
    if (name_ahead(way, name) < 0)
        fail(item);
    errno = EROFS;
    if (!is_in_tmpfs(way))
        fail(item);
    copy_stored(stored, way->place, name, &owner, item->path);
}

void put_copy(const struct item *item, int store) {
    struct stored stored = source_of(item, store);
    struct way way;

    if (start_way(&way, item->path) < 0)
        fail(item);
    copy_to(item, &stored, &way);
    end_way(&way);
    close(stored.directory);
}

/* Below what another item covers, a copy joins that item's copy. */
static bool is_staged(const struct way *way, const struct staging *staging) {
    struct stat status;
    return fstat(way->place, &status) == 0 && status.st_dev == staging->device;
}

static void cover_place(const struct item *item, const struct stored *stored, int place,
                        const struct staging *staging, size_t number) {
    const struct owner owner = {item->uid, item->gid};
    char name[24], path[PATH_MAX];
    struct stat status;

    if (fstat(place, &status) < 0)
        fail(item);
    errno = stored->kind == S_IFDIR ? ENOTDIR : S_ISDIR(status.st_mode) ? EISDIR : EINVAL;
    if ((status.st_mode & S_IFMT) != stored->kind || (stored->kind != S_IFDIR && stored->kind != S_IFREG))
        fail(item);
    int room = open(staging->path, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (room < 0)
        fail(item);
    snprintf(name, sizeof(name), "%zu", number);
    copy_stored(stored, room, name, &owner, item->path);
    close(room);
    snprintf(path, sizeof(path), "%s/%s", staging->path, name);
    cover(place, path, ATTR_NOSUID | ATTR_NODEV, item->path);
}

void put_cover(const struct item *item, int store, const struct staging *staging, size_t number) {
    struct stored stored = source_of(item, store);
    struct way way;

    if (start_way(&way, item->path) < 0)
        fail(item);
    while (*way.rest && !is_staged(&way, staging)) {
        if (take_step(&way) < 0)
            fail(item);
    }
    if (is_staged(&way, staging) && (*way.rest || stored.kind == S_IFDIR))
        copy_to(item, &stored, &way);
    else
        cover_place(item, &stored, way.place, staging, number);
    end_way(&way);
    close(stored.directory);
}
