#include <fcntl.h>
#include <linux/capability.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "files.h"

static void write_file(const char *path, const char *text) {
    int file = open(path, O_WRONLY | O_CLOEXEC);

    if (file < 0 || write(file, text, strlen(text)) != (ssize_t)strlen(text))
        fail("cannot write %s", path);
    close(file);
}

static void map(const char *path, unsigned inside, unsigned outside) {
    char line[64];

    snprintf(line, sizeof(line), "%u %u 1\n", inside, outside);
    write_file(path, line);
}

/* Of another user than root exec takes the capabilities away, but for the ambient ones. */
static void keep_capabilities(void) {
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct sets[_LINUX_CAPABILITY_U32S_3];

    if (syscall(SYS_capget, &header, sets) < 0)
        fail("cannot read the capabilities");
    for (int i = 0; i < _LINUX_CAPABILITY_U32S_3; i++)
        sets[i].inheritable = sets[i].permitted;
    if (syscall(SYS_capset, &header, sets) < 0)
        fail("cannot make the capabilities inheritable");
    for (unsigned number = 0; number <= CAP_LAST_CAP; number++) {
        bool has = sets[number / 32].permitted & (1U << number % 32);
        if (has && prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, number, 0, 0) < 0)
            fail("cannot keep capability %u", number);
    }
}

static void enter_user_namespace(const struct order *order) {
    uid_t user = geteuid();
    gid_t group = getegid();

    if (unshare(CLONE_NEWUSER) < 0)
        fail("cannot make a user namespace");
    write_file("/proc/self/setgroups", "deny");
    map("/proc/self/uid_map", order->user, user);
    map("/proc/self/gid_map", order->user_group, group);
    if (order->user != 0)
        keep_capabilities();
}

void enter_namespaces(const struct order *order) {
    if (order->has_user)
        enter_user_namespace(order);
    if (unshare(CLONE_NEWNS) < 0)
        fail("cannot make a mount namespace");
    /* private, not slave: what the host mounts later would be writable in a view that is not */
    if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
        fail("cannot make the mounts private");
}
