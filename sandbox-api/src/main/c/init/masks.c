#include "masks.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kernel.h"
#include "report.h"
#include "wire.h"

enum { INERT = ATTR_READ_ONLY | ATTR_NOSUID | ATTR_NODEV | ATTR_NOEXEC };

bool is_absent(int error) {
    return error == ENOENT || error == ENOTDIR || error == ELOOP || error == ENAMETOOLONG;
}

void cover(int place, const char *source, uint64_t attributes, const char *what) {
    int mount = clone_mount(source);
    if (mount < 0 || set_mount_attributes(mount, "", attributes) < 0 || attach_mount(mount, place) < 0)
        report_failure(STAGE_MOUNTS, "cannot cover '%s' with %s", what, source);
    close(mount);
}

/*
 * One empty file system stands over all of them: to make another would cost more than all else that a mask does. Its
 * first mount stays open, to be copied.
 */
static void cover_directory(int place, const char *what) {
    static const char *const options[] = {"size", "4096", "nr_inodes", "2", "mode", "0555", NULL};
    static int empty = -1;
    bool is_first = empty < 0;
    int mount = is_first ? make_mount("tmpfs", options, INERT) : clone_of(empty);

    if (mount < 0 || attach_mount(mount, place) < 0)
        report_failure(STAGE_MOUNTS, "cannot cover the directory '%s'", what);
    if (is_first)
        empty = mount;
    else
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

    if (place < 0 && is_absent(errno))
        return;
    if (place < 0)
        report_failure(STAGE_MOUNTS, "cannot open '%s' to mask it", path);
    if (is_directory(place))
        cover_directory(place, path);
    else
        cover_by_null(place, path);
    close(place);
}

/*
 * It lies where users of the host may write, who can have put another thing there since it was looked up: a link to
 * elsewhere must not decide what the sandbox loses.
 */
void mask_socket(const char *path) {
    int place = open_exact_place(path);

    if (kind_of(place, path) == S_IFSOCK)
        cover_by_null(place, path);
    if (place >= 0)
        close(place);
}

/* As mask_socket, for a directory that holds sockets only: its owner is the only one who loses by what is there now. */
void mask_sockets(const char *path) {
    int place = open_exact_place(path);

    if (kind_of(place, path) == S_IFDIR)
        cover_directory(place, path);
    if (place >= 0)
        close(place);
}
