#include "way.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "kernel.h"

static const char *skip_slashes(const char *path) {
    while (*path == '/' || (path[0] == '.' && (path[1] == '/' || !path[1])))
        path++;
    return path;
}

static void close_keeping_errno(int fd) {
    int error = errno;
    close(fd);
    errno = error;
}

int start_way(struct way *way, const char *path) {
    if (start_way_below(way, "/", path) < 0)
        return -1;
    way->root = way->mount;
    return 0;
}

/* No mount has this number, so none is the root, where links are followed. */
#define NO_MOUNT UINT64_MAX

int start_way_below(struct way *way, const char *directory, const char *path) {
    struct mount_place start;

    *way = (struct way){.path = path, .rest = skip_slashes(path), .root = NO_MOUNT};
    way->place = open(directory, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (way->place < 0)
        return -1;
    if (find_mount(way->place, &start) < 0) {
        close_keeping_errno(way->place);
        return -1;
    }
    way->mount = start.mount;
    return 0;
}

void end_way(struct way *way) {
    close(way->place);
}

int name_ahead(const struct way *way, char name[NAME_MAX + 1]) {
    size_t length = strcspn(way->rest, "/");

    errno = length == 0 ? EISDIR : length > NAME_MAX ? ENAMETOOLONG : EINVAL;
    if (length == 0 || length > NAME_MAX || (length == 2 && memcmp(way->rest, "..", 2) == 0))
        return -1;
    memcpy(name, way->rest, length);
    name[length] = 0;
    return 0;
}

bool is_last_name(const struct way *way) {
    return *skip_slashes(way->rest + strcspn(way->rest, "/")) == 0;
}

/* Opens what the path leads to up to this length, the last name of which is a link in the root. */
static int follow_link(const struct way *way, size_t length, struct mount_place *found) {
    char path[PATH_MAX];

    errno = ENAMETOOLONG;
    if (length >= sizeof(path))
        return -1;
    memcpy(path, way->path, length);
    path[length] = 0;
    int place = open_place(path);
    if (place < 0)
        return -1;
    if (find_mount(place, found) == 0) {
        if (found->mount == way->root || found->is_its_root)
            return place;
        errno = EXDEV;
    }
    close_keeping_errno(place);
    return -1;
}

/* Opens the name ahead as it is. */
static int open_name(const struct way *way, const char *name, struct mount_place *found, bool *link) {
    struct stat status;
    int place = openat(way->place, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);

    if (place < 0)
        return -1;
    if (fstat(place, &status) < 0 || find_mount(place, found) < 0) {
        close_keeping_errno(place);
        return -1;
    }
    *link = S_ISLNK(status.st_mode);
    return place;
}

int take_step(struct way *way) {
    char name[NAME_MAX + 1];
    struct mount_place found;
    bool link;

    if (name_ahead(way, name) < 0)
        return -1;
    const char *end = way->rest + strlen(name);
    int place = open_name(way, name, &found, &link);
    if (place >= 0 && link) {
        close(place);
        errno = ELOOP;
        place = way->mount == way->root ? follow_link(way, (size_t)(end - way->path), &found) : -1;
    }
    if (place < 0)
        return -1;
    close(way->place);
    way->place = place;
    way->mount = found.mount;
    way->rest = skip_slashes(end);
    return 0;
}

int make_step(struct way *way, const struct owner *owner) {
    char name[NAME_MAX + 1];

    if (name_ahead(way, name) < 0 || mkdirat(way->place, name, 0755) < 0 ||
        fchownat(way->place, name, owner->uid, owner->gid, AT_SYMLINK_NOFOLLOW) < 0)
        return -1;
    return take_step(way);
}

bool is_in_tmpfs(const struct way *way) {
    struct statfs status;
    return fstatfs(way->place, &status) == 0 && status.f_type == TMPFS_MAGIC;
}

int walk_to_parent(struct way *way, const struct owner *owner) {
    while (!is_last_name(way)) {
        if (take_step(way) == 0)
            continue;
        if (errno != ENOENT)
            return -1;
        errno = EROFS;
        if (!is_in_tmpfs(way) || make_step(way, owner) < 0)
            return -1;
    }
    return 0;
}
