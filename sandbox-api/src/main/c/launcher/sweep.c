#include "launcher.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define DAEMON "daemon-"
#define STARTING "starting-"

#define NOBODY 0
#define SOMEBODY (-1)

static bool is_daemon(const char *name)
{
    return strncmp(name, DAEMON, strlen(DAEMON)) == 0 && is_id(name + strlen(DAEMON));
}

/* Only names of state directories: nothing that could lead elsewhere, or to another daemon. */
static bool is_markable(const char *name)
{
    return name[0] != '\0' && strlen(name) <= 64 &&
           name[strspn(name, "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_")] ==
               '\0' &&
           strncmp(name, DAEMON, strlen(DAEMON)) != 0 &&
           strncmp(name, STARTING, strlen(STARTING)) != 0;
}

bool daemon_end(int state, const char *name)
{
    int directory = openat(state, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

    if (directory < 0)
        return false;
    cgroups_remove(directory, name + strlen(DAEMON));
    session_end(directory, name);
    close(directory);
    return true;
}

/* What is left of a daemon whose launcher is not this one: none of its processes is a child of this one. */
static void remove_stale(int state, const char *name)
{
    if (daemon_end(state, name))
        tree_remove(state, name);
}

/*
 * Who has locked a file of a directory, or one of the last two. The lock is only asked about, not
 * taken: two sweeps of the same directory at once do no harm.
 */
static pid_t lock_holder(int state, const char *name, const char *file)
{
    char path[PATH_SIZE];

    if (!format_path(path, sizeof path, "%s/%s", name, file))
        return SOMEBODY;
    int locked = openat(state, path, O_RDWR | O_NOFOLLOW | O_CLOEXEC);
    if (locked < 0)
        return errno == ENOENT ? NOBODY : SOMEBODY;
    struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    bool answered = fcntl(locked, F_OFD_GETLK, &whole) == 0;
    close(locked);
    if (answered && whole.l_type == F_UNLCK)
        return NOBODY;
    return answered && whole.l_pid > 0 ? whole.l_pid : SOMEBODY;
}

/*
 * A sandbox of another living process may have the UUID that this owner wanted too. What the owner
 * itself still holds goes with the daemon: it is this process's parent while it lives.
 */
static bool is_anothers(int state, const char *name)
{
    pid_t holder = lock_holder(state, name, "owner.lock");

    return holder != NOBODY && holder != getppid();
}

void marked_remove(const struct daemon *daemon)
{
    char path[PATH_SIZE];

    if (!format_path(path, sizeof path, "%s/marked", daemon->directory))
        return;
    DIR *marks = opendir(path);
    int state = open(daemon->state, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    struct dirent *mark;
    while (marks != NULL && state >= 0 && (mark = readdir(marks)) != NULL)
        if (is_markable(mark->d_name) && !is_anothers(state, mark->d_name))
            tree_remove(state, mark->d_name);
    if (marks != NULL)
        closedir(marks);
    if (state >= 0)
        close(state);
}

/* A name without an owner file is one that is being removed, as names appear with it. */
static bool is_owned(int state, const char *name)
{
    return lock_holder(state, name, "owner") != NOBODY;
}

/* STARTING PID "-" ID, from before its launcher has run: there is no lock yet, only its maker. */
static bool is_abandoned_start(const char *name)
{
    if (strncmp(name, STARTING, strlen(STARTING)) != 0)
        return false;
    char *end;
    long maker = strtol(name + strlen(STARTING), &end, 10);
    return maker > 0 && *end == '-' && is_id(end + 1) && kill((pid_t)maker, 0) != 0 &&
           errno == ESRCH;
}

/*
 * Nothing is to be left behind but caches; whoever comes next makes the directory again. EBUSY: a
 * file system of its own is mounted there.
 */
void state_remove_if_empty(const char *state)
{
    if (rmdir(state) != 0 && errno != ENOTEMPTY && errno != ENOENT && errno != EBUSY)
        fprintf(stderr, "sandbox-libvirtd: cannot remove %s: %s\n", state, strerror(errno));
}

/* Of what could not be removed its own problem has been told. */
static void tell_removed(FILE *report, int state, const char *name)
{
    if (report != NULL && faccessat(state, name, F_OK, AT_SYMLINK_NOFOLLOW) != 0)
        fprintf(report, "%s\n", name);
}

bool sweep(const char *state, FILE *report)
{
    DIR *entries = opendir(state);

    if (entries == NULL)
        return errno == ENOENT || problem_set("cannot read %s", state);
    struct dirent *entry;
    while ((entry = readdir(entries)) != NULL) {
        if (is_daemon(entry->d_name) && !is_owned(dirfd(entries), entry->d_name))
            remove_stale(dirfd(entries), entry->d_name);
        else if (is_abandoned_start(entry->d_name))
            tree_remove(dirfd(entries), entry->d_name);
        else
            continue;
        tell_removed(report, dirfd(entries), entry->d_name);
    }
    closedir(entries);
    state_remove_if_empty(state);
    cgroups_sweep();
    return true;
}
