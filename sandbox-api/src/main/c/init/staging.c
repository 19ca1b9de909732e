#include "staging.h"

#include <stdio.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "kernel.h"
#include "report.h"
#include "wire.h"

enum { ROOM = 16 << 20, INODES = 4096 };

void begin_staging(struct staging *staging) {
    /* the kernel lowers a limit later, but sets none where there was none */
    static const char *const options[] = {"size", "1125899906842624", "nr_inodes", "1073741824", "mode", "0700", NULL};
    struct stat status;

    if (staging->mounted)
        return;
    int place = open_place(staging->path);
    int mount = place < 0 ? -1 : make_mount("tmpfs", options, ATTR_NOSUID | ATTR_NODEV);
    if (mount < 0 || attach_mount(mount, place) < 0 || fstat(mount, &status) < 0)
        report_failure(STAGE_MOUNTS, "cannot mount a tmpfs on '%s'", staging->path);
    staging->mounted = true;
    staging->device = status.st_dev;
    close(mount);
    close(place);
}

void end_staging(const struct staging *staging) {
    struct statvfs used;
    char limits[96];

    if (!staging->mounted)
        return;
    if (statvfs(staging->path, &used) < 0)
        report_failure(STAGE_MOUNTS, "cannot measure the sandbox's copies");
    unsigned long long bytes = (unsigned long long)(used.f_blocks - used.f_bfree) * used.f_frsize;
    unsigned long long inodes = used.f_files - used.f_ffree;
    snprintf(limits, sizeof(limits), "size=%llu,nr_inodes=%llu", 2 * bytes + ROOM, 2 * inodes + INODES);
    if (mount("tmpfs", staging->path, NULL, MS_REMOUNT | MS_NOSUID | MS_NODEV, limits) < 0)
        report_failure(STAGE_MOUNTS, "cannot limit the sandbox's copies");
}
