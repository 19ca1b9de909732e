#include "launcher.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Deeper than any tree of ours; bounds the descriptors and the stack that a hostile tree can take. */
#define MAX_DEPTH 256

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

static void remove_below(int parent, const char *name, int depth)
{
    if (unlinkat(parent, name, 0) == 0 || errno == ENOENT)
        return;
    int directory = depth < MAX_DEPTH ? open_directory(parent, name) : -1;
    if (directory >= 0)
        remove_entries(directory, depth + 1);
    if (unlinkat(parent, name, AT_REMOVEDIR) != 0 && errno != ENOENT)
        fprintf(stderr, "sandbox-libvirtd: cannot remove %s: %s\n", name, strerror(errno));
}

void tree_remove(int parent, const char *name)
{
    remove_below(parent, name, 0);
}
