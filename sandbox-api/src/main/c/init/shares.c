#include "shares.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "files.h"
#include "images.h"
#include "kernel.h"
#include "machine.h"
#include "modules.h"
#include "report.h"
#include "wire.h"

#define NEW_ROOT "/root"
#define STORE "/dev/sandbox"
#define CANNOT_MOUNT "cannot mount '%s' (%s) on '%s'"

enum { PATH_LARGEST = 320 };

static bool is_root(const struct item *item) {
    return item->tag == TAG_MOUNT && strcmp(item->path, "/") == 0;
}

static bool is_store(const struct item *item) {
    return item->tag == TAG_MOUNT && strcmp(item->path, STORE) == 0;
}

static uint64_t attributes_of(const struct item *item) {
    return (item->mode & FLAG_NOSUID ? ATTR_NOSUID : 0) | (item->mode & FLAG_NODEV ? ATTR_NODEV : 0) |
           (item->mode & FLAG_NOEXEC ? ATTR_NOEXEC : 0) | (item->mode & FLAG_READ_ONLY ? ATTR_READ_ONLY : 0);
}

static int mount_type(const struct item *item, const char *type, const char *const *options) {
    int mount = make_mount(type, options, attributes_of(item));
    if (mount < 0)
        report_failure(STAGE_MOUNTS, CANNOT_MOUNT, item->text, type, item->path);
    return mount;
}

/* Coherent with the host but for what is mapped: a program must be able to map a file for writing. */
static int mount_9p(const struct item *item) {
    const char *const options[] = {"source", item->text, "trans", "virtio", "version", "9p2000.L",
                                   "msize", "262144", "cache", "mmap", NULL};
    return mount_type(item, "9p", options);
}

static int mount_virtiofs(const struct item *item) {
    const char *const options[] = {"source", item->text, NULL};
    return mount_type(item, "virtiofs", options);
}

static int mount_image(const struct item *item) {
    const char *const writable[] = {"source", item->text, NULL};
    const char *const fixed[] = {"source", item->text, "ro", NULL, NULL};
    const char *type = find_type(item->text), *module;

    if (!type && errno == EMEDIUMTYPE)
        report_failure(STAGE_MOUNTS, "the image for '%s' has no file system that is known here", item->path);
    if (!type)
        report_failure(STAGE_MOUNTS, "cannot read the image for '%s'", item->path);
    if (!load_modules(type, &module))
        report_failure(STAGE_MOUNTS, "cannot load '%s' for the image at '%s'", module, item->path);
    int mount = make_mount(type, item->mode & FLAG_READ_ONLY ? fixed : writable, attributes_of(item));
    if (mount < 0 && errno == ENODEV && module)
        report_failure(STAGE_MOUNTS,
                       "the image for '%s' has the file system %s, and the kernel lacks its module '%s'; install that "
                       "on the host, or name another kernel",
                       item->path, type, module);
    if (mount < 0)
        report_failure(STAGE_MOUNTS, CANNOT_MOUNT, item->text, type, item->path);
    return mount;
}

/* A link may lead there, which the host does not know; the clone would be without what covers parts of the first one. */
static void refuse_of_kernel(int mount, const struct item *item) {
    struct statfs status;

    if (fstatfs(mount, &status) < 0)
        report_failure(STAGE_MOUNTS, "cannot look at '%.200s', which is to be bound", item->text);
    errno = EPERM;
    if (status.f_type == PROC_SUPER_MAGIC || status.f_type == SYSFS_MAGIC)
        report_failure(STAGE_MOUNTS, "'%.200s' leads to /proc or /sys, which are not bound to '%.200s'", item->text,
                       item->path);
}

static int mount_bind(const struct item *item) {
    int mount = clone_mount(item->text);

    if (mount >= 0)
        refuse_of_kernel(mount, item);
    if (mount < 0 || set_mount_attributes(mount, "", attributes_of(item)) < 0)
        report_failure(STAGE_MOUNTS, "cannot bind '%s' to '%s'", item->text, item->path);
    return mount;
}

/* A detached mount of what an item says. */
static int make_share(const struct item *item) {
    switch (item->share) {
    case SHARE_9P:
        return mount_9p(item);
    case SHARE_VIRTIOFS:
        return mount_virtiofs(item);
    case SHARE_IMAGE:
        return mount_image(item);
    default:
        return mount_bind(item);
    }
}

static bool is_of_file(const struct item *item) {
    struct stat status;

    return item->share == SHARE_BIND && stat(item->text, &status) == 0 && !S_ISDIR(status.st_mode);
}

static void attach(int share, const struct item *item, const char *path) {
    int place = is_of_file(item) ? place_of_file(path) : place_of_mount(path);

    if (place < 0 && is_root(item))
        report_failure(STAGE_MOUNTS, "cannot open '%s'", path);
    if (place < 0)
        report_failure(STAGE_MOUNTS, "the mount target '%s' cannot be had", item->path);
    if (attach_mount(share, place) < 0)
        report_failure(STAGE_MOUNTS, "cannot mount '%s' on '%s'", item->text, item->path);
    close(place);
    close(share);
}

void put_share(const struct item *item) {
    if (is_root(item) || is_store(item))
        return; /* enter_root has */
    int share = make_share(item);
    attach(share, item, item->path);
}

static void make_node(const char *name, mode_t mode, dev_t device) {
    char path[PATH_LARGEST];

    snprintf(path, sizeof(path), NEW_ROOT "/dev/%s", name);
    if (mknod(path, mode, device) < 0 || chmod(path, mode & 0777) < 0)
        report_failure(STAGE_MOUNTS, "cannot make '/dev/%s'", name);
}

static void make_link(const char *text, const char *name) {
    char path[PATH_LARGEST];

    snprintf(path, sizeof(path), NEW_ROOT "/dev/%s", name);
    if (symlink(text, path) < 0)
        report_failure(STAGE_MOUNTS, "cannot make '/dev/%s'", name);
}

static void make_disks(void) {
    DIR *disks = opendir("/sys/block");
    struct stat status;
    char path[PATH_LARGEST];

    if (!disks)
        return; /* a kernel without block devices */
    for (struct dirent *entry = readdir(disks); entry; entry = readdir(disks)) {
        snprintf(path, sizeof(path), "/dev/%s", entry->d_name);
        if (strncmp(entry->d_name, "vd", 2) == 0 && stat(path, &status) == 0 && S_ISBLK(status.st_mode))
            make_node(entry->d_name, S_IFBLK | 0600, status.st_rdev);
    }
    closedir(disks);
}

/* Nothing of the machine's own is in it: neither the port to the host nor its memory. */
static void make_devices(void) {
    static const struct {
        const char *name;
        unsigned minor;
    } memory[] = {{"null", 3}, {"zero", 5}, {"full", 7}, {"random", 8}, {"urandom", 9}};

    umask(0);
    for (size_t i = 0; i < sizeof(memory) / sizeof(memory[0]); i++)
        make_node(memory[i].name, S_IFCHR | 0666, makedev(1, memory[i].minor));
    make_node("tty", S_IFCHR | 0666, makedev(5, 0));
    umask(022);
    make_link("/proc/self/fd", "fd");
    make_link("fd/0", "stdin");
    make_link("fd/1", "stdout");
    make_link("fd/2", "stderr");
    make_disks();
}

static void mount_special(int mount, const char *path) {
    int place = open_place(path);

    if (place < 0)
        report_failure(STAGE_MOUNTS, "the root has no directory '%s'", path + strlen(NEW_ROOT));
    if (mount < 0 || attach_mount(mount, place) < 0)
        report_failure(STAGE_MOUNTS, "cannot mount '%s'", path + strlen(NEW_ROOT));
    close(place);
    close(mount);
}

static void mount_specials(const struct record *record) {
    static const char *const of_dev[] = {"mode", "0755", "size", "1048576", NULL};
    static const char *const no_options[] = {NULL};

    mount_special(make_mount("tmpfs", of_dev, ATTR_NOSUID | ATTR_NOEXEC), NEW_ROOT "/dev");
    make_devices(); /* by what /sys tells of disks, before it goes to the root */
    mount_special(make_mount("proc", no_options, ATTR_NOSUID | ATTR_NOEXEC | ATTR_NODEV), NEW_ROOT "/proc");
    mount_special(open_place("/sys"), NEW_ROOT "/sys"); /* the RAM disk's: a mount that goes costs more than one that moves */
    for (size_t i = 0; i < record->item_count; i++) {
        const struct item *item = &record->items[i];
        if (!is_store(item))
            continue;
        if (mkdir(NEW_ROOT STORE, 0755) < 0)
            report_failure(STAGE_MOUNTS, "cannot make '" STORE "'");
        attach(make_share(item), item, NEW_ROOT STORE);
    }
}

/* The RAM disk cannot be unmounted: the root is laid over it, and what else it showed is taken away. */
static void turn_to_root(void) {
    if (umount2("/dev", MNT_DETACH) < 0 || umount2("/proc", MNT_DETACH) < 0 || chdir(NEW_ROOT) < 0 ||
        mount(".", "/", NULL, MS_MOVE, NULL) < 0 || chroot(".") < 0 || chdir("/") < 0)
        report_failure(STAGE_MOUNTS, "cannot turn to the root");
}

static const struct item *find_root(const struct record *record) {
    for (size_t i = 0; i < record->item_count; i++) {
        if (is_root(&record->items[i]))
            return &record->items[i];
    }
    return NULL;
}

void enter_root(const struct record *record) {
    const struct item *root = find_root(record);

    if (!root && is_machine()) {
        errno = EINVAL;
        report_failure(STAGE_MOUNTS, "the launch record has no root for this machine");
    }
    if (!root)
        return;
    if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
        report_failure(STAGE_MOUNTS, "cannot make the mounts private");
    int share = make_share(root);
    if (mkdir(NEW_ROOT, 0755) < 0 && errno != EEXIST)
        report_failure(STAGE_MOUNTS, "cannot make a place for the root");
    attach(share, root, NEW_ROOT);
    mount_specials(record);
    turn_to_root();
}
