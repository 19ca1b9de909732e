/*
 * Usage: escapes DIRECTORY PID KEY. Tries the known ways out of a sandbox, one line each: its name, and "refused" or
 * "POSSIBLE". What would harm the host is tried in a way that does not. DIRECTORY is one of the host with: file (for
 * everybody to write), disk (a block device), raised (this program, set-user-id root), socket (that listens on the
 * host). PID is a process of the host, KEY the name of an abstract socket.
 */

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/io_uring.h>
#include <linux/perf_event.h>
#include <linux/reboot.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/ptrace.h>
#include <sys/reboot.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/swap.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/time.h>
#include <sys/timex.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static const char *directory;
static pid_t host_process;
static const char *abstract_socket;

static bool done(long result) {
    return result >= 0;
}

static bool opens(const char *path, int flags) {
    int fd = open(path, flags | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd >= 0)
        close(fd);
    return fd >= 0;
}

static bool opens_here(const char *name, int flags) {
    char path[4096];
    snprintf(path, sizeof(path), "%s/%s", directory, name);
    return opens(path, flags);
}

/* Mounts. */

static bool remount_root(void) {
    return done(mount(NULL, "/", NULL, MS_REMOUNT | MS_BIND, NULL)) || done(mount(NULL, "/", NULL, MS_REMOUNT, NULL));
}

static bool remount_bind(void) {
    return done(mount(directory, "/tmp", NULL, MS_BIND, NULL)) || done(mount(NULL, "/proc/sys", NULL, MS_REMOUNT | MS_BIND, NULL));
}

static bool mount_file_system(void) {
    return done(mount("none", "/tmp", "proc", 0, NULL)) || done(mount("none", "/tmp", "tmpfs", 0, NULL)) ||
           done(mount("none", "/tmp", "cgroup2", 0, NULL));
}

static bool take_cover_away(void) {
    return done(umount2("/proc/sys", MNT_DETACH)) || done(umount2("/proc/kcore", MNT_DETACH)) ||
           done(umount2("/etc/shadow", MNT_DETACH)) || done(umount2("/run", MNT_DETACH));
}

static bool new_mount_calls(void) {
    return done(syscall(SYS_fsopen, "tmpfs", 0)) || done(syscall(SYS_open_tree, AT_FDCWD, "/", 1 /* clone */)) ||
           done(syscall(SYS_open_tree, AT_FDCWD, "/proc", 0)) || done(syscall(SYS_fspick, AT_FDCWD, "/", 0));
}

static bool exchange_root(void) {
    return done(syscall(SYS_pivot_root, "/tmp", "/tmp"));
}

/* Namespaces. */

static bool in_child(bool (*attempt)(void)) {
    int status;
    fflush(stdout);
    pid_t child = fork();
    if (child == 0)
        _exit(attempt() ? 1 : 0);
    return child < 0 || waitpid(child, &status, 0) != child || !WIFEXITED(status) || WEXITSTATUS(status) != 0;
}

static bool make_namespaces(void) {
    static const int flags[] = {CLONE_NEWUSER, CLONE_NEWNS,  CLONE_NEWPID,    CLONE_NEWNET,
                                CLONE_NEWUTS,  CLONE_NEWIPC, CLONE_NEWCGROUP, 0x80 /* time */};
    for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++) {
        if (done(unshare(flags[i])))
            return true;
    }
    return false;
}

static bool unshare_namespaces(void) {
    return in_child(make_namespaces);
}

/* Ends the child that a call has made, if it has. */
static bool end_child(long child) {
    if (child == 0)
        _exit(0);
    if (child > 0)
        waitpid((pid_t)child, NULL, 0);
    return child >= 0;
}

static bool clone_into_namespace(void) {
    return end_child(syscall(SYS_clone, CLONE_NEWUSER | SIGCHLD, 0, 0, 0, 0));
}

static bool clone3_into_namespace(void) {
    uint64_t arguments[8] = {CLONE_NEWUSER, 0, 0, 0, SIGCHLD, 0, 0, 0};
    return end_child(syscall(SYS_clone3, arguments, sizeof(arguments)));
}

static bool enter_namespace(void) {
    int fd = open("/proc/1/ns/mnt", O_RDONLY | O_CLOEXEC);
    return fd >= 0 || done(setns(open("/proc/self/ns/uts", O_RDONLY | O_CLOEXEC), 0));
}

/* Devices and the kernel. */

static bool make_device(void) {
    return done(mknod("/tmp/disk", S_IFBLK | 0600, makedev(7, 0))) || done(mknod("/tmp/memory", S_IFCHR | 0600, makedev(1, 1)));
}

/* Any other error may be that of a driver that was asked, or that there is nothing to open. */
static bool is_forbidden(void) {
    return errno == EPERM || errno == EACCES;
}

/* A device without a name must not get one either. */
static bool reaches_device(const char *path, mode_t kind, dev_t number, int flags) {
    if (opens(path, flags))
        return true;
    if (errno == ENOENT)
        return done(mknod("/tmp/device", kind | 0600, number)) || errno != EPERM;
    return !is_forbidden();
}

static bool open_device(void) {
    return opens_here("disk", O_RDONLY) || !is_forbidden() || reaches_device("/dev/mem", S_IFCHR, makedev(1, 1), O_RDONLY) ||
           reaches_device("/dev/kmsg", S_IFCHR, makedev(1, 11), O_WRONLY) ||
           reaches_device("/dev/sda", S_IFBLK, makedev(8, 0), O_RDONLY) ||
           reaches_device("/dev/vda", S_IFBLK, makedev(253, 0), O_RDONLY) ||
           reaches_device("/dev/kvm", S_IFCHR, makedev(10, 232), O_RDWR);
}

/* That the kernel looked at what it was given is enough. */
static bool went_through(long result) {
    return result >= 0 || (errno != EPERM && errno != ENOSYS && errno != EACCES && errno != EAFNOSUPPORT);
}

static bool load_module(void) {
    return went_through(syscall(SYS_init_module, "", 0, "")) || went_through(syscall(SYS_finit_module, -1, "", 0)) ||
           went_through(syscall(SYS_delete_module, "no_such_module", 0));
}

static bool replace_kernel(void) {
    return went_through(syscall(SYS_kexec_load, 0, 0, NULL, 0)) || went_through(syscall(SYS_kexec_file_load, -1, -1, 0, "", 0));
}

static bool set_clock(void) {
    struct timeval day;
    struct timespec now;
    struct timex same = {.modes = 0};

    gettimeofday(&day, NULL);
    clock_gettime(CLOCK_REALTIME, &now);
    if (adjtimex(&same) < 0)
        return false;
    same.modes = ADJ_TICK; /* to what it is */
    return done(settimeofday(&day, NULL)) || done(clock_settime(CLOCK_REALTIME, &now)) || done(adjtimex(&same));
}

static bool restart(void) {
    return went_through(syscall(SYS_reboot, LINUX_REBOOT_MAGIC1, LINUX_REBOOT_MAGIC2, LINUX_REBOOT_CMD_CAD_ON, 0));
}

static bool swap(void) {
    return went_through(swapon("/tmp/none", 0)) || went_through(swapoff("/tmp/none"));
}

static bool ring(void) {
    struct io_uring_params parameters = {0};
    return went_through(syscall(SYS_io_uring_setup, 2, &parameters)) || went_through(syscall(SYS_io_uring_register, -1, 0, 0, 0));
}

static bool load_bpf(void) {
    union bpf_attr attributes = {.map_type = BPF_MAP_TYPE_ARRAY, .key_size = 4, .value_size = 4, .max_entries = 1};
    return went_through(syscall(SYS_bpf, BPF_MAP_CREATE, &attributes, sizeof(attributes)));
}

static bool watch_events(void) {
    struct perf_event_attr event = {.type = PERF_TYPE_SOFTWARE, .size = sizeof(event), .config = PERF_COUNT_SW_TASK_CLOCK};
    return went_through(syscall(SYS_perf_event_open, &event, 0, -1, -1, 0));
}

static bool handle_faults(void) {
    return went_through(syscall(SYS_userfaultfd, 1 /* user mode only */)) || opens("/dev/userfaultfd", O_RDWR);
}

static bool use_keys(void) {
    return went_through(syscall(SYS_keyctl, 0 /* id */, -3, 0)) || went_through(syscall(SYS_add_key, "user", "escape", "x", 1, -3)) ||
           went_through(syscall(SYS_request_key, "user", "escape", NULL, 0));
}

static bool use_ports(void) {
#if defined(__x86_64__)
    return went_through(syscall(SYS_iopl, 3)) || went_through(syscall(SYS_ioperm, 0x80, 1, 1));
#else
    return false;
#endif
}

static bool strange_sockets(void) {
    static const int families[] = {AF_ALG, AF_RDS, AF_TIPC, AF_CAN, AF_VSOCK, AF_BLUETOOTH, AF_X25, AF_AX25, AF_KEY, 44 /* XDP */};
    for (size_t i = 0; i < sizeof(families) / sizeof(families[0]); i++) {
        if (done(socket(families[i], SOCK_SEQPACKET, 0)) || done(socket(families[i], SOCK_DGRAM, 0)) ||
            done(socket(families[i], SOCK_RAW, 0)))
            return true;
    }
    return false;
}

static bool type_into_terminal(void) {
    int terminal = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC), discipline = 3;
    return went_through(ioctl(terminal, TIOCSTI, "x")) || went_through(ioctl(terminal, TIOCSETD, &discipline)) ||
           went_through(syscall(SYS_ioctl, terminal, 0xffffffff00005412ul, "x"));
}

/* x32: the same kernel by other numbers. */
static bool other_numbers(void) {
#if defined(__x86_64__)
    return went_through(syscall(0x40000000 | SYS_getpid)) || went_through(syscall(0x40000000 | SYS_unshare, CLONE_NEWUSER));
#else
    return false;
#endif
}

/* The calls of i386, which have numbers of their own: unshare is 310, mount 21. */
static bool make_older_calls(void) {
#if defined(__x86_64__)
    long unshared, mounted;
    __asm__ volatile("int $0x80" : "=a"(unshared) : "a"(310), "b"(CLONE_NEWUSER) : "memory", "r8", "r9", "r10", "r11");
    __asm__ volatile("int $0x80"
                     : "=a"(mounted)
                     : "a"(21), "b"(0), "c"(0), "d"(0), "S"(0), "D"(0)
                     : "memory", "r8", "r9", "r10", "r11");
    return (unshared != -EPERM && unshared != -ENOSYS) || (mounted != -EPERM && mounted != -ENOSYS);
#else
    return false;
#endif
}

/* A kernel without them answers with SIGSEGV. */
static bool older_calls(void) {
    int status;
    fflush(stdout);
    pid_t child = fork();
    if (child == 0)
        _exit(make_older_calls() ? 1 : 0);
    return child < 0 || waitpid(child, &status, 0) != child || (WIFEXITED(status) && WEXITSTATUS(status) != 0);
}

/* Processes. */

static bool see_host_process(void) {
    char path[64];
    snprintf(path, sizeof(path), "/proc/%d", host_process);
    return done(kill(host_process, 0)) || errno == EPERM || access(path, F_OK) == 0 ||
           done(ptrace(PTRACE_SEIZE, host_process, 0, 0));
}

static bool trace_first_process(void) {
    return done(ptrace(PTRACE_SEIZE, 1, 0, 0)) || opens("/proc/1/mem", O_RDWR) || opens("/proc/1/environ", O_RDONLY);
}

static bool enter_root_of_first_process(void) {
    return done(chdir("/proc/1/root")) || done(chdir("/proc/1/cwd")) || opens("/proc/1/root/etc/passwd", O_RDONLY);
}

/* CVE-2019-5736: whoever can open the running init for writing owns who starts it next. */
static bool overwrite_init(void) {
    return opens("/proc/1/exe", O_WRONLY) || opens("/proc/1/exe", O_RDONLY);
}

/* CVE-2024-21626: a descriptor, or a working directory, that is the host's. */
static bool use_leaked_descriptor(void) {
    char target[4096];
    ssize_t size = readlink("/proc/self/cwd", target, sizeof(target) - 1);
    if (size <= 0 || target[0] != '/' || access("/proc/self/cwd/../../../../../../proc/sys", W_OK) == 0)
        return true;
    for (int fd = 3; fd < 1024; fd++) {
        if (fcntl(fd, F_GETFD) >= 0)
            return true;
    }
    return false;
}

/* Files of the host. */

static bool holds_anything(const char *path) {
    DIR *opened = opendir(path);
    struct dirent *entry;
    bool found = false;

    while (opened && (entry = readdir(opened)))
        found = found || entry->d_name[0] != '.';
    if (opened)
        closedir(opened);
    return found;
}

static bool write_host_file(void) {
    return opens_here("file", O_WRONLY) || opens_here("new", O_WRONLY | O_CREAT) || opens("/etc/passwd", O_WRONLY);
}

static bool read_others_state(void) {
    return holds_anything("/var/lib/libvirt-sandbox") || holds_anything("/var/cache/libvirt-sandbox") ||
           holds_anything("/var/lib/libvirt") || holds_anything("/etc/libvirt") || holds_anything("/dev/sandbox");
}

static bool holds_bytes(const char *path) {
    char byte;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    bool found = fd >= 0 && read(fd, &byte, 1) == 1;
    if (fd >= 0)
        close(fd);
    return found;
}

static bool read_secrets(void) {
    return holds_bytes("/etc/shadow") || holds_bytes("/etc/gshadow") || holds_bytes("/etc/shadow-") || holds_anything("/root") ||
           access("/root/.bashrc", F_OK) == 0 || access("/root/.profile", F_OK) == 0;
}

static bool open_by_handle(void) {
    struct {
        struct file_handle header;
        uint32_t inode[2];
    } root = {{8, 1}, {2, 0}}; /* the root directory of most file systems */
    int mount, at = open(directory, O_RDONLY | O_CLOEXEC);
    struct {
        struct file_handle header;
        unsigned char bytes[128];
    } known = {.header.handle_bytes = 128};

    if (went_through(open_by_handle_at(at, &root.header, O_RDONLY)))
        return true;
    return done(name_to_handle_at(at, "file", &known.header, &mount, 0)) &&
           went_through(open_by_handle_at(at, &known.header, O_RDONLY));
}

/* That nobody is there, or that it is forbidden, is a refusal; that there is no such name is a test of nothing. */
static bool connect_to(const struct sockaddr_un *address, socklen_t size) {
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bool reached = connect(fd, (const struct sockaddr *)address, size) == 0 || (errno != ECONNREFUSED && !is_forbidden());
    close(fd);
    return reached;
}

static bool reach_socket(void) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int length = snprintf(address.sun_path, sizeof(address.sun_path), "%s/socket", directory);
    if (length < 0 || (size_t)length >= sizeof(address.sun_path)) {
        fprintf(stderr, "the name of %s/socket does not fit into an address\n", directory);
        return true;
    }
    return connect_to(&address, sizeof(address));
}

static bool reach_abstract_socket(void) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    size_t length = strlen(abstract_socket);
    memcpy(address.sun_path + 1, abstract_socket, length);
    return connect_to(&address, (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + length));
}

static bool use_set_user_id(void) {
    char path[4096];
    int status;
    snprintf(path, sizeof(path), "%s/raised", directory);
    pid_t child = fork();
    if (child == 0) {
        execl(path, path, "is-user", (char *)NULL);
        _exit(126);
    }
    char expected = waitpid(child, &status, 0) == child && WIFEXITED(status) ? (char)WEXITSTATUS(status) : 127;
    return expected != (geteuid() == 0 ? 0 : 1);
}

/* Knobs of the kernel. */

static bool write_knobs(void) {
    static const char *const knobs[] = {"/proc/sys/kernel/core_pattern", "/proc/sys/kernel/modprobe", "/proc/sys/kernel/hostname",
                                        "/proc/sys/vm/overcommit_memory", "/proc/sys/fs/binfmt_misc/register",
                                        "/sys/kernel/uevent_helper", "/sys/kernel/mm/transparent_hugepage/enabled",
                                        "/sys/power/state", "/sys/module/apparmor/parameters/mode", NULL};
    for (const char *const *knob = knobs; *knob; knob++) {
        if (opens(*knob, O_WRONLY))
            return true;
    }
    return false;
}

static bool press_sysrq(void) {
    return opens("/proc/sysrq-trigger", O_WRONLY);
}

static bool write_cgroup(void) {
    static const char *const files[] = {"/sys/fs/cgroup/release_agent", "/sys/fs/cgroup/cgroup.procs",
                                        "/sys/fs/cgroup/memory/release_agent", "/sys/fs/cgroup/devices/devices.allow",
                                        "/sys/fs/cgroup/memory/cgroup.procs", NULL};
    for (const char *const *file = files; *file; file++) {
        if (opens(*file, O_WRONLY))
            return true;
    }
    return holds_anything("/sys/fs/cgroup");
}

/* What tells of the host, and is nobody's business inside. */
static bool read_hardware(void) {
    return holds_bytes("/proc/kcore") || holds_bytes("/proc/keys") || holds_bytes("/proc/timer_list") ||
           holds_anything("/proc/acpi") || holds_anything("/proc/scsi") ||
           holds_anything("/proc/asound") || holds_bytes("/proc/interrupts") || holds_anything("/sys/firmware") ||
           holds_anything("/sys/devices/virtual/powercap") || holds_anything("/sys/kernel/debug") ||
           holds_anything("/sys/kernel/security");
}

/* CVE-2025-31133, CVE-2025-52565: what masks, and the console, must be the null device and nothing put in its place. */
static bool masks_are_others(void) {
    static const char *const nulls[] = {"/dev/null", "/dev/console", "/proc/kcore", "/proc/timer_list", NULL};
    for (const char *const *path = nulls; *path; path++) {
        struct stat status;
        if (lstat(*path, &status) < 0)
            continue;
        if (!S_ISCHR(status.st_mode) || status.st_rdev != makedev(1, 3))
            return true;
    }
    return done(symlink("/proc/sys/kernel/core_pattern", "/dev/new")) || done(rename("/dev/null", "/dev/other"));
}

static const struct {
    const char *name;
    bool (*attempt)(void);
} attempts[] = {
    {"leaked-descriptor", use_leaked_descriptor}, /* before the others open any */
    {"remount-root", remount_root},
    {"remount-bind", remount_bind},
    {"mount", mount_file_system},
    {"take-cover-away", take_cover_away},
    {"new-mount-calls", new_mount_calls},
    {"pivot-root", exchange_root},
    {"unshare", unshare_namespaces},
    {"clone-namespace", clone_into_namespace},
    {"clone3", clone3_into_namespace},
    {"enter-namespace", enter_namespace},
    {"make-device", make_device},
    {"open-device", open_device},
    {"load-module", load_module},
    {"kexec", replace_kernel},
    {"set-clock", set_clock},
    {"reboot", restart},
    {"swap", swap},
    {"io-uring", ring},
    {"bpf", load_bpf},
    {"perf-event", watch_events},
    {"userfaultfd", handle_faults},
    {"keys", use_keys},
    {"ports", use_ports},
    {"strange-sockets", strange_sockets},
    {"type-into-terminal", type_into_terminal},
    {"x32", other_numbers},
    {"i386", older_calls},
    {"see-host-process", see_host_process},
    {"trace-first-process", trace_first_process},
    {"root-of-first-process", enter_root_of_first_process},
    {"overwrite-init", overwrite_init},
    {"write-host-file", write_host_file},
    {"others-state", read_others_state},
    {"secrets", read_secrets},
    {"open-by-handle", open_by_handle},
    {"socket", reach_socket},
    {"abstract-socket", reach_abstract_socket},
    {"set-user-id", use_set_user_id},
    {"knobs", write_knobs},
    {"sysrq", press_sysrq},
    {"cgroup", write_cgroup},
    {"hardware", read_hardware},
    {"masks", masks_are_others},
};

int main(int argc, char **argv) {
    if (argc == 2 && strcmp(argv[1], "is-user") == 0)
        return geteuid() == 0 ? 0 : 1;
    if (argc != 4 || strlen(argv[3]) > 100) {
        fprintf(stderr, "usage: escapes DIRECTORY PID KEY\n");
        return 2;
    }
    directory = argv[1];
    host_process = atoi(argv[2]);
    abstract_socket = argv[3];
    for (size_t i = 0; i < sizeof(attempts) / sizeof(attempts[0]); i++) {
        bool possible = attempts[i].attempt();
        printf("%s: %s\n", attempts[i].name, possible ? "POSSIBLE" : "refused");
        fflush(stdout);
    }
    return 0;
}
