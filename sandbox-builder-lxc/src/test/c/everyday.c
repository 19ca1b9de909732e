/* What programs, their languages and debuggers ask of the kernel: a line for each thing that a sandbox denies; "done". */
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <mqueue.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <pty.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/timex.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

static void require(bool works, const char *what) {
    if (!works)
        printf("%s: %s\n", what, strerror(errno));
    errno = 0;
}

static void *return_it(void *value) {
    return value;
}

static void start_others(void) {
    char *true_again[] = {"/bin/true", NULL};
    pthread_t thread;
    int status = -1;
    pid_t child;

    require(pthread_create(&thread, NULL, return_it, NULL) == 0 && pthread_join(thread, NULL) == 0, "threads");
    require(posix_spawn(&child, "/bin/true", NULL, NULL, true_again, environ) == 0 &&
                waitpid(child, &status, 0) == child && status == 0,
            "posix_spawn");
    child = vfork();
    if (child == 0)
        _exit(0);
    require(child > 0 && waitpid(child, &status, 0) == child, "vfork");
    require(unshare(CLONE_FS | CLONE_FILES) == 0, "unshare of files and directory");
    require(syscall(SYS_pidfd_open, getpid(), 0) >= 0, "pidfd_open");
}

/* As gdb does: without randomization, traced, its memory read both ways. */
static void debug(void) {
    static volatile long secret = 42;
    long seen = 0;
    int status;
    struct iovec here = {&seen, sizeof(seen)}, there = {(void *)&secret, sizeof(secret)};
    pid_t child = fork();

    if (child == 0) {
        bool free = personality(0xffffffff) >= 0 && personality(ADDR_NO_RANDOMIZE) >= 0;
        ptrace(PTRACE_TRACEME, 0, 0, 0);
        raise(SIGSTOP);
        _exit(free ? 0 : 1);
    }
    require(waitpid(child, &status, 0) == child && WIFSTOPPED(status), "PTRACE_TRACEME");
    require(process_vm_readv(child, &here, 1, &there, 1, 0) == sizeof(seen) && seen == 42, "process_vm_readv");
    require(ptrace(PTRACE_PEEKDATA, child, &secret, 0) == 42, "PTRACE_PEEKDATA");
    require(ptrace(PTRACE_CONT, child, 0, 0) == 0 && waitpid(child, &status, 0) == child && status == 0, "personality");
}

static void wait_for_things(void) {
    sigset_t signals;
    sigemptyset(&signals);
    require(epoll_create1(0) >= 0, "epoll");
    require(eventfd(0, 0) >= 0, "eventfd");
    require(signalfd(-1, &signals, 0) >= 0, "signalfd");
    require(timerfd_create(CLOCK_MONOTONIC, 0) >= 0, "timerfd");
    int watch = inotify_init1(0);
    require(watch >= 0 && inotify_add_watch(watch, "/tmp", IN_CREATE) >= 0, "inotify");
}

static void share_memory(void) {
    int shared = shmget(IPC_PRIVATE, 4096, 0600);
    struct mq_attr attributes = {.mq_maxmsg = 1, .mq_msgsize = 8};

    require(shared >= 0 && shmat(shared, NULL, 0) != (void *)-1 && shmctl(shared, IPC_RMID, NULL) == 0, "shared memory");
    require(semget(IPC_PRIVATE, 1, 0600) >= 0, "semaphores");
    require(mq_open("/everyday", O_CREAT | O_RDWR, 0600, &attributes) >= 0, "message queues");
    require(memfd_create("everyday", 0) >= 0, "memfd_create");
    require(mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED,
            "memory to compile into");
}

static void talk(void) {
    int pair[2], on = 1;
    struct sockaddr_in here = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof(here);

    require(socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0, "socketpair");
    int server = socket(AF_INET, SOCK_STREAM, 0), client = socket(AF_INET, SOCK_STREAM, 0);
    require(setsockopt(server, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) == 0 &&
                bind(server, (struct sockaddr *)&here, sizeof(here)) == 0 && listen(server, 1) == 0 &&
                getsockname(server, (struct sockaddr *)&here, &size) == 0 &&
                connect(client, (struct sockaddr *)&here, sizeof(here)) == 0,
            "TCP");
    require(socket(AF_INET, SOCK_DGRAM, 0) >= 0, "UDP");
    require(socket(AF_INET6, SOCK_STREAM, 0) >= 0 || errno == EAFNOSUPPORT, "IPv6");
    require(socket(AF_NETLINK, SOCK_RAW, 0) >= 0, "netlink");
}

static void use_terminal(void) {
    int master, slave;
    struct winsize size = {.ws_row = 10, .ws_col = 20};

    require(openpty(&master, &slave, NULL, NULL, &size) == 0 && isatty(slave), "pseudo terminal");
}

/* Browsers and services keep themselves closer still. */
static void confine_oneself(void) {
    struct sock_filter allow = BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
    struct sock_fprog program = {1, &allow};

    require(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0,
            "a filter of its own");
    require(syscall(444, NULL, 0, 1) >= 0 || errno == EOPNOTSUPP || errno == ENOSYS, "landlock");
}

static void ask(void) {
    struct timex clock = {.modes = 0};
    struct stat status;
    struct {
        struct file_handle header;
        unsigned char bytes[128];
    } handle = {.header.handle_bytes = 128};
    int mount;

    require(adjtimex(&clock) >= 0, "asking for the clock's state");
    require(name_to_handle_at(AT_FDCWD, "/etc/passwd", &handle.header, &mount, 0) == 0 || errno == EOPNOTSUPP,
            "name_to_handle_at");
    require(stat("/etc/passwd", &status) == 0 && mkfifo("/tmp/everyday", 0600) == 0, "FIFO");
    require(syscall(500) < 0 && errno == ENOSYS, "being told that a call is missing");
}

int main(void) {
    start_others();
    debug();
    wait_for_things();
    share_memory();
    talk();
    use_terminal();
    ask();
    confine_oneself();
    printf("done\n");
    return 0;
}
