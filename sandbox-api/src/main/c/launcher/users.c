#include "launcher.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>

/*
 * libvirtd's QEMU driver looks up the user and the group that its packager chose for it before it
 * reads that qemu.conf names root, and where they are unknown all of libvirtd ends. They come with
 * a package that nothing else here needs, so libvirtd is lent them: an account file of the host's
 * lines and these.
 */
static const char *const names[] = {"libvirt-qemu", "qemu"};

#define LINE_SIZE 4096

struct accounts {
    const char *file;
    const char *own; /* the file that covers it, in the daemon's directory */
    const char *rest; /* of a line after the name; "nobody" on every Linux */
    bool lent;
};

static struct accounts users = {"/etc/passwd", "passwd", ":x:65534:65534::/:/usr/sbin/nologin", false};
static struct accounts groups = {"/etc/group", "group", ":x:65534:", false};

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

static bool cover_file(struct accounts *accounts, const char *path, FILE *from)
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
    if (!unknown)
        return true;
    if (chmod(path, 0644) != 0 || mount(path, accounts->file, NULL, MS_BIND, NULL) != 0)
        return problem_set("cannot bind %s", accounts->file);
    accounts->lent = true;
    return true;
}

static bool lend(const struct daemon *daemon, struct accounts *accounts)
{
    char path[PATH_SIZE];

    if (!format_path(path, sizeof path, "%s/%s", daemon->directory, accounts->own))
        return false;
    FILE *from = fopen(accounts->file, "re");
    if (from == NULL)
        return errno == ENOENT || problem_set("cannot read %s", accounts->file);
    bool good = cover_file(accounts, path, from);
    fclose(from);
    return good;
}

bool users_lend(const struct daemon *daemon)
{
    return lend(daemon, &users) && lend(daemon, &groups);
}
