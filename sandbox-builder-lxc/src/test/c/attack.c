/* Usage: attack NAME ARGUMENT. Prints what it could do and must not; then "done". It changes nothing that matters. */
#include "attack.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

void breach(const char *format, ...) {
    va_list arguments;

    va_start(arguments, format);
    printf("BREACH: ");
    vprintf(format, arguments);
    printf("\n");
    va_end(arguments);
    fflush(stdout);
}

void try_to_open_for_writing(const char *path) {
    int fd = open(path, O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);

    if (fd < 0)
        return;
    breach("%s opens for writing", path);
    close(fd);
}

/* Files that nobody may write have no way to be written, whatever rights a program has. */
static int visit(const char *path, const struct stat *status, int type, struct FTW *place) {
    (void)place;
    if (type == FTW_F && S_ISREG(status->st_mode) && status->st_mode & 0222)
        try_to_open_for_writing(path);
    return 0;
}

void try_to_open_all_below(const char *directory) {
    nftw(directory, visit, 32, FTW_PHYS);
}

static void write_file(const char *path, const char *text) {
    int fd = open(path, O_WRONLY | O_CLOEXEC);

    if (fd < 0 || write(fd, text, strlen(text)) < 0)
        fprintf(stderr, "cannot write %s: %s\n", path, strerror(errno));
    close(fd);
}

static void become_root_inside(int further_namespaces) {
    char map[64];
    unsigned uid = geteuid(), gid = getegid();

    if (unshare(CLONE_NEWUSER | CLONE_NEWNS) < 0)
        _exit(0); /* a host that allows no user namespaces has none to attack */
    write_file("/proc/self/setgroups", "deny");
    snprintf(map, sizeof(map), "0 %u 1", uid);
    write_file("/proc/self/uid_map", map);
    snprintf(map, sizeof(map), "0 %u 1", gid);
    write_file("/proc/self/gid_map", map);
    /* one by one: that one of them is refused must not spare the others */
    for (int bit = 0; bit < 31; bit++) {
        if (further_namespaces & 1 << bit)
            unshare(1 << bit);
    }
}

void in_user_namespace(int further_namespaces, void (*attack)(const char *), const char *argument) {
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        become_root_inside(further_namespaces);
        pid_t inner = fork(); /* a PID namespace begins with a child */
        if (inner == 0) {
            attack(argument);
            fflush(stdout);
            _exit(0);
        }
        _exit(waitpid(inner, NULL, 0) == inner ? 0 : 1);
    }
    if (child < 0 || waitpid(child, NULL, 0) != child)
        perror("cannot start an attack");
}

int main(int argc, char **argv) {
    static const struct {
        const char *name;
        void (*run)(const char *);
    } attacks[] = {{"files", attack_files},
                   {"kernel", attack_kernel},
                   {"processes", attack_processes},
                   {"sockets", attack_sockets},
                   {"endings", refuse_to_end},
                   {"newcomers", hunt_newcomers},
                   {"image", hunt_image}};

    if (argc == 2 && strcmp(argv[1], "whoami") == 0) {
        printf("%u %u\n", geteuid(), getegid());
        return 0;
    }
    for (size_t i = 0; argc == 3 && i < sizeof(attacks) / sizeof(attacks[0]); i++) {
        if (strcmp(argv[1], attacks[i].name) == 0) {
            attacks[i].run(argv[2]);
            printf("done\n");
            return 0;
        }
    }
    fprintf(stderr, "usage: attack NAME ARGUMENT\n");
    return 2;
}
