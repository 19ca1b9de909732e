#include "kernel.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/stat.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

enum {
    CLONE_TREE = 1, /* OPEN_TREE_CLONE */
    OPEN_TREE_CLOEXEC_ = O_CLOEXEC,
    EMPTY_PATH = 0x1000,       /* AT_EMPTY_PATH */
    FROM_EMPTY_PATH = 0x4,     /* MOVE_MOUNT_F_EMPTY_PATH */
    TO_EMPTY_PATH = 0x40,      /* MOVE_MOUNT_T_EMPTY_PATH */
    FS_CLOEXEC = 1,            /* FSOPEN_CLOEXEC and FSMOUNT_CLOEXEC */
    CONFIG_FLAG = 0,           /* FSCONFIG_SET_FLAG */
    CONFIG_STRING = 1,         /* FSCONFIG_SET_STRING */
    CONFIG_CREATE = 6,         /* FSCONFIG_CMD_CREATE */
    NO_OTHER_MOUNT = 1,        /* RESOLVE_NO_XDEV */
    NO_MAGIC_LINKS = 2,        /* RESOLVE_NO_MAGICLINKS */
    NO_LINKS = 4,              /* RESOLVE_NO_SYMLINKS */
    BENEATH = 8,               /* RESOLVE_BENEATH */
};

struct how {
    uint64_t flags;
    uint64_t mode;
    uint64_t resolve;
};

struct attributes {
    uint64_t set;
    uint64_t clear;
    uint64_t propagation;
    uint64_t user_namespace;
};

static int open_by(int directory, const char *path, int flags, uint64_t resolve) {
    struct how how = {.flags = (unsigned)flags | O_CLOEXEC, .resolve = resolve | NO_MAGIC_LINKS};
    return (int)syscall(SYS_openat2, directory, path, &how, sizeof(how));
}

int open_place(const char *path) {
    return open_by(AT_FDCWD, path, O_PATH, 0);
}

bool is_directory(int place) {
    int itself = openat(place, ".", O_PATH | O_CLOEXEC);

    if (itself < 0)
        return errno != ENOTDIR;
    close(itself);
    return true;
}

int open_exact_place(const char *path) {
    return open_by(AT_FDCWD, path, O_PATH, NO_LINKS);
}

int open_below(int directory, const char *path, int flags) {
    return open_by(directory, path, flags | O_NOFOLLOW, BENEATH | NO_LINKS);
}

int open_within(int directory, const char *path, int flags) {
    return open_by(directory, path, flags | O_NOFOLLOW, BENEATH | NO_LINKS | NO_OTHER_MOUNT);
}

int find_mount(int place, struct mount_place *found) {
    struct statx status = {0};

    if (syscall(SYS_statx, place, "", EMPTY_PATH, STATX_MNT_ID, &status) < 0)
        return -1;
    *found = (struct mount_place){status.stx_mnt_id, (status.stx_attributes & STATX_ATTR_MOUNT_ROOT) != 0};
    return 0;
}

int clone_mount(const char *path) {
    return (int)syscall(SYS_open_tree, AT_FDCWD, path, CLONE_TREE | OPEN_TREE_CLOEXEC_);
}

int clone_of(int mount) {
    return (int)syscall(SYS_open_tree, mount, "", CLONE_TREE | OPEN_TREE_CLOEXEC_ | EMPTY_PATH);
}

int make_mount(const char *type, const char *const *options, uint64_t attributes) {
    int context = (int)syscall(SYS_fsopen, type, FS_CLOEXEC);
    if (context < 0)
        return -1;
    for (; *options; options += 2) {
        if (syscall(SYS_fsconfig, context, options[1] ? CONFIG_STRING : CONFIG_FLAG, options[0], options[1], 0) < 0)
            goto fail;
    }
    if (syscall(SYS_fsconfig, context, CONFIG_CREATE, NULL, NULL, 0) < 0)
        goto fail;
    int mount = (int)syscall(SYS_fsmount, context, FS_CLOEXEC, attributes);
    if (mount < 0)
        goto fail;
    close(context);
    return mount;

fail:;
    int error = errno;
    close(context);
    errno = error;
    return -1;
}

int set_mount_attributes(int fd, const char *path, uint64_t attributes) {
    struct attributes change = {.set = attributes};
    return (int)syscall(SYS_mount_setattr, fd, path, *path ? 0 : EMPTY_PATH, &change, sizeof(change));
}

int attach_mount(int mount, int place) {
    return (int)syscall(SYS_move_mount, mount, "", place, "", FROM_EMPTY_PATH | TO_EMPTY_PATH);
}

int close_from(int first) {
    return (int)syscall(SYS_close_range, first, ~0U, 0);
}

pid_t fork_sibling(pid_t *pid) {
    return (pid_t)syscall(SYS_clone, CLONE_PARENT | CLONE_PARENT_SETTID | SIGCHLD, 0, pid, 0, 0);
}

static int score_for_out_of_memory(const char *score) {
    int fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);

    if (fd < 0)
        return -1;
    ssize_t written = write(fd, score, strlen(score));
    int error = errno;
    close(fd);
    errno = error;
    return written < 0 ? -1 : 0;
}

int spare_from_out_of_memory(void) {
    return score_for_out_of_memory("-1000");
}

/*
 * Before all else, libvirt's controller above all: what fills a tmpfs is small itself, and the controller is larger.
 * Written with CAP_SYS_RESOURCE this is also the least that the process can set later.
 */
int expose_to_out_of_memory(void) {
    return score_for_out_of_memory("1000");
}
