#include "copies.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kernel.h"
#include "report.h"
#include "wire.h"

#define STORE "/dev/sandbox"

/* Where the copy stands that is being made, for errors. */
static char trail[PATH_MAX + DEPTH_LARGEST * (NAME_MAX + 1)];

static _Noreturn void fail(void) {
    report_failure(STAGE_MOUNTS, "cannot copy to '%.400s'", trail);
}

/* Adds a name to the trail: its length before. */
static size_t enter_trail(const char *name) {
    size_t length = strlen(trail);
    snprintf(trail + length, sizeof(trail) - length, "/%s", name);
    return length;
}

int open_store(void) {
    return open(STORE, O_PATH | O_DIRECTORY | O_CLOEXEC);
}

int find_stored(int store, const char *path, struct stored *stored) {
    char parent[PATH_MAX];
    struct stat status;
    const char *below = path + strlen(STORE) + 1;
    const char *slash = strrchr(below, '/');

    stored->name = slash ? slash + 1 : below;
    int length = snprintf(parent, sizeof(parent), "./%.*s", slash ? (int)(slash - below) : 0, below);
    errno = ENAMETOOLONG;
    if (length < 0 || (size_t)length >= sizeof(parent))
        return -1;
    errno = EINVAL;
    if (!*stored->name || strcmp(stored->name, "..") == 0 || strcmp(stored->name, ".") == 0)
        return -1;
    stored->directory = open_below(store, parent, O_PATH | O_DIRECTORY);
    if (stored->directory < 0)
        return -1;
    if (fstatat(stored->directory, stored->name, &status, AT_SYMLINK_NOFOLLOW) == 0) {
        stored->kind = status.st_mode & S_IFMT;
        return 0;
    }
    int error = errno;
    close(stored->directory);
    errno = error;
    return -1;
}

/* Takes away what stands there, if it is of that kind; anything else stays, and the copy fails. */
static void make_way(int directory, const char *name, mode_t kind) {
    struct stat status;

    if (fstatat(directory, name, &status, AT_SYMLINK_NOFOLLOW) < 0) {
        if (errno != ENOENT)
            fail();
        return;
    }
    errno = S_ISDIR(status.st_mode) ? EISDIR : EEXIST;
    if ((status.st_mode & S_IFMT) != kind || unlinkat(directory, name, 0) < 0)
        fail();
}

static void copy_bytes(int from, int to) {
    static uint8_t chunk[CHUNK];
    ssize_t size;

    while ((size = read(from, chunk, sizeof(chunk))) != 0) {
        if (size < 0 && errno != EINTR)
            fail();
        for (ssize_t done = 0; done < size;) {
            ssize_t written = write(to, chunk + done, (size_t)(size - done));
            if (written < 0 && errno != EINTR)
                fail();
            done += written > 0 ? written : 0;
        }
    }
}

/* The owner first: a change of it would take permissions away, and times change with both. */
static void dress(int fd, const struct stat *original, const struct owner *owner) {
    const struct timespec times[2] = {original->st_atim, original->st_mtim};
    mode_t kept = S_ISDIR(original->st_mode) ? 01777 : 0777;

    if (fchown(fd, owner->uid, owner->gid) < 0 || fchmod(fd, original->st_mode & kept) < 0 || futimens(fd, times) < 0)
        fail();
}

static void copy_file(int from, const char *name, int to, const char *to_name, const struct owner *owner) {
    struct stat status;
    int source = open_below(from, name, O_RDONLY);

    if (source < 0 || fstat(source, &status) < 0)
        fail();
    make_way(to, to_name, S_IFREG);
    int copy = openat(to, to_name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (copy < 0)
        fail();
    copy_bytes(source, copy);
    dress(copy, &status, owner);
    close(copy);
    close(source);
}

static void copy_link(int from, const char *name, int to, const char *to_name, const struct owner *owner) {
    char target[PATH_MAX];
    struct stat status;
    ssize_t length = readlinkat(from, name, target, sizeof(target) - 1);

    if (length < 0 || fstatat(from, name, &status, AT_SYMLINK_NOFOLLOW) < 0)
        fail();
    target[length] = 0;
    make_way(to, to_name, S_IFLNK);
    const struct timespec times[2] = {status.st_atim, status.st_mtim};
    if (symlinkat(target, to, to_name) < 0 ||
        fchownat(to, to_name, owner->uid, owner->gid, AT_SYMLINK_NOFOLLOW) < 0 ||
        utimensat(to, to_name, times, AT_SYMLINK_NOFOLLOW) < 0)
        fail();
}

static void copy_entry(int from, const char *name, int to, const char *to_name, const struct owner *owner, int depth);

/* Takes over the descriptor of what is read. */
static void copy_content(int from, int to, const struct owner *owner, int depth) {
    struct dirent *entry;

    errno = ENAMETOOLONG;
    if (depth > DEPTH_LARGEST)
        report_failure(STAGE_MOUNTS, "more than %d directories in one another at '%.400s'", DEPTH_LARGEST, trail);
    DIR *directory = fdopendir(from);
    if (!directory)
        fail();
    for (errno = 0; (entry = readdir(directory)); errno = 0) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        size_t length = enter_trail(entry->d_name);
        copy_entry(dirfd(directory), entry->d_name, to, entry->d_name, owner, depth);
        trail[length] = 0;
    }
    if (errno != 0)
        fail();
    closedir(directory);
}

/* One that is there keeps its owner, permissions and times; what is mounted on it is not the copy's to change. */
static void copy_directory(int from, const char *name, int to, const char *to_name, const struct owner *owner,
                           int depth) {
    struct stat status;
    bool made = mkdirat(to, to_name, 0700) == 0;

    if (!made && errno != EEXIST)
        fail();
    int source = open_below(from, name, O_RDONLY | O_DIRECTORY);
    if (source < 0 || fstat(source, &status) < 0)
        fail();
    int copy = open_within(to, to_name, O_RDONLY | O_DIRECTORY);
    if (copy < 0)
        fail();
    copy_content(source, copy, owner, depth + 1);
    if (made)
        dress(copy, &status, owner);
    close(copy);
}

static void copy_entry(int from, const char *name, int to, const char *to_name, const struct owner *owner, int depth) {
    struct stat status;

    if (fstatat(from, name, &status, AT_SYMLINK_NOFOLLOW) < 0)
        fail();
    if (S_ISDIR(status.st_mode))
        copy_directory(from, name, to, to_name, owner, depth);
    else if (S_ISREG(status.st_mode))
        copy_file(from, name, to, to_name, owner);
    else if (S_ISLNK(status.st_mode))
        copy_link(from, name, to, to_name, owner);
}

void copy_stored(const struct stored *stored, int directory, const char *name, const struct owner *owner,
                 const char *path) {
    snprintf(trail, sizeof(trail), "%s", path);
    copy_entry(stored->directory, stored->name, directory, name, owner, 0);
}

void merge_stored(const struct stored *stored, int directory, const struct owner *owner, const char *path) {
    snprintf(trail, sizeof(trail), "%s", path);
    int from = open_below(stored->directory, stored->name, O_RDONLY | O_DIRECTORY);
    int to = open_within(directory, ".", O_RDONLY | O_DIRECTORY);
    if (from < 0 || to < 0)
        fail();
    copy_content(from, to, owner, 1);
    close(to);
}
