/*
 * What a host has that no sandbox may reach. Each argument is a socket, KIND:PATH, the path with %XX for any byte:
 * stream, datagram, packet; relative (bound by its last part), renamed (bound elsewhere in its directory first),
 * elsewhere (in a network namespace of its own), apart (in a mount namespace that shows the directory as /mnt as well,
 * by that name), inside (there, by its last part), abstract. NAME of "things:NAME" names a key, a message queue; shared
 * memory has a fixed number. Says "ready", and holds all of it until stdin ends.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/keyctl.h>
#include <mqueue.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

static _Noreturn void fail(const char *what) {
    fprintf(stderr, "hosted: %s: %s\n", what, strerror(errno));
    exit(1);
}

static void decode(char *text) {
    char *to = text;

    for (const char *from = text; *from; from++) {
        if (*from == '%') {
            char digits[3] = {from[1], from[2], 0};
            *to++ = (char)strtol(digits, NULL, 16);
            from += 2;
        } else {
            *to++ = *from;
        }
    }
    *to = 0;
}

static void listen_at(const char *path, int type, int abstract) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, type, 0);
    size_t length = strlen(path);

    if (fd < 0 || length + 1 >= sizeof(address.sun_path))
        fail(path);
    memcpy(address.sun_path + abstract, path, length);
    socklen_t size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length + 1);
    mode_t mask = umask(0);
    if (bind(fd, (struct sockaddr *)&address, size) < 0 || (type != SOCK_DGRAM && listen(fd, 16) < 0))
        fail(path);
    umask(mask);
}

static void enter_directory_of(char *path) {
    char *name = strrchr(path, '/');

    *name = 0;
    if (chdir(path) < 0)
        fail(path);
    *name = '/';
}

/* In a mount namespace that shows the working directory as /mnt, too. */
static void listen_in_mount(const char *kind, const char *name) {
    char other[64];

    if (unshare(CLONE_NEWNS) < 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ||
        mount(".", "/mnt", NULL, MS_BIND, NULL) < 0 || chdir(strcmp(kind, "inside") == 0 ? "/mnt" : "/") < 0)
        fail("mount namespace");
    snprintf(other, sizeof(other), "/mnt/%.50s", name);
    listen_at(strcmp(kind, "inside") == 0 ? name : other, SOCK_STREAM, 0);
}

/* A socket of a process of its own, as its namespaces and directory are. */
static void listen_apart(const char *kind, char *path) {
    char *name = strrchr(path, '/') + 1;
    int ready[2];

    if (pipe(ready) < 0)
        fail("pipe");
    if (fork() == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (strcmp(kind, "elsewhere") == 0 && unshare(CLONE_NEWNET) < 0)
            fail("network namespace");
        enter_directory_of(path);
        if (strcmp(kind, "apart") == 0 || strcmp(kind, "inside") == 0)
            listen_in_mount(kind, name);
        else
            listen_at(strcmp(kind, "relative") == 0 ? name : path, SOCK_STREAM, 0);
        if (write(ready[1], "", 1) != 1)
            fail("pipe");
        for (;;)
            pause();
    }
    char byte;
    close(ready[1]);
    if (read(ready[0], &byte, 1) != 1)
        fail(path);
    close(ready[0]);
}

static void listen_renamed(char *path) {
    char first[128];

    snprintf(first, sizeof(first), "%.100s.new", path);
    listen_at(first, SOCK_STREAM, 0);
    if (rename(first, path) < 0)
        fail(path);
}

static void listen_as(const char *kind, char *path) {
    if (strcmp(kind, "stream") == 0)
        listen_at(path, SOCK_STREAM, 0);
    else if (strcmp(kind, "datagram") == 0)
        listen_at(path, SOCK_DGRAM, 0);
    else if (strcmp(kind, "packet") == 0)
        listen_at(path, SOCK_SEQPACKET, 0);
    else if (strcmp(kind, "abstract") == 0)
        listen_at(path, SOCK_STREAM, 1);
    else if (strcmp(kind, "renamed") == 0)
        listen_renamed(path);
    else
        listen_apart(kind, path);
}

static int shared = -1;
static char queue[128];
static long key = -1;

static void make_things(const char *name) {
    struct mq_attr attributes = {.mq_maxmsg = 1, .mq_msgsize = 16};

    shared = shmget((key_t)0x5a4db0c5, 4096, IPC_CREAT | 0666);
    snprintf(queue, sizeof(queue), "/%.100s", name);
    key = syscall(SYS_add_key, "user", name, "secret", 6, KEY_SPEC_USER_KEYRING);
    if (shared < 0 || mq_open(queue, O_RDWR | O_CREAT, 0666, &attributes) == (mqd_t)-1 || key < 0)
        fail("cannot make shared memory, queue and key");
}

static void remove_things(void) {
    if (shared >= 0)
        shmctl(shared, IPC_RMID, NULL);
    if (*queue)
        mq_unlink(queue);
    if (key >= 0)
        syscall(SYS_keyctl, KEYCTL_UNLINK, key, KEY_SPEC_USER_KEYRING);
}

int main(int argc, char **argv) {
    atexit(remove_things);
    for (int i = 1; i < argc; i++) {
        char *path = strchr(argv[i], ':');
        if (!path)
            fail(argv[i]);
        *path++ = 0;
        decode(path);
        if (strcmp(argv[i], "things") == 0)
            make_things(path);
        else
            listen_as(argv[i], path);
    }
    puts("ready");
    fflush(stdout);
    while (getchar() != EOF)
        continue;
    return 0;
}
