#include "launcher.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAX_MOUNTS 48
#define LINE_SIZE 2048

struct hierarchy {
    char mount[PATH_SIZE];
    char root[PATH_SIZE];   /* the cgroup that the mount shows as its top */
    char options[256];      /* of the super block, with the controllers' names */
    char controllers[128];  /* as /proc/self/cgroup names them; empty for v2 */
    char group[PATH_SIZE];  /* the daemon's cgroup; empty where it needs none */
    bool unified;
};

static struct hierarchy hierarchies[MAX_MOUNTS];
static size_t count;
/* v2 alone: no v1 controller is mounted, so libvirt uses the unified hierarchy. */
static bool only_unified;

/* The kernel writes blanks and the like in paths of mountinfo as \ooo. */
static void unescape(char *text)
{
    char *to = text;

    for (const char *from = text; *from != '\0'; to++) {
        if (from[0] == '\\' && from[1] != '\0' && from[2] != '\0' && from[3] != '\0') {
            *to = (char)((from[1] - '0') << 6 | (from[2] - '0') << 3 | (from[3] - '0'));
            from += 4;
        } else {
            *to = *from++;
        }
    }
    *to = '\0';
}

/* One line: ID PARENT DEVICE ROOT MOUNT OPTIONS [TAGS] - TYPE SOURCE SUPER-OPTIONS */
static bool add_mount(const char *line)
{
    const char *tail = strstr(line, " - cgroup");
    if (tail == NULL)
        return true;
    if (count == MAX_MOUNTS) {
        errno = 0;
        return problem_set("more than %d cgroup mounts", MAX_MOUNTS);
    }
    struct hierarchy *h = &hierarchies[count];
    char type[16];
    if (sscanf(line, "%*s %*s %*s %511s %511s", h->root, h->mount) != 2 ||
        sscanf(tail, " - %15s %*s %255s", type, h->options) != 2)
        return true;
    unescape(h->root);
    unescape(h->mount);
    h->unified = strcmp(type, "cgroup2") == 0;
    count++;
    return true;
}

static bool has_option(const char *options, const char *name, size_t length)
{
    for (const char *at = options; at != NULL; at = strchr(at, ',')) {
        at += *at == ',';
        if (strncmp(at, name, length) == 0 && (at[length] == ',' || at[length] == '\0'))
            return true;
    }
    return false;
}

static bool is_line_of(const struct hierarchy *h, const char *controllers)
{
    if (*controllers == '\0')
        return h->unified;
    return !h->unified && has_option(h->options, controllers, strcspn(controllers, ","));
}

/* Where this process's cgroup lies in the file system. */
static bool find_group(struct hierarchy *h, const char *cgroup, const char *id)
{
    size_t length = strcmp(h->root, "/") == 0 ? 0 : strlen(h->root);

    if (strncmp(cgroup, h->root, length) != 0 ||
        (cgroup[length] != '\0' && cgroup[length] != '/')) {
        errno = 0;
        return problem_set("this process's cgroup %s is not below %s, which %s shows", cgroup,
                           h->root, h->mount);
    }
    cgroup += length;
    return format_path(h->group, sizeof h->group, "%s%s/sandbox-%s", h->mount,
                       strcmp(cgroup, "/") == 0 ? "" : cgroup, id);
}

/* One line: NUMBER:CONTROLLERS:CGROUP */
static bool place_group(char *line, const char *id)
{
    char *controllers = strchr(line, ':');
    char *cgroup = controllers == NULL ? NULL : strchr(controllers + 1, ':');
    if (cgroup == NULL)
        return true;
    *controllers++ = *cgroup++ = '\0';
    cgroup[strcspn(cgroup, "\n")] = '\0';
    for (size_t i = 0; i < count; i++) {
        struct hierarchy *h = &hierarchies[i];
        if (!is_line_of(h, controllers))
            continue;
        /*
         * v2: a cgroup that holds processes cannot hand controllers on, except for the topmost. The
         * owner's own cgroup holds the owner, so the daemon's is made at the top.
         */
        if (h->unified && !only_unified)
            return true;
        if (!format_path(h->controllers, sizeof h->controllers, "%s", controllers))
            return false;
        return find_group(h, h->unified ? h->root : cgroup, id);
    }
    return true;
}

static bool read_mounts(void)
{
    static char line[LINE_SIZE];
    FILE *mounts = fopen("/proc/self/mountinfo", "re");
    bool good = true;

    if (mounts == NULL)
        return problem_set("cannot read /proc/self/mountinfo");
    while (good && fgets(line, sizeof line, mounts) != NULL)
        good = add_mount(line);
    fclose(mounts);
    only_unified = true;
    for (size_t i = 0; i < count; i++)
        if (!hierarchies[i].unified && has_option(hierarchies[i].options, "memory", 6))
            only_unified = false;
    if (good && count == 0) {
        errno = 0;
        return problem_set("no cgroup hierarchy is mounted; mount one at /sys/fs/cgroup");
    }
    return good;
}

static bool place_groups(const char *id)
{
    static char line[LINE_SIZE];
    FILE *own = fopen("/proc/self/cgroup", "re");
    bool good = true;

    if (own == NULL)
        return problem_set("cannot read /proc/self/cgroup");
    while (good && fgets(line, sizeof line, own) != NULL)
        good = place_group(line, id);
    fclose(own);
    return good;
}

static bool write_list(const char *directory)
{
    char path[PATH_SIZE];

    if (!format_path(path, sizeof path, "%s/" CGROUP_LIST, directory))
        return false;
    FILE *list = fopen(path, "wxe");
    if (list == NULL)
        return problem_set("cannot create %s", path);
    for (size_t i = 0; i < count; i++)
        if (hierarchies[i].group[0] != '\0')
            fprintf(list, "%s\n", hierarchies[i].group);
    bool good = ferror(list) == 0;
    if (fclose(list) != 0 || !good)
        return problem_set("cannot write %s", path);
    return true;
}

static ssize_t read_control(const char *directory, const char *name, char *buffer, size_t size)
{
    char path[PATH_SIZE];

    if (!format_path(path, sizeof path, "%s/%s", directory, name))
        return -1;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return -1;
    ssize_t length = read(fd, buffer, size - 1);
    close(fd);
    if (length >= 0)
        buffer[length] = '\0';
    return length;
}

static bool write_control(const char *directory, const char *name, const char *text)
{
    char path[PATH_SIZE];

    if (!format_path(path, sizeof path, "%s/%s", directory, name))
        return false;
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    bool written = fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text);
    if (!written)
        problem_set("cannot write %s", path);
    if (fd >= 0)
        close(fd);
    return written;
}

/* A new cpuset of v1 has no processor and no memory, and takes no process until it has. */
static bool inherit_cpuset(const char *group)
{
    static const char *const names[] = {"cpuset.cpus", "cpuset.mems"};
    char parent[PATH_SIZE];
    char value[1024];

    if (!format_path(parent, sizeof parent, "%.*s", (int)(strrchr(group, '/') - group), group))
        return false;
    for (size_t i = 0; i < 2; i++) {
        if (read_control(parent, names[i], value, sizeof value) < 0)
            return problem_set("cannot read %s/%s", parent, names[i]);
        if (!write_control(group, names[i], value))
            return false;
    }
    return true;
}

/* v2: hands every controller of a cgroup on to its children; some may refuse, libvirt says which. */
static void hand_on_controllers(const char *directory)
{
    char names[256];
    char *rest = NULL;

    if (read_control(directory, "cgroup.controllers", names, sizeof names) < 0)
        return;
    for (char *name = strtok_r(names, " \n", &rest); name != NULL;
         name = strtok_r(NULL, " \n", &rest)) {
        char enable[64];
        if (format_path(enable, sizeof enable, "+%s", name))
            write_control(directory, "cgroup.subtree_control", enable);
    }
}

static bool make_group(const struct hierarchy *h)
{
    if (h->unified)
        hand_on_controllers(h->mount);
    /* others may look into it only once it is locked: whoever may open it for reading can lock it */
    if (mkdir(h->group, 0700) != 0)
        return problem_set("cannot create the cgroup %s", h->group);
    cgroup_claim(h->group);
    if (chmod(h->group, 0755) != 0)
        return problem_set("cannot open the cgroup %s to others", h->group);
    return !has_option(h->controllers, "cpuset", 6) || inherit_cpuset(h->group);
}

bool cgroups_visit_mounts(void (*visit)(const char *mount))
{
    count = 0;
    if (!read_mounts())
        return false;
    for (size_t i = 0; i < count; i++)
        visit(hierarchies[i].mount);
    return true;
}

bool cgroups_make(const struct daemon *daemon)
{
    /* the list first: whatever happens then, a sweep knows what to look for */
    if (!read_mounts() || !place_groups(daemon->id) || !write_list(daemon->directory))
        return false;
    for (size_t i = 0; i < count; i++)
        if (hierarchies[i].group[0] != '\0' && !make_group(&hierarchies[i]))
            return false;
    return true;
}

bool cgroups_enter(void)
{
    for (size_t i = 0; i < count; i++)
        if (hierarchies[i].group[0] != '\0' &&
            !write_control(hierarchies[i].group, "cgroup.procs", "0"))
            return false;
    return true;
}

static bool mount_hierarchy(const struct hierarchy *h)
{
    const unsigned long flags = MS_NOSUID | MS_NODEV | MS_NOEXEC;
    char options[160];

    if (h->unified) {
        char leaf[PATH_SIZE];
        if (mount("cgroup2", h->mount, "cgroup2", flags, NULL) != 0)
            return problem_set("cannot mount cgroup2 at %s", h->mount);
        if (!format_path(leaf, sizeof leaf, "%s/daemon", h->mount))
            return false;
        if (mkdir(leaf, 0755) != 0)
            return problem_set("cannot create the cgroup %s", leaf);
        if (!write_control(leaf, "cgroup.procs", "0"))
            return false;
        hand_on_controllers(h->mount);
        return true;
    }
    bool named = strncmp(h->controllers, "name=", 5) == 0;
    if (!format_path(options, sizeof options, "%s%s", named ? "none," : "", h->controllers))
        return false;
    if (mount("cgroup", h->mount, "cgroup", flags, options) != 0)
        return problem_set("cannot mount the cgroups %s at %s", h->controllers, h->mount);
    return true;
}

bool cgroups_remount(void)
{
    /*
     * Every old mount goes, also those that are not mounted again: the host's tree would show
     * through a second mount of a hierarchy, and libvirt's LXC driver cannot start where a hybrid
     * layout has /sys/fs/cgroup/unified.
     */
    for (size_t i = count; i-- > 0;)
        if (umount2(hierarchies[i].mount, MNT_DETACH) != 0)
            return problem_set("cannot unmount %s", hierarchies[i].mount);
    for (size_t i = 0; i < count; i++)
        if (hierarchies[i].group[0] != '\0' && !mount_hierarchy(&hierarchies[i]))
            return false;
    return true;
}
