#include "nodes.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kernel.h"
#include "report.h"
#include "way.h"
#include "wire.h"

static bool is_same_link(int directory, const char *name, const char *text) {
    char there[PATH_MAX];
    ssize_t length = readlinkat(directory, name, there, sizeof(there) - 1);

    if (length < 0)
        return false;
    there[length] = 0;
    return strcmp(there, text) == 0;
}

static int make_link(struct way *way, const char *text) {
    static const struct owner root = {0, 0};
    char name[NAME_MAX + 1];

    if (walk_to_parent(way, &root) < 0 || name_ahead(way, name) < 0)
        return -1;
    errno = EROFS;
    if (!is_in_tmpfs(way))
        return -1;
    if (symlinkat(text, way->place, name) == 0)
        return 0;
    int error = errno;
    bool same = error == EEXIST && is_same_link(way->place, name, text);
    errno = error;
    return same ? 0 : -1;
}

void put_link(const struct item *item) {
    struct way way;

    if (start_way(&way, item->path) < 0 || make_link(&way, item->text) < 0)
        report_failure(STAGE_MOUNTS, "cannot make the link '%.400s'", item->path);
    end_way(&way);
}

static bool is_in_mount_of(int place, const char *path) {
    struct mount_place found, wanted;
    int other = open_exact_place(path);
    bool same = other >= 0 && find_mount(place, &found) == 0 && find_mount(other, &wanted) == 0 &&
                found.mount == wanted.mount;

    if (other >= 0)
        close(other);
    return same;
}

void set_owner(const struct item *item) {
    char by_descriptor[32];
    struct stat status;
    int place = open_exact_place(item->path);

    if (place < 0 || fstat(place, &status) < 0)
        report_failure(STAGE_MOUNTS, "cannot open '%.400s' to give it an owner", item->path);
    errno = EXDEV;
    if (!is_in_mount_of(place, "/dev"))
        report_failure(STAGE_MOUNTS, "'%.400s' is not the sandbox's own", item->path);
    snprintf(by_descriptor, sizeof(by_descriptor), "/proc/self/fd/%d", place); /* chmod takes no O_PATH descriptor */
    if (fchownat(place, "", item->uid, item->gid, AT_EMPTY_PATH) < 0 || chmod(by_descriptor, item->mode) < 0)
        report_failure(STAGE_MOUNTS, "cannot give '%.400s' to user %u", item->path, item->uid);
    close(place);
}
