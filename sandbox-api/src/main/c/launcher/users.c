#include "launcher.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

/*
 * libvirtd's QEMU driver looks up the user and the group that its packager chose for it before it
 * reads that qemu.conf names root, and where they are unknown all of libvirtd ends. They come with
 * a package that nothing else here needs, so libvirtd is lent them while it starts: files of the
 * host's lines and these, over the host's files. Containers see the host's.
 */
static const char *const names[] = {"libvirt-qemu", "qemu"};

#define LINE_SIZE 4096

struct accounts {
    const char *file;
    const char *name;    /* of the file that covers it, in the daemon's directory */
    const char *rest;    /* of a line after the account's name: nobody's */
    char own[PATH_SIZE]; /* empty where the host knows the account */
};

static struct accounts lists[] = {
    {"/etc/passwd", "passwd", ":x:65534:65534::/:/usr/sbin/nologin", ""},
    {"/etc/group", "group", ":x:65534:", ""},
};

#define LISTS (sizeof lists / sizeof *lists)

static bool is_known(const char *line)
{
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strncmp(line, names[i], strlen(names[i])) == 0 && line[strlen(names[i])] == ':')
            return true;
    return false;
}

/* Copies the host's lines; false where one of them is an account of QEMU's. */
static bool copy_unknown(FILE *from, FILE *to)
{
    static char line[LINE_SIZE];
    bool ended = true;

    while (fgets(line, sizeof line, from) != NULL) {
        if (ended && is_known(line))
            return false;
        ended = strchr(line, '\n') != NULL;
        fputs(line, to);
    }
    if (!ended)
        fputc('\n', to);
    return true;
}

static bool copy(struct accounts *accounts, const char *path, FILE *from)
{
    FILE *to = fopen(path, "wxe");
    if (to == NULL)
        return problem_set("cannot create %s", path);
    bool unknown = copy_unknown(from, to);
    for (size_t i = 0; unknown && i < sizeof names / sizeof *names; i++)
        fprintf(to, "%s%s\n", names[i], accounts->rest);
    bool good = ferror(to) == 0;
    if (fclose(to) != 0 || !good)
        return problem_set("cannot write %s", path);
    return !unknown || format_path(accounts->own, sizeof accounts->own, "%s", path);
}

static bool prepare(const struct daemon *daemon, struct accounts *accounts)
{
    char path[PATH_SIZE];

    if (!format_path(path, sizeof path, "%s/%s", daemon->directory, accounts->name))
        return false;
    FILE *from = fopen(accounts->file, "re");
    if (from == NULL)
        return errno == ENOENT || problem_set("cannot read %s", accounts->file);
    bool good = copy(accounts, path, from);
    fclose(from);
    return good;
}

bool users_prepare(const struct daemon *daemon)
{
    for (size_t i = 0; i < LISTS; i++)
        if (!prepare(daemon, &lists[i]))
            return false;
    return true;
}

/* Another process takes the cover away, so only the file itself tells whether it is there. */
static bool is_covered(const struct accounts *accounts)
{
    struct stat own;
    struct stat seen;

    return stat(accounts->own, &own) == 0 && stat(accounts->file, &seen) == 0 &&
           own.st_dev == seen.st_dev && own.st_ino == seen.st_ino;
}

bool users_lend(void)
{
    for (size_t i = 0; i < LISTS; i++)
        if (lists[i].own[0] != '\0' && !is_covered(&lists[i]) &&
            mount(lists[i].own, lists[i].file, NULL, MS_BIND, NULL) != 0)
            return problem_set("cannot bind %s", lists[i].file);
    return true;
}

bool users_lent(void)
{
    return lists[0].own[0] != '\0' || lists[1].own[0] != '\0';
}

/* The answer to any call says that libvirtd has started: it takes none before. */
static bool await_libvirtd(const struct daemon *daemon)
{
    /* libvirt's frame: length, program, version, procedure (AUTH_LIST), call, serial, status */
    const uint32_t call[] = {htonl(28), htonl(0x20008086), htonl(1), htonl(66), 0, 0, 0};
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    char answer[4];

    int client = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bool answered =
        client >= 0 &&
        format_path(address.sun_path, sizeof address.sun_path, "%s/socket", daemon->directory) &&
        connect(client, (const struct sockaddr *)&address, sizeof address) == 0 &&
        write(client, call, sizeof call) == (ssize_t)sizeof call &&
        recv(client, answer, sizeof answer, MSG_WAITALL) == (ssize_t)sizeof answer;
    if (client >= 0)
        close(client);
    return answered;
}

void users_take_back(const struct daemon *daemon)
{
    /* no answer: that libvirtd has ended, and the next one is lent the same */
    if (!await_libvirtd(daemon))
        return;
    for (size_t i = 0; i < LISTS; i++)
        if (is_covered(&lists[i]) && umount2(lists[i].file, MNT_DETACH) != 0)
            perror("sandbox-libvirtd: cannot unmount the lent accounts");
}
