#include "launcher.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/xattr.h>
#include <unistd.h>

/*
 * The list in a daemon's directory tells a sweep of its cgroups, as long as there is a directory:
 * whoever clears the state directory by hand, or had it in a temporary place, takes the list away.
 * So the cgroups speak for themselves, too.
 */

/* Of trusted attributes, which only the host's root can give or see. */
#define MARK "trusted.libvirt-sandbox"

#define PREFIX "sandbox-"

/* Deeper than a user's session or a service of a container. */
#define MAX_DEPTH 8

#define MAX_CLAIMS 48

/* Open as long as this process lives, and locked by that. */
static int claims[MAX_CLAIMS];
static size_t claim_count;

static void tell(const char *step, const char *path)
{
    fprintf(stderr, "sandbox-libvirtd: cannot %s the cgroup %s: %s\n", step, path, strerror(errno));
}

/* Without a lock there is no mark, and without a mark the cgroup is only left to the list. */
void cgroup_claim(const char *path)
{
    int group = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    errno = group >= 0 && claim_count == MAX_CLAIMS ? ENOLCK : errno;
    /* the lock first: nothing that is new has the mark without it */
    if (group < 0 || claim_count == MAX_CLAIMS || flock(group, LOCK_EX | LOCK_NB) != 0) {
        tell("lock", path);
        if (group >= 0)
            close(group);
        return;
    }
    claims[claim_count++] = group;
    if (fsetxattr(group, MARK, "", 0, XATTR_CREATE) != 0)
        tell("mark", path);
}

void cgroups_disclaim(void)
{
    while (claim_count > 0)
        close(claims[--claim_count]);
}

static bool is_child(const struct dirent *entry)
{
    return entry->d_type == DT_DIR && strcmp(entry->d_name, ".") != 0 &&
           strcmp(entry->d_name, "..") != 0;
}

static DIR *open_group(int parent, const char *name)
{
    int group = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    DIR *entries = group < 0 ? NULL : fdopendir(group);

    if (entries == NULL && group >= 0)
        close(group);
    return entries;
}

/* What cannot be read is not taken for empty. */
static bool has_processes(int group)
{
    char first;
    int processes = openat(group, "cgroup.procs", O_RDONLY | O_CLOEXEC);
    ssize_t length = processes < 0 ? -1 : read(processes, &first, 1);

    if (processes >= 0)
        close(processes);
    return length != 0;
}

static bool is_empty(int parent, const char *name)
{
    DIR *entries = open_group(parent, name);
    if (entries == NULL)
        return false;
    bool empty = !has_processes(dirfd(entries));
    struct dirent *entry;
    while (empty && (entry = readdir(entries)) != NULL)
        empty = !is_child(entry) || is_empty(dirfd(entries), entry->d_name);
    closedir(entries);
    return empty;
}

static bool is_daemons(const char *name)
{
    return strncmp(name, PREFIX, strlen(PREFIX)) == 0 && is_id(name + strlen(PREFIX));
}

/*
 * The lock is held meanwhile: another sweep looks elsewhere. Any user may take it once a daemon is
 * dead, and so keep an empty cgroup from being swept, but nothing more.
 */
static void sweep_daemons(int parent, const char *name, int group)
{
    if (fgetxattr(group, MARK, NULL, 0) >= 0 && flock(group, LOCK_EX | LOCK_NB) == 0 &&
        is_empty(parent, name))
        cgroup_remove(parent, name);
}

static void sweep_below(int parent, const char *name, int depth)
{
    DIR *entries = open_group(parent, name);
    if (entries == NULL)
        return;
    struct dirent *entry;
    if (is_daemons(name))
        sweep_daemons(parent, name, dirfd(entries));
    else
        while (depth < MAX_DEPTH && (entry = readdir(entries)) != NULL)
            if (is_child(entry))
                sweep_below(dirfd(entries), entry->d_name, depth + 1);
    closedir(entries);
}

static void sweep_mount(const char *mount)
{
    sweep_below(AT_FDCWD, mount, 0);
}

void cgroups_sweep(void)
{
    cgroups_renew_patience();
    /* others than root see no mark; and where no hierarchy is mounted nothing is left in one */
    if (geteuid() == 0)
        cgroups_visit_mounts(sweep_mount);
}
