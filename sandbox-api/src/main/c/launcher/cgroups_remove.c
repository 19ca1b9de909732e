#include "launcher.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

/* A killed process that does not end in this time hangs in the kernel; its cgroup stays. */
#define END_MILLISECONDS 5000

/* What ended is in its cgroup for a moment more. The removals of one daemon, or of one sweep, wait this long together. */
#define RETRY_MILLISECONDS 2
#define RETRIES 1000

/* Kills one process and waits until the kernel has taken it out of its cgroups. */
static void end_process(pid_t pid)
{
    int process = (int)syscall(SYS_pidfd_open, pid, 0);
    if (process < 0)
        return;
    struct pollfd ended = {.fd = process, .events = POLLIN};
    if (syscall(SYS_pidfd_send_signal, process, SIGKILL, NULL, 0) == 0)
        poll(&ended, 1, END_MILLISECONDS);
    close(process);
}

static void end_processes(int group)
{
    int fd = openat(group, "cgroup.procs", O_RDONLY | O_CLOEXEC);
    FILE *processes = fd < 0 ? NULL : fdopen(fd, "r");
    int pid;

    if (processes == NULL) {
        if (fd >= 0)
            close(fd);
        return;
    }
    while (fscanf(processes, "%d", &pid) == 1)
        if (pid > 1)
            end_process(pid);
    fclose(processes);
}

static int retries_left;

void cgroups_renew_patience(void)
{
    retries_left = RETRIES;
}

static bool may_retry(void)
{
    const struct timespec pause = {.tv_nsec = RETRY_MILLISECONDS * 1000000L};

    return retries_left-- > 0 && (nanosleep(&pause, NULL) == 0 || errno == EINTR);
}

static void remove_emptied(int parent, const char *name)
{
    while (unlinkat(parent, name, AT_REMOVEDIR) != 0) {
        int problem = errno;
        if (problem == ENOENT)
            return;
        if (problem == EBUSY && may_retry())
            continue;
        fprintf(stderr, "sandbox-libvirtd: cannot remove the cgroup %s: %s\n", name,
                strerror(problem));
        return;
    }
}

void cgroup_remove(int parent, const char *name)
{
    int group = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    DIR *entries = group < 0 ? NULL : fdopendir(group);

    if (entries == NULL) {
        if (group >= 0)
            close(group);
        return;
    }
    end_processes(dirfd(entries));
    struct dirent *entry;
    while ((entry = readdir(entries)) != NULL)
        if (entry->d_type == DT_DIR && strcmp(entry->d_name, ".") != 0 &&
            strcmp(entry->d_name, "..") != 0)
            cgroup_remove(dirfd(entries), entry->d_name);
    closedir(entries);
    remove_emptied(parent, name);
}

void cgroups_remove(int directory, const char *id)
{
    char line[PATH_SIZE];
    char name[sizeof "sandbox-" + ID_DIGITS];
    int fd = openat(directory, CGROUP_LIST, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    FILE *list = fd < 0 ? NULL : fdopen(fd, "r");

    if (list == NULL) {
        if (fd >= 0)
            close(fd);
        return;
    }
    cgroups_renew_patience();
    snprintf(name, sizeof name, "sandbox-%s", id);
    while (fgets(line, sizeof line, list) != NULL) {
        line[strcspn(line, "\n")] = '\0';
        char *last = strrchr(line, '/');
        /* whatever the list says, only cgroups of this daemon's name */
        if (last == NULL || strcmp(last + 1, name) != 0)
            continue;
        *last = '\0';
        int parent = open(line, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (parent >= 0) {
            cgroup_remove(parent, name);
            close(parent);
        }
    }
    fclose(list);
}
