#include "launcher.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/*
 * A user without root has neither cgroups nor, wanting to see the owners of the host's files as
 * they are, namespaces. libvirtd then takes all its places from the environment. They are below
 * the outer process's working directory, by a name that is short wherever that directory is: the
 * sockets that libvirt makes there have names of some 60 bytes, and the kernel takes 107.
 */
#define PLACES "/proc/%d/cwd"

/* In the environment of libvirtd, which hands it on to all that it starts. */
#define MARK "TMPDIR="
#define ENVIRONMENT_SIZE 32768

/* Milliseconds; a process that takes longer to die waits for a device. */
#define END_LIMIT 5000

static const char libvirtd_conf[] = "auth_unix_rw = \"none\"\n"
                                    "auth_unix_ro = \"none\"\n"
                                    "log_outputs = \"3:stderr\"\n";
static const char qemu_conf[] = "security_driver = \"none\"\n"
                                "stdio_handler = \"file\"\n"
                                "hugetlbfs_mount = []\n";

/* What libvirt knows of QEMU outlasts the daemon: to find it out takes half a second. */
static bool link_cache(const struct daemon *daemon)
{
    char kept[PATH_SIZE];
    char link[PATH_SIZE];

    if (!format_path(kept, sizeof kept, "%s/libvirt", daemon->cache) ||
        !format_path(link, sizeof link, "%s/cache/libvirt/qemu/cache", daemon->directory))
        return false;
    return symlink(kept, link) == 0 || problem_set("cannot make %s", link);
}

bool session_furnish(const struct daemon *daemon)
{
    static const char *const names[] = {"cache", "cache/libvirt", "cache/libvirt/qemu", "libvirt",
                                        "log",   "marked",        "run",                "tmp"};

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (!daemon_make_directory(daemon->directory, names[i]))
            return false;
    return daemon_make_directory(daemon->cache, "libvirt") && link_cache(daemon) &&
           daemon_write(daemon, "libvirt/libvirtd.conf", libvirtd_conf) &&
           daemon_write(daemon, "libvirt/qemu.conf", qemu_conf) &&
           (chdir(daemon->directory) == 0 || problem_set("cannot enter %s", daemon->directory));
}

bool session_adopt(void)
{
    return prctl(PR_SET_CHILD_SUBREAPER, 1) == 0 || problem_set("cannot adopt orphans");
}

_Noreturn void session_exec(const struct daemon *daemon, char *drivers)
{
    char self[32];
    char home[PATH_SIZE];
    char mark[PATH_SIZE];
    char config[64];
    char cache[64];
    char runtime[64];
    char file[96];
    char pid_file[96];
    char *const environment[] = {
        "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        "LANG=C.UTF-8",
        "LISTEN_FDS=1",
        "LISTEN_FDNAMES=libvirtd.socket",
        self,
        home,
        mark,
        config,
        cache,
        runtime,
        drivers,
        NULL,
    };
    char *const arguments[] = {
        (char *)daemon->libvirtd, "--config", file, "--pid-file", pid_file, NULL,
    };

    snprintf(self, sizeof self, "LISTEN_PID=%d", getpid());
    snprintf(config, sizeof config, "XDG_CONFIG_HOME=" PLACES, daemon->outer);
    snprintf(cache, sizeof cache, "XDG_CACHE_HOME=" PLACES "/cache", daemon->outer);
    snprintf(runtime, sizeof runtime, "XDG_RUNTIME_DIR=" PLACES "/run", daemon->outer);
    snprintf(file, sizeof file, PLACES "/libvirt/libvirtd.conf", daemon->outer);
    snprintf(pid_file, sizeof pid_file, PLACES "/run/libvirtd.pid", daemon->outer);
    /* nothing but the end of the inner process ends libvirtd where that is killed */
    if (format_path(home, sizeof home, "HOME=%s", daemon->directory) &&
        format_path(mark, sizeof mark, MARK "%s/tmp", daemon->directory) &&
        prctl(PR_SET_PDEATHSIG, SIGKILL) == 0)
        execve(daemon->libvirtd, arguments, environment);
    perror("sandbox-libvirtd: cannot run libvirtd");
    _exit(127);
}

/* Whether a block of strings has the mark of a daemon's directory of that name. */
static bool has_mark(const char *strings, size_t length, const char *name)
{
    char tail[64];

    snprintf(tail, sizeof tail, "/%s/tmp", name);
    for (const char *at = strings; at < strings + length; at += strlen(at) + 1) {
        size_t size = strlen(at);
        if (strncmp(at, MARK, strlen(MARK)) == 0 && size > strlen(tail) &&
            strcmp(at + size - strlen(tail), tail) == 0)
            return true;
    }
    return false;
}

/* The kernel shows only a process of the same user its environment, and none once it has ended. */
static bool is_marked(const char *process, const char *name)
{
    static char strings[ENVIRONMENT_SIZE + 1];
    char path[300];
    struct stat owner;

    snprintf(path, sizeof path, "/proc/%.200s/environ", process);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return false;
    ssize_t length = fstat(fd, &owner) == 0 && owner.st_uid == geteuid()
                         ? read(fd, strings, ENVIRONMENT_SIZE)
                         : -1;
    close(fd);
    if (length <= 0)
        return false;
    strings[length] = '\0';
    return has_mark(strings, (size_t)length, name);
}

/* True if it was there to be killed. Its number stays its own from the pidfd's opening on. */
static bool end_if_marked(const char *process, const char *name)
{
    struct pollfd end = {.events = POLLIN};

    end.fd = (int)syscall(SYS_pidfd_open, (pid_t)strtol(process, NULL, 10), 0);
    if (end.fd < 0)
        return false;
    bool killed = is_marked(process, name) &&
                  syscall(SYS_pidfd_send_signal, end.fd, SIGKILL, NULL, 0) == 0 &&
                  poll(&end, 1, END_LIMIT) == 1;
    close(end.fd);
    return killed;
}

static bool end_all_marked(const char *name)
{
    DIR *processes = opendir("/proc");
    struct dirent *process;
    bool found = false;

    while (processes != NULL && (process = readdir(processes)) != NULL)
        if (isdigit((unsigned char)process->d_name[0]) && end_if_marked(process->d_name, name))
            found = true;
    if (processes != NULL)
        closedir(processes);
    return found;
}

void session_end(int directory, const char *name)
{
    if (faccessat(directory, "libvirt", F_OK, AT_SYMLINK_NOFOLLOW) != 0)
        return;
    /* again, as what is killed may have started something since it was looked for */
    while (end_all_marked(name))
        continue;
}

void session_reap(void)
{
    while (waitpid(-1, NULL, 0) > 0 || errno == EINTR)
        continue;
}
