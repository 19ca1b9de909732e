/*
 * The least that a machine's first process can be, for the benchmark to stand beside sandbox-init: loads the modules of
 * the list, mounts the host's root by 9p, runs a program and tells of it on the machine's port, one byte a step. What
 * it is to do follows "--" on the kernel's command line: "run", or "out" or "in" and a number of mebibytes.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { LINE_LARGEST = 256, CHUNK = 65536, SCRIPT_LARGEST = 64, MEBIBYTE = 1 << 20, PORTS_LARGEST = 16 };

#define OPTIONS "trans=virtio,version=9p2000.L,msize=262144,cache=mmap"

static _Noreturn void end_machine(void) {
    fflush(stdout);
    reboot(RB_AUTOBOOT);
    _exit(1);
}

static _Noreturn void fail(const char *what) {
    perror(what);
    end_machine();
}

/* Some kernels have a RAM disk of their own below, with these directories. */
static void make_directory(const char *path) {
    if (mkdir(path, 0755) < 0 && errno != EEXIST)
        fail(path);
}

static void open_console(void) {
    make_directory("/dev");
    if (mount("devtmpfs", "/dev", "devtmpfs", 0, NULL) < 0)
        fail("/dev");
    int console = open("/dev/console", O_RDWR);
    for (int fd = 0; fd < 3; fd++)
        dup2(console, fd);
}

static void load(const char *file) {
    int fd = open(file, O_RDONLY | O_CLOEXEC);

    if (fd < 0 || syscall(SYS_finit_module, fd, "", 0) < 0)
        fail(file);
    close(fd);
}

static void load_modules(void) {
    char line[LINE_LARGEST];
    FILE *list = fopen("/modules", "re");

    while (list && fgets(line, sizeof(line), list)) {
        line[strcspn(line, "\n")] = 0;
        if (strncmp(line, "load ", 5) == 0)
            load(line + 5);
    }
}

static int open_port(void) {
    char path[32];

    for (int i = 0; i < PORTS_LARGEST; i++) {
        snprintf(path, sizeof(path), "/dev/vport%dp1", i);
        int fd = open(path, O_RDWR | O_CLOEXEC);
        if (fd >= 0)
            return fd;
    }
    fail("port");
}

static void tell(int port, char step) {
    if (write(port, &step, 1) != 1)
        fail("tell");
}

static void mount_root(void) {
    make_directory("/root");
    if (mount("sandbox:root", "/root", "9p", MS_RDONLY, OPTIONS) < 0)
        fail("root");
}

/* Starts a program of the root with one of its streams at a pipe; returns the pipe's other end. */
static int spawn(const char *script, int stream, pid_t *pid) {
    int ends[2];

    if (pipe2(ends, O_CLOEXEC) < 0)
        fail("pipe");
    *pid = fork();
    if (*pid == 0) {
        dup2(ends[stream], stream);
        if (chroot("/root") == 0 && chdir("/") == 0)
            execl("/bin/sh", "sh", "-c", script, (char *)NULL);
        _exit(1);
    }
    close(ends[stream]);
    return ends[1 - stream];
}

static void await(pid_t pid) {
    int status;

    if (waitpid(pid, &status, 0) != pid || status != 0)
        fail("program");
}

static void run(void) {
    pid_t pid = fork();

    if (pid == 0) {
        if (chroot("/root") == 0 && chdir("/") == 0)
            execl("/bin/true", "true", (char *)NULL);
        _exit(1);
    }
    await(pid);
}

static void move(int from, int to, long left) {
    static char chunk[CHUNK];

    while (left > 0) {
        ssize_t size = read(from, chunk, left < CHUNK ? (size_t)left : CHUNK);
        if (size <= 0)
            fail("read");
        for (ssize_t done = 0, sent; done < size; done += sent) {
            sent = write(to, chunk + done, (size_t)(size - done));
            if (sent <= 0)
                fail("write");
        }
        left -= size;
    }
}

/* As a sandbox does it: a program writes or reads at a pipe, and its bytes go through the port. */
static void stream(int port, bool out, int mebibytes) {
    char script[SCRIPT_LARGEST];
    pid_t pid;

    snprintf(script, sizeof(script), "exec head -c %dM %s", mebibytes, out ? "/dev/zero" : "> /dev/null");
    int end = spawn(script, out ? 1 : 0, &pid);
    tell(port, 'S');
    move(out ? end : port, out ? port : end, (long)mebibytes * MEBIBYTE);
    await(pid);
}

int main(int argc, char **argv) {
    const char *wish = argc > 1 ? argv[1] : "run";
    struct timespec now;
    char end;

    open_console();
    clock_gettime(CLOCK_BOOTTIME, &now);
    printf("init %ld.%06ld\n", (long)now.tv_sec, now.tv_nsec / 1000);
    fflush(stdout);
    load_modules();
    int port = open_port();
    tell(port, 'P');
    mount_root();
    tell(port, 'R');
    if (strcmp(wish, "run") == 0)
        run();
    else
        stream(port, strcmp(wish, "out") == 0, argc > 2 ? atoi(argv[2]) : 1);
    tell(port, 'X');
    if (read(port, &end, 1) < 0)
        fail("port");
    end_machine();
}
