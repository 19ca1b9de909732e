#include "launcher.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

static bool expose_directory(int parent, const char *source, const char *name,
                             const struct stat *status, const char *target)
{
    if (mkdirat(parent, name, status->st_mode & 07777) != 0)
        return problem_set("cannot create %s", target);
    if (mount(source, target, NULL, MS_BIND | MS_REC, NULL) != 0)
        return problem_set("cannot bind %s", target);
    return true;
}

static bool expose_link(int parent, const char *source, const char *name, const char *target)
{
    char link[PATH_SIZE];
    ssize_t length = readlink(source, link, sizeof link - 1);

    if (length < 0)
        return problem_set("cannot read the link %s", target);
    link[length] = '\0';
    if (symlinkat(link, parent, name) != 0)
        return problem_set("cannot create %s", target);
    return true;
}

static bool expose_file(int parent, const char *source, const char *name, const char *target)
{
    int file = openat(parent, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

    if (file < 0)
        return problem_set("cannot create %s", target);
    close(file);
    if (mount(source, target, NULL, MS_BIND, NULL) != 0)
        return problem_set("cannot bind %s", target);
    return true;
}

/* Shows one entry of a directory that has been covered, as itself. */
static bool expose(int covered, int cover, const char *path, const char *name)
{
    char source[PATH_SIZE];
    char target[PATH_SIZE];
    struct stat status;

    if (!format_path(source, sizeof source, "/proc/self/fd/%d/%s", covered, name) ||
        !format_path(target, sizeof target, "%s/%s", path, name))
        return false;
    if (fstatat(covered, name, &status, AT_SYMLINK_NOFOLLOW) != 0)
        return errno == ENOENT || problem_set("cannot look at %s", target);
    if (S_ISDIR(status.st_mode))
        return expose_directory(cover, source, name, &status, target);
    if (S_ISLNK(status.st_mode))
        return expose_link(cover, source, name, target);
    return expose_file(cover, source, name, target);
}

static bool expose_all(DIR *entries, const char *path)
{
    int cover = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (cover < 0)
        return problem_set("cannot open %s", path);
    bool good = true;
    struct dirent *entry;
    while (good && (entry = readdir(entries)) != NULL)
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            good = expose(dirfd(entries), cover, path, entry->d_name);
    close(cover);
    return good;
}

/*
 * Makes room for a mount point that the host lacks, without making it on the host: the directory is
 * covered with a tmpfs of this namespace, and each of its entries bound into that. What is below
 * the entries is the host's own; only names that are new in this one directory are not.
 */
static bool cover(const char *path)
{
    struct stat status;
    char options[32];
    DIR *entries = opendir(path);

    if (entries == NULL)
        return problem_set("cannot read %s", path);
    bool good = fstat(dirfd(entries), &status) == 0 &&
                format_path(options, sizeof options, "mode=%o", status.st_mode & 07777);
    if (good && mount("sandbox", path, "tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, options) != 0)
        good = problem_set("cannot mount a tmpfs on %s", path);
    good = good && expose_all(entries, path);
    closedir(entries);
    return good;
}

static bool bind(const char *source, const char *parent, const char *name)
{
    char target[PATH_SIZE];
    struct stat status;

    if (!format_path(target, sizeof target, "%s/%s", parent, name))
        return false;
    if (stat(target, &status) != 0) {
        if (!cover(parent))
            return false;
        if (mkdir(target, 0755) != 0)
            return problem_set("cannot create %s", target);
    }
    if (mount(source, target, NULL, MS_BIND, NULL) != 0)
        return problem_set("cannot bind %s to %s", source, target);
    return true;
}

static bool bind_own(const struct daemon *daemon, const char *own, const char *parent,
                     const char *name)
{
    char source[PATH_SIZE];

    return format_path(source, sizeof source, "%s/%s", daemon->directory, own) &&
           bind(source, parent, name);
}

static bool make_parents(char *path)
{
    for (char *slash = strchr(path + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        bool made = mkdir(path, 0711) == 0 || errno == EEXIST;
        *slash = '/';
        if (!made)
            return problem_set("cannot make the parents of %s", path);
    }
    return true;
}

/*
 * The host's own stays within reach at another place, so that a sandbox can be given a directory or
 * an image that lies there. No sandbox sees that place: it is in the directory of all states, which
 * is covered in each. CAP_SYS_ADMIN could lift that cover; no program has it.
 */
static bool keep(const struct daemon *daemon, const char *path)
{
    char kept[PATH_SIZE];

    if (access(path, F_OK) != 0)
        return errno == ENOENT || problem_set("cannot reach %s", path);
    if (!format_path(kept, sizeof kept, "%s/host%s", daemon->directory, path) ||
        !make_parents(kept))
        return false;
    if (mkdir(kept, 0711) != 0 && errno != EEXIST)
        return problem_set("cannot make %s", kept);
    if (mount(path, kept, NULL, MS_BIND | MS_REC, NULL) != 0)
        return problem_set("cannot bind %s to %s", path, kept);
    return true;
}

/* EmbeddedLibvirt.java has the same list. */
static bool keep_all(const struct daemon *daemon)
{
    static const char *const covered[] = {"/run",           "/etc/libvirt",       "/var/lib/libvirt",
                                          "/var/log/libvirt", "/var/cache/libvirt"};

    for (size_t i = 0; i < sizeof covered / sizeof *covered; i++)
        if (!keep(daemon, covered[i]))
            return false;
    return true;
}

bool places_arrange(const struct daemon *daemon)
{
    char cache[PATH_SIZE];

    /* slave: mounts of the host still arrive, ours never leave */
    if (mount(NULL, "/", NULL, MS_REC | MS_SLAVE, NULL) != 0)
        return problem_set("cannot make the mounts slaves of the host's");
    if (mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL) != 0)
        return problem_set("cannot mount /proc");
    if (!keep_all(daemon))
        return false;
    /*
     * All of the host's /run goes, its D-Bus socket first: machined would be told process ids of
     * this namespace. It is unmounted before it is covered, so that nothing of it is below the cover.
     * It may be no mount of its own (EINVAL).
     */
    if (umount2("/run", MNT_DETACH) != 0 && errno != EINVAL)
        return problem_set("cannot unmount /run");
    return format_path(cache, sizeof cache, "%s/libvirt", daemon->cache) &&
           bind_own(daemon, "run", "", "run") && bind_own(daemon, "etc", "/etc", "libvirt") &&
           bind_own(daemon, "lib", "/var/lib", "libvirt") &&
           bind_own(daemon, "log", "/var/log", "libvirt") && bind(cache, "/var/cache", "libvirt");
}
