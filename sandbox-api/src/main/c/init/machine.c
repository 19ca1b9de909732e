#include "machine.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <time.h>
#include <unistd.h>

#include "descriptor.h"
#include "modules.h"

enum { GROUP_LARGEST = 64, PATH_LARGEST = 300 };

/* Of 2 ms each: half of what the host waits for the machine's end. */
enum { UNMOUNTING_TURNS = 2500 };

static bool machine;

/* The first process of a container has another root: it must not do to a host what is meant for a machine. */
bool is_first_of_machine(void) {
    struct statfs root;

    return getpid() == 1 && statfs("/", &root) == 0 && (root.f_type == RAMFS_MAGIC || root.f_type == TMPFS_MAGIC);
}

bool is_machine(void) {
    return machine;
}

static bool complain(const char *what, const char *name) {
    fprintf(stderr, "sandbox-init: cannot %s '%s': %s\n", what, name, strerror(errno));
    return false;
}

static bool mount_at(const char *type, const char *path) {
    if ((mkdir(path, 0755) < 0 && errno != EEXIST) || mount(type, path, type, MS_NOSUID, NULL) < 0)
        return complain("mount", path);
    return true;
}

/*
 * The kernel has found no console in the RAM disk, and left the descriptors closed; or it has, and input of it is not
 * for this process. Where there is none, what would be said on it must not get into what is opened next.
 */
static bool open_console(void) {
    if (fill_stdio() < 0)
        return complain("open", "/dev/null");
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    int console = open("/dev/console", O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (null >= 0) {
        dup2(null, 0);
        close(null);
    }
    if (console >= 0) {
        dup2(console, 1);
        dup2(console, 2);
        close(console);
    }
    return true;
}

static bool load(const char *group) {
    const char *name;
    return load_modules(group, &name) || complain("load", name);
}

static bool load_all(const char *groups) {
    char group[GROUP_LARGEST];
    bool good = load("base");

    while (good && *groups) {
        size_t length = strcspn(groups, ",");
        if (length >= sizeof(group)) {
            errno = ENAMETOOLONG;
            return complain("load", groups);
        }
        memcpy(group, groups, length);
        group[length] = 0;
        good = !length || load(group);
        groups += length + (groups[length] == ',');
    }
    return good;
}

bool begin_machine(const char *groups) {
    machine = true;
    return mount_at("devtmpfs", "/dev") && open_console() && mount_at("proc", "/proc") && mount_at("sysfs", "/sys") && open_modules() == 0 && load_all(groups);
}

/* A mounted file system has its disk for itself: once that can be had alone, it was unmounted. */
static bool is_mounted(const char *disk) {
    char path[PATH_LARGEST];

    snprintf(path, sizeof(path), "/dev/%s", disk);
    int fd = open(path, O_RDONLY | O_EXCL | O_CLOEXEC);
    if (fd >= 0)
        close(fd);
    return fd < 0 && errno == EBUSY;
}

static bool is_any_mounted(void) {
    DIR *disks = opendir("/sys/block");
    bool found = false;

    if (!disks)
        return false; /* a kernel without block devices */
    for (struct dirent *entry = readdir(disks); entry && !found; entry = readdir(disks))
        found = strncmp(entry->d_name, "vd", 2) == 0 && is_mounted(entry->d_name);
    closedir(disks);
    return found;
}

/* The last mount of a file system goes with whoever used it last, and the kernel may leave that to a worker of its own. */
static void await_unmounting(void) {
    const struct timespec turn = {.tv_nsec = 2000000};

    for (int i = 0; i < UNMOUNTING_TURNS && is_any_mounted(); i++)
        nanosleep(&turn, NULL);
}

/* A reset, as a machine without ACPI cannot be switched off; the hypervisor ends it at either. */
_Noreturn void end_machine(void) {
    await_unmounting();
    sync();
    fflush(NULL);
    reboot(RB_AUTOBOOT);
    _exit(1); /* the kernel's panic tells the rest */
}
