/* Attacks on the supervisor, the reaper and the channel. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "attack.h"

enum { PIDS = 40000 };

static void look_at_descriptors(void) {
    char path[300], target[256];
    DIR *directory = opendir("/proc/self/fd");
    struct dirent *entry;

    while (directory && (entry = readdir(directory))) {
        int fd = atoi(entry->d_name);
        snprintf(path, sizeof(path), "/proc/self/fd/%.200s", entry->d_name);
        ssize_t size = entry->d_name[0] == '.' ? -1 : readlink(path, target, sizeof(target) - 1);
        if (size < 0 || fd == dirfd(directory))
            continue;
        target[size] = 0;
        if (fd > 2 || strncmp(target, "pipe:", 5) != 0)
            breach("descriptor %d is %s", fd, target);
    }
    if (directory)
        closedir(directory);
}

static void read_of(int pid, const char *name) {
    char path[64], target[256];

    snprintf(path, sizeof(path), "/proc/%d/%s", pid, name);
    if (readlink(path, target, sizeof(target)) >= 0)
        breach("%s can be read", path);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return;
    DIR *directory = fdopendir(fd);
    struct dirent *entry;
    while (directory && (entry = readdir(directory))) {
        if (entry->d_name[0] != '.')
            breach("%s shows %s", path, entry->d_name);
    }
    /* what opens for everybody still says nothing without the right to trace */
    if (!directory && read(fd, target, sizeof(target)) > 0)
        breach("%s can be read", path);
    if (directory)
        closedir(directory);
    else
        close(fd);
}

static void attack_process(int pid) {
    static const char *const names[] = {"mem", "environ", "auxv", "root", "cwd", "exe", "fd", "maps", "ns/mnt", "ns/pid",
                                        "ns/net", "map_files", "syscall", "stack", NULL};
    char byte = 0;
    struct iovec here = {&byte, 1}, there = {(void *)0x400000, 1};

    for (const char *const *name = names; *name; name++)
        read_of(pid, *name);
    if (ptrace(PTRACE_SEIZE, pid, 0, 0) == 0)
        breach("process %d is traced", pid);
    if (process_vm_readv(pid, &here, 1, &there, 1, 0) >= 0)
        breach("the memory of process %d is read", pid);
    int descriptor = (int)syscall(SYS_pidfd_open, pid, 0);
    for (int fd = 0; descriptor >= 0 && fd < 16; fd++) {
        if (syscall(SYS_pidfd_getfd, descriptor, fd, 0) >= 0)
            breach("descriptor %d of process %d is taken", fd, pid);
    }
}

static void see_nobody_else(void) {
    for (int pid = 2; pid < PIDS; pid++) {
        if (pid != getpid() && (kill(pid, 0) == 0 || errno == EPERM))
            breach("process %d is seen", pid);
    }
    if (getppid() != 0)
        breach("the parent is process %d", getppid());
}

/* None of them ends the reaper: with it all would be gone, this program first. */
static void signal_reaper(void) {
    for (int number = 1; number < 65; number++)
        kill(1, number);
    if (kill(1, 0) < 0 && errno == ESRCH)
        breach("the reaper is gone");
}

static void look_for_channel(void) {
    char line[512];
    FILE *file = fopen("/proc/net/unix", "re");
    DIR *directory = opendir("/dev/sandbox");
    struct dirent *entry;

    while (file && fgets(line, sizeof(line), file)) {
        if (!strstr(line, "Inode"))
            breach("a socket is listed: %s", line);
    }
    if (file)
        fclose(file);
    while (directory && (entry = readdir(directory))) {
        if (entry->d_name[0] != '.')
            breach("/dev/sandbox shows %s", entry->d_name);
    }
    if (directory)
        closedir(directory);
}

static void attack_terminal(void) {
    char letter = 'x';

    for (int fd = 0; fd < 3; fd++) {
        if (ioctl(fd, TIOCSTI, &letter) == 0)
            breach("a letter is put into the terminal of descriptor %d", fd);
    }
    if (open("/dev/tty", O_RDWR | O_CLOEXEC) >= 0)
        breach("there is a controlling terminal");
    static const char *const terminals[] = {"/dev/console", "/dev/tty1", NULL};
    for (const char *const *path = terminals; *path; path++) {
        int fd = open(*path, O_RDWR | O_NOCTTY | O_CLOEXEC);
        if (fd >= 0 && isatty(fd))
            breach("%s is a terminal", *path);
    }
    if (open("/dev/pts/0", O_RDWR | O_NOCTTY | O_CLOEXEC) >= 0)
        breach("/dev/pts/0 opens");
}

static void use_devices(void) {
    static const char *const needed[] = {"/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom", "/dev/ptmx",
                                         NULL};

    for (const char *const *path = needed; *path; path++) {
        if (open(*path, O_RDWR | O_NOCTTY | O_CLOEXEC) < 0)
            breach("%s cannot be used: %s", *path, strerror(errno));
    }
    if (open("/dev/shm/mine", O_RDWR | O_CREAT | O_CLOEXEC, 0600) < 0)
        breach("/dev/shm cannot be used: %s", strerror(errno));
    if (unlink("/dev/null") == 0 || mkdir("/dev/new", 0700) == 0 || rename("/dev/zero", "/dev/null") == 0 ||
        mkdir("/dev/pts/new", 0700) == 0)
        breach("/dev can be changed");
}

void attack_processes(const char *unused) {
    (void)unused;
    look_at_descriptors();
    see_nobody_else();
    attack_process(1);
    signal_reaper();
    look_for_channel();
    attack_terminal();
    use_devices();
}
