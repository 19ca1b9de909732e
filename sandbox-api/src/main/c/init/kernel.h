/* System calls that musl 1.2.3 has no wrapper for, and the constants that its headers lack. */
#ifndef SANDBOX_KERNEL_H
#define SANDBOX_KERNEL_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

enum { ATTR_READ_ONLY = 0x1, ATTR_NOSUID = 0x2, ATTR_NODEV = 0x4, ATTR_NOEXEC = 0x8 };

/* Opens a place (O_PATH) without following magic links: what a link of /proc leads to is not where a path lies. */
int open_place(const char *path);

/* What a place is, without a question to the host that a machine's directories are on, as stat would ask. */
bool is_directory(int place);

/* Opens a place (O_PATH) that lies exactly where its path says: ELOOP where a symbolic link is on the way or its end. */
int open_exact_place(const char *path);

/* Opens what lies below a directory, no symbolic link on the way; its end is opened itself if it is one (O_PATH). */
int open_below(int directory, const char *path, int flags);

/* As open_below, and in the same mount: EXDEV elsewhere. */
int open_within(int directory, const char *path, int flags);

/* Where an opened place lies. */
struct mount_place {
    uint64_t mount;
    bool is_its_root;
};

int find_mount(int place, struct mount_place *found);

/* A detached copy of the mount at a path, not of what is mounted below it. */
int clone_mount(const char *path);

/* The same of a mount that was made here and is attached. */
int clone_of(int mount);

/* A detached file system of its own; options end with NULL and come as name, value, name, value, NULL for a name alone. */
int make_mount(const char *type, const char *const *options, uint64_t attributes);

/* Sets attributes of a mount: fd alone if path is "". */
int set_mount_attributes(int fd, const char *path, uint64_t attributes);

/* Puts a detached mount onto a place that was opened. */
int attach_mount(int mount, int place);

/* Whom the kernel ends when memory runs out: the supervisor and the reaper last, what they start first. */
int spare_from_out_of_memory(void);
int expose_to_out_of_memory(void);

/* Closes every descriptor from first on. */
int close_from(int first);

/* fork() whose child is the caller's sibling; its process id is stored before it runs. */
pid_t fork_sibling(pid_t *pid);

#endif
