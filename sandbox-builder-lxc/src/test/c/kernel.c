/* Attacks on what the kernel keeps once for the whole machine. Files are opened for writing, and never written. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/keyctl.h>
#include <mqueue.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/klog.h>
#include <sys/mount.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "attack.h"

static const char place[] = "/tmp/.kernel";

static void open_proc(const char *proc) {
    static const char *const parts[] = {"sys", "irq", "bus", "fs", "driver", "scsi", "acpi", "dynamic_debug", NULL};
    char path[256];
    DIR *directory = opendir(proc);
    struct dirent *entry;

    for (const char *const *part = parts; *part; part++) {
        snprintf(path, sizeof(path), "%s/%s", proc, *part);
        try_to_open_all_below(path);
    }
    while (directory && (entry = readdir(directory))) {
        struct stat status;
        snprintf(path, sizeof(path), "%s/%.200s", proc, entry->d_name);
        /* the others have no way to be written, whatever rights a program has */
        if (lstat(path, &status) == 0 && S_ISREG(status.st_mode) && status.st_mode & 0222)
            try_to_open_for_writing(path);
    }
    if (directory)
        closedir(directory);
}

static void mount_new(const char *type, const char *options, void (*look)(const char *)) {
    mkdir(place, 0700);
    if (mount("none", place, type, MS_NOSUID | MS_NODEV | MS_NOEXEC, options) < 0 &&
        mount("none", place, type, MS_NOSUID | MS_NODEV | MS_NOEXEC | MS_RDONLY, options) < 0)
        return;
    look(place);
    umount2(place, MNT_DETACH);
}

static void found_cgroups(const char *path) {
    breach("a cgroup hierarchy is mounted at %s", path);
}

static void mount_cgroups(const char *unused) {
    static const char *const controllers[] = {"memory", "devices", "freezer", "cpu", "cpuset", "pids",
                                              "blkio", "none,name=systemd", NULL};

    (void)unused;
    for (const char *const *controller = controllers; *controller; controller++)
        mount_new("cgroup", *controller, found_cgroups);
    mount_new("cgroup2", NULL, found_cgroups);
}

static void mount_proc(const char *unused) {
    (void)unused;
    mount_new("proc", NULL, open_proc);
    mkdir(place, 0700);
    if (mount("/proc/sys", place, NULL, MS_BIND, NULL) == 0) {
        if (mount(NULL, place, NULL, MS_REMOUNT | MS_BIND, NULL) == 0)
            breach("a bind of /proc/sys is remounted writable");
        try_to_open_all_below(place);
        umount2(place, MNT_DETACH);
    }
    open_proc("/proc");
    open_proc("/proc/self/root/proc");
}

static void mount_sys(const char *unused) {
    (void)unused;
    mount_new("sysfs", NULL, try_to_open_all_below);
    mount_new("debugfs", NULL, try_to_open_all_below);
    mount_new("tracefs", NULL, try_to_open_all_below);
    mount_new("securityfs", NULL, try_to_open_all_below);
    mount_new("bpf", NULL, try_to_open_all_below);
}

static void search_keys(const char *key) {
    static const int rings[] = {KEY_SPEC_SESSION_KEYRING, KEY_SPEC_USER_KEYRING, KEY_SPEC_USER_SESSION_KEYRING,
                                KEY_SPEC_PROCESS_KEYRING, KEY_SPEC_THREAD_KEYRING};
    static char keys[65536];

    for (size_t i = 0; i < sizeof(rings) / sizeof(rings[0]); i++) {
        if (syscall(SYS_keyctl, KEYCTL_SEARCH, rings[i], "user", key, 0) >= 0)
            breach("a key of the host is found in keyring %d", rings[i]);
    }
    int fd = open("/proc/keys", O_RDONLY | O_CLOEXEC);
    ssize_t size = fd < 0 ? 0 : read(fd, keys, sizeof(keys) - 1);
    if (size > 0)
        breach("/proc/keys tells of keys");
    close(fd);
}

static void find_shared(const char *name) {
    char queue[128];

    if (shmget((key_t)0x5a4db0c5, 0, 0) >= 0)
        breach("shared memory of the host is found");
    snprintf(queue, sizeof(queue), "/%s", name);
    if (mq_open(queue, O_RDONLY) != (mqd_t)-1)
        breach("a message queue of the host is found");
}

static void talk_to_hypervisor(void) {
    int fd = socket(AF_VSOCK, SOCK_STREAM, 0);

    if (fd < 0)
        return;
    breach("a vsock socket is made, which no namespace confines");
    close(fd);
}

void attack_kernel(const char *key) {
    char byte[1];

    open_proc("/proc");
    try_to_open_all_below("/sys");
    search_keys(key);
    find_shared(key);
    talk_to_hypervisor();
    if (klogctl(3, byte, sizeof(byte)) >= 0)
        breach("the kernel's log is read");
    in_user_namespace(CLONE_NEWPID, mount_proc, NULL);
    in_user_namespace(0, mount_proc, NULL);
    in_user_namespace(CLONE_NEWNET, mount_sys, NULL);
    in_user_namespace(CLONE_NEWCGROUP, mount_cgroups, NULL);
    in_user_namespace(CLONE_NEWIPC, search_keys, key);
}
