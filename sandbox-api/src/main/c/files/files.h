/*
 * sandbox-virtiofs: directories of the host for one machine, by a virtiofsd for each.
 *
 *   sandbox-virtiofs server PROGRAM place DIRECTORY [owner UID GID] [user UID GID] SHARE...
 *
 *   server   virtiofsd
 *   place    an empty directory; it is covered, in this process's mount namespace only
 *   owner    whose user the hypervisor is: the sockets become its own
 *   user     for who has no right to mount: in a user namespace, where the caller is UID and GID
 *
 * and a SHARE is
 *
 *   share SOCKET ro|rw SOURCE [mask PATH]...
 *
 *   SOCKET   where the hypervisor is served; made here
 *   SOURCE   a directory, or a file, which is served as the one file "file" of a directory
 *   PATH     what is shown empty of the source, relative to it; it may be missing
 *
 * virtiofsd does what the machine's kernel asks of it, and some cannot serve read-only. So each sees a
 * view of its source: a copy of the mounts in a namespace of their own, where it is the kernel of the host that
 * refuses to write and to open devices.
 *
 * It says "ready" on stdout, or "failed" and why, and later "ended NUMBER STATUS" of a server. Two processes: the outer
 * one watches its stdin, whose other end the owner holds; the inner one is PID 1 of a namespace, so that all servers go
 * with it.
 */
#ifndef SANDBOX_VIRTIOFS_H
#define SANDBOX_VIRTIOFS_H

#include <stdbool.h>
#include <sys/types.h>

enum { MOST_SHARES = 64, PATH_SIZE = 512 };

struct share {
    const char *socket;
    const char *source;
    bool read_only;
    /* what is masked: words of the command line, each after the word "mask" */
    char *const *masks;
    int mask_count;
    int view;     /* a mount that is not attached yet */
    bool is_file;
    int listener;
};

struct order {
    const char *server;
    const char *place;
    bool has_owner, has_user;
    uid_t owner, user;
    gid_t owner_group, user_group;
    struct share shares[MOST_SHARES];
    int count;
};

/* Tells the owner why nothing is served, with errno's words where it is set, and ends this process. */
_Noreturn void fail(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Reads the command line. */
void read_order(struct order *order, char *const *words);

/* A mount namespace, in a user namespace of its own where that is ordered. */
void enter_namespaces(const struct order *order);

/* Where share NUMBER has its view, or the directory with its file. */
void view_path(char path[PATH_SIZE], const struct order *order, int number);

/* Puts a view of each share into the place. */
void make_views(struct order *order);

/* Binds the sockets. */
void listen_all(struct order *order);

/* Runs a server for each share as PID 1 until the last has ended, or "lifeline" has. */
_Noreturn void serve(const struct order *order, int lifeline);

#endif
