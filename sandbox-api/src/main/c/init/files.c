#include "files.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "kernel.h"
#include "report.h"
#include "wire.h"

enum { LINKS_LARGEST = 16, INERT = ATTR_READ_ONLY | ATTR_NOSUID | ATTR_NODEV | ATTR_NOEXEC };

static bool is_absent(int error) {
    return error == ENOENT || error == ENOTDIR || error == ELOOP || error == ENAMETOOLONG;
}

void cover(int place, const char *source, uint64_t attributes, const char *what) {
    int mount = clone_mount(source);
    if (mount < 0 || set_mount_attributes(mount, "", attributes) < 0 || attach_mount(mount, place) < 0)
        report_failure(STAGE_MOUNTS, "cannot cover '%s' with %s", what, source);
    close(mount);
}

static void cover_directory(int place, const char *what) {
    static const char *const options[] = {"size", "4096", "nr_inodes", "2", "mode", "0555", NULL};
    int mount = make_mount("tmpfs", options, INERT);

    if (mount < 0 || attach_mount(mount, place) < 0)
        report_failure(STAGE_MOUNTS, "cannot cover the directory '%s'", what);
    close(mount);
}

/* What kind of file (S_IFMT) was opened as a place; 0: it is missing. */
static mode_t kind_of(int place, const char *path) {
    struct stat status;

    if (place < 0 && is_absent(errno))
        return 0;
    if (place < 0 || fstat(place, &status) < 0)
        report_failure(STAGE_MOUNTS, "cannot open '%s' to mask it", path);
    return status.st_mode & S_IFMT;
}

/* Not nodev: the null device must still open. */
static void cover_by_null(int place, const char *what) {
    cover(place, "/dev/null", ATTR_READ_ONLY | ATTR_NOSUID | ATTR_NOEXEC, what);
}

void mask(const char *path) {
    int place = open_place(path);
    mode_t kind = kind_of(place, path);

    if (kind == 0)
        return;
    if (kind == S_IFDIR)
        cover_directory(place, path);
    else
        cover_by_null(place, path);
    close(place);
}

/*
 * It lies where users of the host may write, who can have put another thing there since it was looked up: a link to
 * elsewhere must not decide what the sandbox loses.
 */
static void mask_socket(const char *path) {
    int place = open_exact_place(path);

    if (kind_of(place, path) == S_IFSOCK)
        cover_by_null(place, path);
    if (place >= 0)
        close(place);
}

/* As mask_socket, for a directory that holds sockets only: its owner is the only one who loses by what is there now. */
static void mask_sockets(const char *path) {
    int place = open_exact_place(path);

    if (kind_of(place, path) == S_IFDIR)
        cover_directory(place, path);
    if (place >= 0)
        close(place);
}

/* The record's flags have numbers of their own. */
static uint64_t attributes_of(uint32_t flags) {
    uint64_t attributes = 0;

    attributes |= flags & FLAG_NOSUID ? ATTR_NOSUID : 0;
    attributes |= flags & FLAG_NODEV ? ATTR_NODEV : 0;
    attributes |= flags & FLAG_NOEXEC ? ATTR_NOEXEC : 0;
    attributes |= flags & FLAG_READ_ONLY ? ATTR_READ_ONLY : 0;
    return attributes;
}

static void set_flags(const struct item *item) {
    /* ENOENT and the like: the path is missing; EINVAL: nothing is mounted there */
    if (set_mount_attributes(AT_FDCWD, item->path, attributes_of(item->mode)) < 0 && !is_absent(errno) &&
        errno != EINVAL)
        report_failure(STAGE_MOUNTS, "cannot set the flags of '%s'", item->path);
}

static bool on_tmpfs(const char *path) {
    struct statfs status;
    return statfs(path, &status) == 0 && status.f_type == TMPFS_MAGIC;
}

/* Makes the directories that lead to a path's last part. Only a tmpfs is written to, and never one that is missing. */
static bool make_parents(const char *path) {
    char parent[PATH_MAX];

    for (const char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        size_t length = (size_t)(slash - path);
        if (length >= sizeof(parent))
            return false;
        memcpy(parent, path, length);
        parent[length] = 0;
        struct stat status;
        if (stat(parent, &status) == 0)
            continue;
        char *last = strrchr(parent, '/');
        *last = 0;
        bool ours = on_tmpfs(*parent ? parent : "/");
        *last = '/';
        if (!ours || mkdir(parent, 0755) < 0)
            return false;
    }
    return true;
}

static bool parent_on_tmpfs(const char *path) {
    char parent[PATH_MAX];
    size_t length = (size_t)(strrchr(path, '/') - path);

    if (length >= sizeof(parent))
        return false;
    memcpy(parent, path, length);
    parent[length] = 0;
    return on_tmpfs(length ? parent : "/");
}

static void mount_tmpfs(const struct item *item) {
    char size[24], mode[16];
    struct stat status;

    snprintf(size, sizeof(size), "%llu", (unsigned long long)item->size);
    snprintf(mode, sizeof(mode), "%o", item->mode);
    if (stat(item->path, &status) < 0 && make_parents(item->path) && parent_on_tmpfs(item->path) &&
        mkdir(item->path, 0755) < 0)
        report_failure(STAGE_MOUNTS, "cannot make the directory '%s'", item->path);

    const char *const options[] = {"size", size, "mode", mode, NULL};
    int place = open_place(item->path);
    int mount = place < 0 ? -1 : make_mount("tmpfs", options, ATTR_NOSUID | ATTR_NODEV);
    if (mount < 0 || attach_mount(mount, place) < 0)
        report_failure(STAGE_MOUNTS, "cannot mount a tmpfs on '%s'", item->path);
    close(mount);
    close(place);
}

/* Where a path whose last part is a link to nothing leads in the end; false: it leads nowhere. */
static bool follow(const char *path, char target[PATH_MAX]) {
    char link[PATH_MAX];

    if (strlen(path) >= PATH_MAX)
        return false;
    strcpy(target, path);
    for (int links = 0; links < LINKS_LARGEST; links++) {
        ssize_t length = readlink(target, link, sizeof(link) - 1);
        if (length < 0)
            return errno == ENOENT || errno == EINVAL;
        link[length] = 0;
        size_t kept = link[0] == '/' ? 0 : (size_t)(strrchr(target, '/') - target) + 1;
        if (kept + (size_t)length >= PATH_MAX)
            return false;
        memcpy(target + kept, link, (size_t)length + 1);
    }
    return false;
}

/* The place of a file, made anew where the directory is one of the sandbox's own; -1: there is none. */
static int place_of_file(const char *path) {
    char target[PATH_MAX];
    int place = open_place(path);

    if (place >= 0 || errno != ENOENT)
        return place;
    if (!follow(path, target) || !make_parents(target) || !parent_on_tmpfs(target))
        return -1;
    int file = open(target, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0444);
    if (file < 0)
        return -1;
    close(file);
    return open_place(target);
}

static void write_all(int file, const uint8_t *bytes, size_t size, const char *what) {
    while (size > 0) {
        ssize_t written = write(file, bytes, size);
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            report_failure(STAGE_MOUNTS, "cannot write the file '%s'", what);
        bytes += written;
        size -= (size_t)written;
    }
}

static void put_file(const struct item *item, const char *staging, size_t number) {
    char source[PATH_MAX];
    struct stat status;
    int place = place_of_file(item->path);

    if (place < 0)
        return;
    if (fstat(place, &status) < 0)
        report_failure(STAGE_MOUNTS, "cannot look at '%s'", item->path);
    if (!S_ISDIR(status.st_mode)) {
        snprintf(source, sizeof(source), "%s/%zu", staging, number);
        int file = open(source, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
        if (file < 0)
            report_failure(STAGE_MOUNTS, "cannot make the file '%s'", item->path);
        write_all(file, item->content, item->size, item->path);
        if (fchmod(file, item->mode) < 0)
            report_failure(STAGE_MOUNTS, "cannot set the mode of '%s'", item->path);
        close(file);
        cover(place, source, INERT, item->path);
    }
    close(place);
}

/* A file that stands over another is a bind mount, and that needs a file in a mount of this namespace. */
static void stage_files(const char *staging) {
    static const char *const options[] = {"size", "16777216", "mode", "0700", NULL};
    int place = open_place(staging);
    int mount = place < 0 ? -1 : make_mount("tmpfs", options, ATTR_NOSUID | ATTR_NODEV | ATTR_NOEXEC);

    if (mount < 0 || attach_mount(mount, place) < 0)
        report_failure(STAGE_MOUNTS, "cannot mount a tmpfs on '%s'", staging);
    close(mount);
    close(place);
}

void carry_out_items(const struct record *record, const char *staging) {
    bool staged = false;

    for (size_t i = 0; i < record->item_count; i++) {
        const struct item *item = &record->items[i];
        if (item->tag == TAG_MASK) {
            mask(item->path);
        } else if (item->tag == TAG_SOCKET) {
            mask_socket(item->path);
        } else if (item->tag == TAG_SOCKETS) {
            mask_sockets(item->path);
        } else if (item->tag == TAG_MOUNT_FLAGS) {
            set_flags(item);
        } else if (item->tag == TAG_TMPFS) {
            mount_tmpfs(item);
        } else {
            if (!staged)
                stage_files(staging);
            staged = true;
            put_file(item, staging, i);
        }
    }
}
