#include "mounts.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "console.h"
#include "copies.h"
#include "files.h"
#include "kernel.h"
#include "machine.h"
#include "masks.h"
#include "report.h"
#include "wire.h"

enum { UNWANTED_LARGEST = 512, LINE_LARGEST = 20480, PASSES = 4, FUSE_MAGIC = 0x65735546 };
enum { SEALED = ATTR_NOSUID | ATTR_NODEV | ATTR_NOEXEC };

/*
 * Of /proc, and of /sys, which is read-only anyway: what changes the whole machine is read-only, what tells of it and
 * not of the payload is empty: firmware and ACPI tables, power meters and interrupts (by which others' work shows), the
 * kernel's allocations, and pressure, which the kernel would also watch for whoever writes there.
 */
static const char *const read_only[] = {"/proc/sys",  "/proc/sysrq-trigger",   "/proc/irq",  "/proc/bus",
                                        "/proc/fs",   "/proc/driver",          "/proc/mtrr", "/proc/dynamic_debug",
                                        NULL};
static const char *const masked[] = {"/proc/kcore",      "/proc/keys",          "/proc/timer_list",
                                     "/proc/sched_debug", "/proc/scsi",         "/proc/acpi",
                                     "/proc/latency_stats", "/proc/kpagecount", "/proc/kpageflags",
                                     "/proc/kpagecgroup", "/proc/vmallocinfo",  "/proc/kmsg",
                                     "/proc/key-users",   "/proc/profile",      "/proc/interrupts",
                                     "/proc/asound",      "/proc/slabinfo",     "/proc/pagetypeinfo",
                                     "/proc/pressure",    "/sys/kernel/slab",   "/sys/firmware",
                                     "/sys/devices/virtual/powercap",           NULL};

struct unwanted {
    char *paths[UNWANTED_LARGEST];
    size_t count;
};

static bool below(const char *path, const char *directory) {
    size_t length = strlen(directory);
    return strncmp(path, directory, length) == 0 && (path[length] == '/' || path[length] == 0);
}

/*
 * Any other procfs, reachable or covered, would let a payload with a user namespace of its own mount a whole one: the
 * kernel allows that as long as one in the namespace is not masked.
 */
static bool is_unwanted(const char *path, const char *type) {
    return strcmp(type, "proc") == 0 || strncmp(type, "cgroup", 6) == 0 || strncmp(path, "/sys/", 5) == 0 ||
           below(path, "/dev/sandbox");
}

/* mountinfo writes blanks, newlines and backslashes as three octal digits. */
static void unescape(char *path) {
    char *to = path;

    for (const char *from = path; *from; to++) {
        if (from[0] == '\\' && from[1] && from[2] && from[3]) {
            *to = (char)((from[1] - '0') * 64 + (from[2] - '0') * 8 + (from[3] - '0'));
            from += 4;
        } else {
            *to = *from++;
        }
    }
    *to = 0;
}

static void look_at_line(char *line, struct unwanted *unwanted) {
    char *path = line;
    for (int field = 1; field < 5 && path; field++) {
        path = strchr(path, ' ');
        path = path ? path + 1 : NULL;
    }
    char *type = path ? strstr(path, " - ") : NULL;
    if (!type)
        return;
    type += 3;
    path[strcspn(path, " ")] = 0;
    type[strcspn(type, " ")] = 0;
    unescape(path);
    if (!is_unwanted(path, type))
        return;
    if (unwanted->count == UNWANTED_LARGEST) {
        errno = E2BIG;
        report_failure(STAGE_MOUNTS, "too many mounts to take away");
    }
    unwanted->paths[unwanted->count] = strdup(path);
    if (!unwanted->paths[unwanted->count++])
        report_failure(STAGE_MOUNTS, "cannot list the mounts");
}

static void find_unwanted(int proc, struct unwanted *unwanted) {
    static char line[LINE_LARGEST];
    int fd = openat(proc, "self/mountinfo", O_RDONLY | O_CLOEXEC);
    FILE *file = fd < 0 ? NULL : fdopen(fd, "r");

    unwanted->count = 0;
    if (!file)
        report_failure(STAGE_MOUNTS, "cannot read /proc/self/mountinfo");
    while (fgets(line, sizeof(line), file))
        look_at_line(line, unwanted);
    if (ferror(file))
        report_failure(STAGE_MOUNTS, "cannot read /proc/self/mountinfo");
    fclose(file);
}

/*
 * A mount takes what lies below it along, so that the outermost come first and most of the rest is gone when its turn
 * comes; each that is really taken away costs a wait for all processors.
 */
static void take_away_unwanted(int proc) {
    struct unwanted unwanted;

    for (int pass = 0; pass < PASSES; pass++) {
        find_unwanted(proc, &unwanted);
        if (unwanted.count == 0)
            return;
        for (size_t i = 0; i < unwanted.count; i++) {
            int gone = umount2(unwanted.paths[i], MNT_DETACH | UMOUNT_NOFOLLOW);
            if (gone < 0 && errno != EINVAL && errno != ENOENT && errno != ENOTDIR)
                report_failure(STAGE_MOUNTS, "cannot take '%s' away", unwanted.paths[i]);
            free(unwanted.paths[i]);
        }
    }
    errno = EBUSY;
    report_failure(STAGE_MOUNTS, "mounts that must not be there cannot be taken away");
}

/* libvirt's /proc/meminfo tells of the container's memory, by FUSE; -1 where it is the kernel's. */
static int keep_meminfo(void) {
    struct statfs status;

    if (statfs("/proc/meminfo", &status) < 0 || status.f_type != FUSE_MAGIC)
        return -1;
    return clone_mount("/proc/meminfo");
}

static void attach_at(int mount, const char *path) {
    int place = open_place(path);
    if (place < 0 || attach_mount(mount, place) < 0)
        report_failure(STAGE_MOUNTS, "cannot mount '%s'", path);
    close(place);
    close(mount);
}

static void guard_proc(void) {
    for (const char *const *path = read_only; *path; path++) {
        int place = open_place(*path);
        if (place < 0 && errno == ENOENT)
            continue;
        if (place < 0)
            report_failure(STAGE_MOUNTS, "cannot open '%s'", *path);
        cover(place, *path, ATTR_READ_ONLY | SEALED, *path);
        close(place);
    }
    for (const char *const *path = masked; *path; path++)
        mask(*path);
}

/*
 * The new procfs is made while the old one is still there: within a user namespace the kernel gives none to who has
 * none. It is attached last.
 */
static void renew_proc(void) {
    static const char *const no_options[] = {NULL};
    int old = open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC);
    int meminfo = keep_meminfo();
    int proc = make_mount("proc", no_options, SEALED);

    if (old < 0 || proc < 0)
        report_failure(STAGE_MOUNTS, "cannot make a new /proc");
    take_away_unwanted(old);
    close(old);
    attach_at(proc, "/proc");
    if (meminfo >= 0) {
        if (set_mount_attributes(meminfo, "", ATTR_READ_ONLY | SEALED) < 0)
            report_failure(STAGE_MOUNTS, "cannot make /proc/meminfo read-only");
        attach_at(meminfo, "/proc/meminfo");
    }
}

/* enter_root has made a machine's /proc, and of what it has mounted the store alone must go. */
static void take_away_store(int store) {
    if (store >= 0 && umount2("/dev/sandbox", MNT_DETACH | UMOUNT_NOFOLLOW) < 0)
        report_failure(STAGE_MOUNTS, "cannot take '/dev/sandbox' away");
}

static void seal_sys(void) {
    if (set_mount_attributes(AT_FDCWD, "/sys", ATTR_READ_ONLY | SEALED) < 0 && errno != EINVAL && errno != ENOENT)
        report_failure(STAGE_MOUNTS, "cannot make /sys read-only");
}

/* A /dev that is no mount would have no flags of its own. What lies below it must stay: hence the whole tree. */
static void own_dev(void) {
    if (set_mount_attributes(AT_FDCWD, "/dev", ATTR_NOSUID | ATTR_NOEXEC) == 0)
        return;
    if (errno != EINVAL || mount("/dev", "/dev", NULL, MS_BIND | MS_REC, NULL) < 0)
        report_failure(STAGE_MOUNTS, "cannot take /dev as the payload's own");
}

/*
 * The domain's terminals: its log, the consoles of shells, perhaps the channel. Libvirt binds each over /dev/ttyN, where
 * the payload's own devpts does not hide it, and they are uid 0's.
 */
static void mask_consoles(void) {
    char path[32];

    mask("/dev/console");
    for (int number = 1; number <= CONSOLES_LARGEST + 2; number++) {
        snprintf(path, sizeof path, "/dev/tty%d", number);
        mask(path);
    }
}

static void make_terminals(void) {
    static const char *const with_group[] = {"ptmxmode", "0666", "mode", "0620", "gid", "5", NULL};
    static const char *const without_group[] = {"ptmxmode", "0666", "mode", "0620", NULL};
    struct stat status;

    int terminals = make_mount("devpts", with_group, ATTR_NOSUID | ATTR_NOEXEC);
    if (terminals < 0) /* a user namespace may know no group 5 */
        terminals = make_mount("devpts", without_group, ATTR_NOSUID | ATTR_NOEXEC);
    if (terminals < 0)
        report_failure(STAGE_MOUNTS, "cannot make a devpts");
    attach_at(terminals, "/dev/pts");

    if (lstat("/dev/ptmx", &status) < 0) {
        if (symlink("pts/ptmx", "/dev/ptmx") < 0)
            report_failure(STAGE_MOUNTS, "cannot make /dev/ptmx");
    } else if (!S_ISLNK(status.st_mode)) {
        int place = open_place("/dev/ptmx");
        if (place < 0)
            report_failure(STAGE_MOUNTS, "cannot open /dev/ptmx");
        cover(place, "/dev/pts/ptmx", ATTR_NOSUID | ATTR_NOEXEC, "/dev/ptmx");
        close(place);
    }
}

/* Where programs look for the sandbox's disks, without any too. */
static void make_disks(void) {
    if ((mkdir("/dev/disk", 0755) < 0 && errno != EEXIST) || (mkdir("/dev/disk/by-tag", 0755) < 0 && errno != EEXIST))
        report_failure(STAGE_MOUNTS, "cannot make /dev/disk/by-tag");
}

void make_mounts(const struct record *record) {
    if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
        report_failure(STAGE_MOUNTS, "cannot make the mounts private");
    if (mkdir("/dev/pts", 0755) < 0 && errno != EEXIST)
        report_failure(STAGE_MOUNTS, "cannot make /dev/pts");
    own_dev();
    int store = open_store(); /* before it is taken away; only some items need it */
    if (is_machine())
        take_away_store(store);
    else
        renew_proc();
    guard_proc();
    seal_sys();
    make_disks();
    carry_out_items(record, store, "/dev/pts"); /* what is staged there is covered by the next */
    if (store >= 0)
        close(store);
    make_terminals();
    mask_consoles();
    if (set_mount_attributes(AT_FDCWD, "/dev", ATTR_READ_ONLY) < 0)
        report_failure(STAGE_MOUNTS, "cannot make /dev read-only");
    if (chdir("/") < 0)
        report_failure(STAGE_MOUNTS, "cannot enter /");
}
