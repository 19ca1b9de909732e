#include <errno.h>
#include <fcntl.h>
#include <linux/mount.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "files.h"

void view_path(char path[PATH_SIZE], const struct order *order, int number) {
    if (snprintf(path, PATH_SIZE, "%s/%d", order->place, number) >= PATH_SIZE) {
        errno = ENAMETOOLONG;
        fail("cannot use '%s'", order->place);
    }
}

static int open_tree_of(const char *path) {
    return (int)syscall(SYS_open_tree, AT_FDCWD, path, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_RECURSIVE);
}

/* For all mounts of a tree: none of them comes with, or gets, what the others do not. */
static void restrict_view(const struct share *share) {
    struct mount_attr attributes = {
        .attr_set = MOUNT_ATTR_NODEV | MOUNT_ATTR_NOSUID | (share->read_only ? MOUNT_ATTR_RDONLY : 0),
        .propagation = MS_PRIVATE,
    };

    if (syscall(SYS_mount_setattr, share->view, "", AT_EMPTY_PATH | AT_RECURSIVE, &attributes, sizeof(attributes)) < 0)
        fail("cannot restrict the view of '%s' (Linux can from 5.12 on)", share->source);
}

static void clone_source(struct share *share) {
    struct stat status;

    share->view = open_tree_of(share->source);
    if (share->view < 0 || fstat(share->view, &status) < 0)
        fail("cannot take a view of '%s'", share->source);
    share->is_file = !S_ISDIR(status.st_mode);
    restrict_view(share);
}

static void attach(int mount, int target, const char *what) {
    unsigned flags = MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH;

    if (syscall(SYS_move_mount, mount, "", target, "", flags) < 0)
        fail("cannot mount '%s'", what);
}

static int make_empty(const char *what) {
    int context = (int)syscall(SYS_fsopen, "tmpfs", FSOPEN_CLOEXEC);

    if (context < 0 || syscall(SYS_fsconfig, context, FSCONFIG_SET_STRING, "mode", "0755", 0) < 0 ||
        syscall(SYS_fsconfig, context, FSCONFIG_SET_STRING, "size", "64k", 0) < 0 ||
        syscall(SYS_fsconfig, context, FSCONFIG_CMD_CREATE, NULL, NULL, 0) < 0)
        fail("cannot make a cover for '%s'", what);
    unsigned attributes = MOUNT_ATTR_NODEV | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC;
    int mount = (int)syscall(SYS_fsmount, context, FSMOUNT_CLOEXEC, attributes);
    if (mount < 0)
        fail("cannot make a cover for '%s'", what);
    close(context);
    return mount;
}

/* Of a mount, before it is attached, or of a whole place. */
static void forbid_writing(int mount, const char *what) {
    struct mount_attr attributes = {.attr_set = MOUNT_ATTR_RDONLY};

    if (syscall(SYS_mount_setattr, mount, "", AT_EMPTY_PATH, &attributes, sizeof(attributes)) < 0)
        fail("cannot make the cover of '%s' read-only", what);
}

/* Only directories are masked; a link leads to what it leads to for who has the view for a root. */
static void mask(int view, const char *path) {
    struct open_how how = {
        .flags = O_PATH | O_DIRECTORY | O_CLOEXEC,
        .resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS,
    };
    int target = (int)syscall(SYS_openat2, view, path, &how, sizeof(how));

    if (target < 0 && (errno == ENOENT || errno == ENOTDIR || errno == ELOOP))
        return;
    if (target < 0)
        fail("cannot mask '%s'", path);
    int cover = make_empty(path);
    forbid_writing(cover, path);
    attach(cover, target, path);
    close(cover);
    close(target);
}

static int make_target(const struct share *share, const char *path) {
    char file[PATH_SIZE];

    if (mkdir(path, 0755) < 0)
        fail("cannot make '%s'", path);
    if (!share->is_file)
        return open(path, O_PATH | O_CLOEXEC);
    if (snprintf(file, sizeof(file), "%s/file", path) >= (int)sizeof(file)) {
        errno = ENAMETOOLONG;
        return -1;
    }
    return open(file, O_RDONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0444);
}

static void put_view(const struct share *share, const char *path) {
    int target = make_target(share, path);

    if (target < 0)
        fail("cannot make '%s'", path);
    attach(share->view, target, share->source);
    close(target);
    close(share->view);
    if (share->is_file)
        return;
    int view = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC); /* the view: a path leads to what is on top */
    if (view < 0)
        fail("cannot open '%s'", path);
    for (int i = 0; i < share->mask_count; i++)
        mask(view, share->masks[2 * i + 1]);
    close(view);
}

/* Before the place is covered, so that no view shows the others. */
void make_views(struct order *order) {
    char path[PATH_SIZE];

    for (int i = 0; i < order->count; i++)
        clone_source(&order->shares[i]);
    int place = open(order->place, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (place < 0)
        fail("cannot open '%s'", order->place);
    int cover = make_empty(order->place);
    attach(cover, place, order->place);
    close(place);
    for (int i = 0; i < order->count; i++) {
        view_path(path, order, i);
        put_view(&order->shares[i], path);
    }
    forbid_writing(cover, order->place);
    close(cover);
}
