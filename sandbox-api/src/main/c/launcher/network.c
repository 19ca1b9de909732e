#include "launcher.h"

#include <net/if.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

static bool raise_loopback(void)
{
    struct ifreq loopback = {.ifr_name = "lo", .ifr_flags = IFF_UP};
    int any = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

    bool good = any >= 0 && ioctl(any, SIOCSIFFLAGS, &loopback) == 0;
    if (!good)
        problem_set("cannot set the loopback interface up");
    if (any >= 0)
        close(any);
    return good;
}

static bool show(const char *sys, const char *directory)
{
    char source[PATH_SIZE];
    char target[PATH_SIZE];

    if (!format_path(source, sizeof source, "%s/%s", sys, directory) ||
        !format_path(target, sizeof target, "/sys/%s", directory))
        return false;
    return mount(source, target, NULL, MS_BIND, NULL) == 0 ||
           problem_set("cannot bind %s", target);
}

/*
 * A sysfs shows the interfaces of the namespace that it was mounted in. Only the directories of
 * interfaces are replaced: the cgroups and others are mounted on the rest.
 */
static bool show_interfaces(const struct daemon *daemon)
{
    char sys[PATH_SIZE];

    if (!format_path(sys, sizeof sys, "%s/sys", daemon->directory))
        return false;
    if (mkdir(sys, 0700) != 0)
        return problem_set("cannot create %s", sys);
    if (mount("sysfs", sys, "sysfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL) != 0)
        return problem_set("cannot mount a sysfs");
    bool good = show(sys, "devices/virtual/net") && show(sys, "class/net");
    if (umount2(sys, MNT_DETACH) != 0)
        return problem_set("cannot unmount %s", sys);
    return good;
}

bool network_arrange(const struct daemon *daemon)
{
    return raise_loopback() && show_interfaces(daemon);
}
