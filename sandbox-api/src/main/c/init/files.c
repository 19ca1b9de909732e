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

#include "covers.h"
#include "kernel.h"
#include "masks.h"
#include "nodes.h"
#include "report.h"
#include "shares.h"
#include "staging.h"
#include "wire.h"

enum { LINKS_LARGEST = 16, INERT = ATTR_READ_ONLY | ATTR_NOSUID | ATTR_NODEV | ATTR_NOEXEC };

/* The record's flags have numbers of their own. */
static uint64_t attributes_of(uint32_t flags) {
    uint64_t attributes = 0;

    attributes |= flags & FLAG_NOSUID ? ATTR_NOSUID : 0;
    attributes |= flags & FLAG_NODEV ? ATTR_NODEV : 0;
    attributes |= flags & FLAG_NOEXEC ? ATTR_NOEXEC : 0;
    attributes |= flags & FLAG_READ_ONLY ? ATTR_READ_ONLY : 0;
    return attributes;
}

/* A link would lead to the flags of another mount than the one that was meant. */
static void set_flags(const struct item *item) {
    int place = open_exact_place(item->path);
    int set = place < 0 ? -1 : set_mount_attributes(place, "", attributes_of(item->mode));

    /* ENOENT and the like: the path is missing; EINVAL: nothing is mounted there */
    if (set < 0 && (item->mode & FLAG_REQUIRED || (!is_absent(errno) && errno != EINVAL)))
        report_failure(STAGE_MOUNTS, "cannot set the flags of '%s'", item->path);
    if (place >= 0)
        close(place);
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

int place_of_mount(const char *path) {
    int place = open_place(path);

    if (place >= 0)
        return place;
    int error = errno;
    if (!make_parents(path) || !parent_on_tmpfs(path)) {
        errno = error;
        return -1;
    }
    if (mkdir(path, 0755) < 0)
        report_failure(STAGE_MOUNTS, "cannot make the directory '%s'", path);
    return open_place(path);
}

static void mount_tmpfs(const struct item *item) {
    char size[24], mode[16];

    snprintf(size, sizeof(size), "%llu", (unsigned long long)item->size);
    snprintf(mode, sizeof(mode), "%o", item->mode);

    const char *const options[] = {"size", size, "mode", mode, NULL};
    int place = place_of_mount(item->path);
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

int place_of_file(const char *path) {
    char target[PATH_MAX];
    int place = open_place(path);

    if (place >= 0 || errno != ENOENT)
        return place;
    int file = -1;
    if (follow(path, target) && make_parents(target) && parent_on_tmpfs(target))
        file = open(target, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0444);
    if (file < 0) {
        errno = ENOENT; /* it is not there and cannot be made: that is what callers ask */
        return -1;
    }
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

static void put_file(const struct item *item, const struct staging *staging, size_t number) {
    char source[PATH_MAX];
    int place = place_of_file(item->path);

    if (place < 0 && is_absent(errno))
        return;
    if (place < 0)
        report_failure(STAGE_MOUNTS, "cannot open '%s' to cover it", item->path);
    if (is_directory(place)) {
        if (item->mode == 0)
            mask(item->path); /* nobody is to read what is there, whatever it is */
    } else {
        snprintf(source, sizeof(source), "%s/%zu", staging->path, number);
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

/* Of the whole sandbox: the payload is in the supervisor's UTS namespace. */
static void set_host_name(const struct item *item) {
    if (sethostname(item->text, strlen(item->text)) < 0)
        report_failure(STAGE_MOUNTS, "cannot set the host name '%s'", item->text);
}

/* What an item does; staging is there if it needs it. */
static void carry_out(const struct item *item, size_t number, int store, struct staging *staging) {
    switch (item->tag) {
    case TAG_MASK:
        mask(item->path);
        break;
    case TAG_SOCKET:
        mask_socket(item->path);
        break;
    case TAG_SOCKETS:
        mask_sockets(item->path);
        break;
    case TAG_MOUNT_FLAGS:
        set_flags(item);
        break;
    case TAG_TMPFS:
        mount_tmpfs(item);
        break;
    case TAG_MOUNT:
        put_share(item);
        break;
    case TAG_COPY:
        put_copy(item, store);
        break;
    case TAG_COVER:
        begin_staging(staging);
        put_cover(item, store, staging, number);
        break;
    case TAG_LINK:
        put_link(item);
        break;
    case TAG_OWNER:
        set_owner(item);
        break;
    case TAG_HOST_NAME:
        set_host_name(item);
        break;
    case TAG_INTERFACE:
    case TAG_ADDRESS:
    case TAG_ROUTE:
        break; /* the supervisor has seen to them */
    default:
        begin_staging(staging);
        put_file(item, staging, number);
    }
}

void carry_out_items(const struct record *record, int store, const char *path) {
    struct staging staging = {.path = path};

    for (size_t i = 0; i < record->item_count; i++)
        carry_out(&record->items[i], i, store, &staging);
    end_staging(&staging);
}
