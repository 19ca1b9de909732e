#include "launcher.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

/* Connections that wait while libvirtd starts; more than a process opens at once. */
#define BACKLOG 256

/* No authentication: the socket lies in a directory that only root can enter. */
static const char libvirtd_conf[] = "auth_unix_rw = \"none\"\n"
                                    "auth_unix_ro = \"none\"\n"
                                    "log_outputs = \"3:stderr\"\n";

/*
 * Independent of the host's settings: no virtlogd, which nobody starts here; no security driver,
 * which would write profiles on the host; no directories made on the host's hugetlbfs.
 */
static const char qemu_conf[] = "user = \"root\"\n"
                                "group = \"root\"\n"
                                "security_driver = \"none\"\n"
                                "stdio_handler = \"file\"\n"
                                "hugetlbfs_mount = []\n";
/* Of a user namespace: cgroups and devices are out of reach, and so are trusted attributes. */
static const char machines_conf[] = "user = \"root\"\n"
                                    "group = \"root\"\n"
                                    "security_driver = \"none\"\n"
                                    "stdio_handler = \"file\"\n"
                                    "hugetlbfs_mount = []\n"
                                    "cgroup_controllers = []\n"
                                    "namespaces = []\n"
                                    "remember_owner = 0\n";
static const char lxc_conf[] = "security_driver = \"none\"\n";

bool is_id(const char *text)
{
    return strlen(text) == ID_DIGITS && strspn(text, "0123456789abcdef") == ID_DIGITS;
}

static bool lock(int fd)
{
    /*
     * A lock of the open file, not of the process: it does not end when somebody in this process
     * closes another descriptor of the file. It conflicts with the POSIX locks of others.
     */
    struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};

    return fcntl(fd, F_OFD_SETLK, &whole) == 0;
}

static bool make_owner(struct daemon *daemon, const char *directory)
{
    char path[PATH_SIZE];

    if (!format_path(path, sizeof path, "%s/owner", directory))
        return false;
    daemon->owner = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (daemon->owner < 0)
        return problem_set("cannot create %s", path);
    if (!lock(daemon->owner))
        return problem_set("cannot lock %s", path);
    if (dprintf(daemon->owner, "%d\n", getpid()) < 0)
        return problem_set("cannot write %s", path);
    return true;
}

bool daemon_claim(struct daemon *daemon)
{
    char starting[PATH_SIZE];
    char published[PATH_SIZE];

    if (!format_path(starting, sizeof starting, "%s/starting-%d-%s", daemon->state, getppid(),
                     daemon->id) ||
        !format_path(published, sizeof published, "%s/daemon-%s", daemon->state, daemon->id) ||
        !make_owner(daemon, starting))
        return false;
    /*
     * The name appears with its lock already held: a sweep never sees it unowned. Another daemon's
     * directory is never replaced, as rename only replaces empty ones.
     */
    if (rename(starting, published) != 0)
        return problem_set("cannot rename %s", starting);
    return format_path(daemon->directory, sizeof daemon->directory, "%s", published);
}

bool daemon_make_directory(const char *parent, const char *name)
{
    char path[PATH_SIZE];

    if (!format_path(path, sizeof path, "%s/%s", parent, name))
        return false;
    if (mkdir(path, 0755) != 0 && errno != EEXIST)
        return problem_set("cannot create %s", path);
    return true;
}

bool daemon_write(const struct daemon *daemon, const char *name, const char *text)
{
    char path[PATH_SIZE];

    if (!format_path(path, sizeof path, "%s/%s", daemon->directory, name))
        return false;
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0)
        return problem_set("cannot create %s", path);
    bool written = write(fd, text, strlen(text)) == (ssize_t)strlen(text);
    if (close(fd) != 0 || !written)
        return problem_set("cannot write %s", path);
    return true;
}

bool daemon_furnish(const struct daemon *daemon)
{
    static const char *const names[] = {"etc", "lib", "log", "marked", "run", "run/libvirt"};

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (!daemon_make_directory(daemon->directory, names[i]))
            return false;
    return daemon_make_directory(daemon->cache, "libvirt") &&
           daemon_write(daemon, "etc/libvirtd.conf", libvirtd_conf) &&
           daemon_write(daemon, "etc/qemu.conf", daemon->machines ? machines_conf : qemu_conf) &&
           daemon_write(daemon, "etc/lxc.conf", lxc_conf);
}

bool daemon_listen(struct daemon *daemon)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};

    if (!format_path(address.sun_path, sizeof address.sun_path, "%s/socket", daemon->directory))
        return false;
    daemon->socket = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (daemon->socket < 0 ||
        bind(daemon->socket, (const struct sockaddr *)&address, sizeof address) != 0 ||
        listen(daemon->socket, BACKLOG) != 0)
        return problem_set("cannot listen at %s", address.sun_path);
    return true;
}
