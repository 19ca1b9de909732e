#include "launcher.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

/* Deeper than any tree of ours; bounds the descriptors and the stack that a hostile tree can take. */
#define MAX_DEPTH 256

/* Half a second for what others still write below, or are removing too. */
#define RETRIES 50
#define RETRY_MILLISECONDS 10

static void remove_below(int parent, const char *name, int depth);

/* NO_XDEV stops at every mount, also at a bind mount of the same file system. */
static int open_directory(int parent, const char *name)
{
    struct open_how how = {.flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC,
                           .resolve = RESOLVE_NO_XDEV | RESOLVE_NO_SYMLINKS | RESOLVE_BENEATH};

    return (int)syscall(SYS_openat2, parent, name, &how, sizeof how);
}

static void remove_entries(int directory, int depth)
{
    DIR *entries = fdopendir(directory);
    if (entries == NULL) {
        close(directory);
        return;
    }
    struct dirent *entry;
    while ((entry = readdir(entries)) != NULL)
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            remove_below(dirfd(entries), entry->d_name, depth);
    closedir(entries);
}

/* Why the first of what could not be removed stays: the directories above it are not empty because of it. */
static int cause;
/* Not problem.c's, which may hold why a start failed: this is told of the removal that follows. */
static char problem[512];

static const char *words(int error)
{
    if (error == EXDEV)
        return "something is mounted there";
    if (error == ENAMETOOLONG)
        return "it lies too deep";
    return strerror(error);
}

static void stays(const char *name, int error)
{
    if (cause != 0)
        return;
    cause = error;
    snprintf(problem, sizeof problem, "cannot remove %s: %s", name, words(error));
}

/* What stood in the way of entering a directory is why it is not empty; of a file, why it is not unlinked. */
static int obstacle(int unlinking, int opening, int removing)
{
    if (removing == ENOTDIR)
        return opening == EXDEV ? opening : unlinking;
    return opening != 0 ? opening : removing;
}

static void remove_below(int parent, const char *name, int depth)
{
    if (unlinkat(parent, name, 0) == 0 || errno == ENOENT)
        return;
    int unlinking = errno;
    int opening = ENAMETOOLONG;
    if (depth < MAX_DEPTH) {
        int directory = open_directory(parent, name);
        opening = directory < 0 ? errno : 0;
        if (directory >= 0)
            remove_entries(directory, depth + 1);
    }
    if (unlinkat(parent, name, AT_REMOVEDIR) != 0 && errno != ENOENT)
        stays(name, obstacle(unlinking, opening, errno));
}

const char *tree_problem(void)
{
    return problem;
}

bool tree_remove(int parent, const char *name)
{
    const struct timespec pause = {.tv_nsec = RETRY_MILLISECONDS * 1000000L};

    for (int tries = 0;; tries++) {
        cause = 0;
        remove_below(parent, name, 0);
        if (cause == 0)
            return true;
        /* a mount, a right that is lacking and too great a depth are there at the next try, too */
        if (cause != ENOTEMPTY || tries == RETRIES)
            break;
        nanosleep(&pause, NULL);
    }
    fprintf(stderr, "sandbox-libvirtd: %s\n", problem);
    return false;
}
