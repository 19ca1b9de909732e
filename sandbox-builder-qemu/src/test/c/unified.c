/*
 * PID 1 of a machine whose cgroups are of version 2 alone: runs the script that its last argument names, on the host's
 * files, which it can only read, and ends the machine.
 */
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "load.h"

static void put(const char *source, const char *target, const char *type, unsigned long flags, const char *options)
{
    if (mount(source, target, type, flags, options) != 0) {
        fail(target);
    }
}

static void mount_root(void)
{
    static const char *const writable[] = {"/files/run", "/files/var/lib", "/files/var/cache", "/files/var/log"};

    if (mkdir("/files", 0755) != 0) {
        fail("/files");
    }
    put("root", "/files", "9p", MS_RDONLY, "trans=virtio,version=9p2000.L,msize=512000,cache=loose");
    put("proc", "/files/proc", "proc", 0, NULL);
    put("sysfs", "/files/sys", "sysfs", 0, NULL);
    put("cgroup2", "/files/sys/fs/cgroup", "cgroup2", 0, NULL);
    put("devtmpfs", "/files/dev", "devtmpfs", 0, NULL);
    if (mkdir("/files/dev/pts", 0755) != 0) {
        fail("/files/dev/pts");
    }
    put("devpts", "/files/dev/pts", "devpts", 0, NULL);
    for (size_t i = 0; i < sizeof writable / sizeof *writable; i++) {
        put("tmpfs", writable[i], "tmpfs", 0, NULL);
    }
    if (chdir("/files") != 0 || mount(".", "/", NULL, MS_MOVE, NULL) != 0 || chroot(".") != 0 || chdir("/") != 0) {
        fail("the root");
    }
}

static _Noreturn void run(char *script)
{
    char *const arguments[] = {"/bin/sh", script, NULL};
    char *const environment[] = {"PATH=/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/run", "LANG=C.UTF-8", NULL};

    setsid();
    execve(arguments[0], arguments, environment);
    fail(arguments[0]);
}

int main(int argc, char **argv)
{
    load_all("files");
    mount_root();
    pid_t program = fork();
    if (program == 0) {
        run(argv[argc - 1]);
    }
    for (pid_t ended = 0; ended != program;) {
        ended = wait(NULL);
        if (ended < 0 && errno != EINTR) {
            fail("wait");
        }
    }
    end_machine();
}
