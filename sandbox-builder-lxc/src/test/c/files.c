/* Attacks on the host's files, by a directory that the test made with all rights for everybody. */
#include <errno.h>
#include <dirent.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "attack.h"

static const char *const hidden[] = {"/var/lib/libvirt-sandbox", "/var/cache/libvirt-sandbox", "/etc/libvirt",
                                     "/var/lib/libvirt", "/var/log/libvirt", "/var/cache/libvirt", NULL};

static bool is_own(const char *point, const char *type) {
    static const char *const tmpfs[] = {"/run", "/tmp", "/var/tmp", "/dev/shm", NULL};

    for (const char *const *own = tmpfs; *own && strcmp(type, "tmpfs") == 0; own++) {
        if (strcmp(point, *own) == 0)
            return true;
    }
    return (strcmp(point, "/proc") == 0 && strcmp(type, "proc") == 0) ||
           ((strcmp(point, "/dev/pts") == 0 || strcmp(point, "/dev/ptmx") == 0) && strcmp(type, "devpts") == 0);
}

/* Of several mounts at one point the last is the one that is seen. */
struct seen {
    char point[256];
    char type[32];
    bool writable;
};

static void look_at_mounts(void) {
    static struct seen seen[512];
    static char line[8192];
    char point[256], options[256];
    size_t count = 0;
    FILE *file = fopen("/proc/self/mountinfo", "re");

    while (file && fgets(line, sizeof(line), file)) {
        size_t at = 0;
        char *type = strstr(line, " - ");
        if (!type || sscanf(line, "%*d %*d %*s %*s %255s %255s", point, options) != 2)
            continue;
        while (at < count && strcmp(seen[at].point, point) != 0)
            at++;
        if (at == 512)
            breach("there are too many mounts to look at");
        else
            count += at == count;
        struct seen *mount = &seen[at % 512];
        snprintf(mount->point, sizeof(mount->point), "%s", point);
        snprintf(mount->type, sizeof(mount->type), "%.*s", (int)strcspn(type + 3, " "), type + 3);
        mount->writable = strncmp(options, "rw", 2) == 0;
    }
    for (size_t i = 0; i < count; i++) {
        if (seen[i].writable && !is_own(seen[i].point, seen[i].type))
            breach("the mount %s (%s) is writable", seen[i].point, seen[i].type);
        if (strncmp(seen[i].type, "cgroup", 6) == 0)
            breach("the cgroups are mounted at %s", seen[i].point);
    }
    if (file)
        fclose(file);
}

static void succeeded(bool success, const char *what, const char *directory) {
    if (success)
        breach("%s %s", what, directory);
}

static void change_flags(const char *directory) {
    int flags, fd = open("file", O_RDONLY | O_CLOEXEC);

    if (fd < 0 || ioctl(fd, FS_IOC_GETFLAGS, &flags) < 0)
        return;
    flags ^= FS_NODUMP_FL;
    succeeded(ioctl(fd, FS_IOC_SETFLAGS, &flags) == 0, "flags are set in", directory);
    succeeded(fchmod(fd, 0666) == 0, "a mode is set by descriptor in", directory);
    close(fd);
}

static void open_by_handle(const char *directory) {
    struct {
        struct file_handle header;
        unsigned char bytes[128];
    } handle = {.header.handle_bytes = 128};
    int mount, at = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    if (at < 0 || name_to_handle_at(AT_FDCWD, "file", &handle.header, &mount, 0) < 0)
        return;
    int fd = open_by_handle_at(at, &handle.header, O_RDONLY | O_CLOEXEC);
    succeeded(fd >= 0, "a file opens by its handle in", directory);
    if (fd >= 0)
        close(fd);
    close(at);
}

static void write_into(const char *directory) {
    if (chdir(directory) < 0) {
        breach("the test's directory %s is missing: nothing was tried", directory);
        return;
    }
    succeeded(open("file", O_WRONLY | O_CLOEXEC) >= 0, "a file opens for writing in", directory);
    succeeded(open("file", O_RDONLY | O_TRUNC | O_CLOEXEC) >= 0, "a file is truncated in", directory);
    succeeded(open("new", O_WRONLY | O_CREAT | O_CLOEXEC, 0600) >= 0, "a file is made in", directory);
    succeeded(mkdir("new.d", 0700) == 0, "a directory is made in", directory);
    succeeded(rename("file", "renamed") == 0, "a file is renamed in", directory);
    succeeded(link("file", "linked") == 0, "a file is linked in", directory);
    succeeded(symlink("file", "symlinked") == 0, "a link is made in", directory);
    succeeded(unlink("file") == 0, "a file is removed in", directory);
    succeeded(chmod("file", 0666) == 0, "a mode is set in", directory);
    succeeded(chown("file", geteuid(), getegid()) == 0, "an owner is set in", directory);
    succeeded(utimensat(AT_FDCWD, "file", NULL, 0) == 0, "times are set in", directory);
    succeeded(setxattr("file", "user.attack", "", 0, 0) == 0, "an attribute is set in", directory);
    succeeded(truncate("file", 1) == 0, "a file is cut in", directory);
    succeeded(mknod("fifo", S_IFIFO | 0600, 0) == 0, "a FIFO is made in", directory);
    change_flags(directory);
    open_by_handle(directory);
}

static void open_devices(const char *directory) {
    static const char *const names[] = {"disk", "memory", "tunnel", NULL};

    if (chdir(directory) < 0)
        return;
    for (const char *const *name = names; *name; name++)
        succeeded(open(*name, O_RDONLY | O_NONBLOCK | O_CLOEXEC) >= 0, "a device opens:", *name);
    if (chdir("/tmp") < 0)
        return;
    if (mknod("disk", S_IFBLK | 0600, makedev(7, 0)) == 0)
        breach("a block device is made");
    if (mknod("memory", S_IFCHR | 0600, makedev(1, 1)) == 0)
        breach("a character device is made");
    succeeded(open("/dev/mem", O_RDONLY | O_CLOEXEC) >= 0, "a device opens:", "/dev/mem");
    succeeded(open("/dev/loop-control", O_RDONLY | O_CLOEXEC) >= 0, "a device opens:", "/dev/loop-control");
}

static void look_into_hidden(void) {
    for (const char *const *path = hidden; *path; path++) {
        DIR *directory = opendir(*path);
        struct dirent *entry;
        while (directory && (entry = readdir(directory))) {
            if (entry->d_name[0] != '.')
                breach("%s shows %s", *path, entry->d_name);
        }
        if (directory)
            closedir(directory);
    }
}

static void take_covers_away(void) {
    static const char *const covers[] = {"/run", "/tmp", "/var/tmp", "/proc/sys", "/proc/kcore", "/dev", NULL};

    for (const char *const *path = covers; *path; path++)
        succeeded(umount2(*path, MNT_DETACH) == 0, "a cover is taken away:", *path);
    for (const char *const *path = hidden; *path; path++)
        succeeded(umount2(*path, MNT_DETACH) == 0, "a cover is taken away:", *path);
    look_into_hidden();
}

static void remount(const char *directory) {
    succeeded(mount(NULL, "/", NULL, MS_REMOUNT | MS_BIND, NULL) == 0, "remounted writable:", "/");
    succeeded(mount(NULL, "/", NULL, MS_REMOUNT, NULL) == 0, "its file system is remounted:", "/");
    succeeded(mount(NULL, "/proc/sys", NULL, MS_REMOUNT | MS_BIND, NULL) == 0, "remounted writable:", "/proc/sys");
    succeeded(mount(NULL, "/sys", NULL, MS_REMOUNT | MS_BIND, NULL) == 0, "remounted writable:", "/sys");
    succeeded(mount(NULL, "/dev", NULL, MS_REMOUNT | MS_BIND, NULL) == 0, "remounted writable:", "/dev");
    write_into(directory);
}

/* With all capabilities of a user namespace, mounts included. */
static void mount_and_write(const char *directory) {
    static const char place[] = "/tmp/.attack";

    remount(directory);
    mkdir(place, 0700);
    if (mount("/", place, NULL, MS_BIND, NULL) == 0)
        breach("/ is bound without what covers it");
    if (mount(directory, place, NULL, MS_BIND | MS_REC, NULL) == 0) {
        succeeded(mount(NULL, place, NULL, MS_REMOUNT | MS_BIND, NULL) == 0, "bound and remounted writable:", directory);
        write_into(place);
        umount2(place, MNT_DETACH);
    }
    take_covers_away();
    open_devices(directory);
}

void attack_files(const char *directory) {
    look_at_mounts();
    look_into_hidden();
    write_into(directory);
    remount(directory);
    open_devices(directory);
    take_covers_away();
    in_user_namespace(0, mount_and_write, directory);
}
