/*
 * sandbox-libvirtd: a libvirt daemon of one process's own.
 *
 *   sandbox-libvirtd run STATE ID CACHE LIBVIRTD [private-network]   run a daemon until stdin ends
 *   sandbox-libvirtd run STATE ID CACHE LIBVIRTD session             the same without root
 *   sandbox-libvirtd run STATE ID CACHE LIBVIRTD machines            the same without cgroups
 *   sandbox-libvirtd sweep STATE                                     remove what dead daemons left
 *
 * Two processes. The outer one watches its stdin, whose other end the owner holds, and cleans up.
 * The inner one is PID 1 of a PID and mount namespace: libvirtd and all it starts end with it.
 *
 * Without root there are no namespaces: what libvirtd has started carries a mark, and is killed by it.
 *
 * STATE/daemon-ID holds everything of one daemon. Its owner file is locked while its outer process
 * lives; a directory whose lock is free belongs to nobody.
 */
#ifndef LAUNCHER_H
#define LAUNCHER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/types.h>

#define PATH_SIZE 512
#define ID_DIGITS 8

/* problem.c: what went wrong, in one line. */

/* Keeps a text and errno's as the problem; always false, so that a failing step can return it. */
bool problem_set(const char *format, ...) __attribute__((format(printf, 1, 2)));
const char *problem_text(void);
/* Formats into a buffer of known size; false, with the problem set, where it does not fit. */
bool format_path(char *buffer, size_t size, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* daemon.c: one daemon's directory. */

struct daemon {
    char state[PATH_SIZE];
    char id[ID_DIGITS + 1];
    char directory[PATH_SIZE];
    char cache[PATH_SIZE];
    char libvirtd[PATH_SIZE];
    bool session;         /* of a user without root: no namespaces, no cgroups */
    bool machines;        /* of a root that cannot have containers: no cgroups */
    bool private_network; /* a network namespace of its own, in place of the host's */
    pid_t outer;          /* the outer process */
    int owner;  /* the locked file; its descriptor is the outer process's alone */
    int socket; /* listens; handed to every libvirtd in turn */
};

bool is_id(const char *text);
/* Takes STATE/starting-PARENT-ID, locks its owner file and publishes it as STATE/daemon-ID. */
bool daemon_claim(struct daemon *daemon);
/* Directories and settings that libvirtd is given in place of the host's. */
bool daemon_furnish(const struct daemon *daemon);
bool daemon_listen(struct daemon *daemon);
bool daemon_make_directory(const char *parent, const char *name);
/* Writes a file that its owner alone may read. */
bool daemon_write(const struct daemon *daemon, const char *name, const char *text);

/* cgroups.c: the one cgroup of a daemon, in every hierarchy. */

/* The file in a daemon's directory that lists its cgroups: what a sweep has to remove. */
#define CGROUP_LIST "cgroups"

bool cgroups_make(const struct daemon *daemon);
bool cgroups_enter(void);
/* Calls for every place where a hierarchy is mounted. Not in a process that is to enter its cgroups. */
bool cgroups_visit_mounts(void (*visit)(const char *mount));
/* After the cgroup namespace: mounts the hierarchies anew, so that only what is below shows. */
bool cgroups_remount(void);

/* cgroups_remove.c */

/* Ends what still runs in a daemon's cgroups and removes them. */
void cgroups_remove(int directory, const char *id);
/* Lets the removals that follow wait anew for what is just ending. */
void cgroups_renew_patience(void);
/* Ends what runs in one cgroup and below, and removes it. */
void cgroup_remove(int parent, const char *name);

/* cgroups_orphans.c: cgroups of daemons of which nothing else is left. */

/*
 * Says by a mark that a new cgroup is a daemon's, and by a lock that the daemon lives. On a cgroup that others cannot
 * open yet: what cannot be had is told of, and done without.
 */
void cgroup_claim(const char *path);
/* Leaves the locks to the outer process. */
void cgroups_disclaim(void);
/* Removes the cgroups that have the mark, no lock, and no process in them or below. */
void cgroups_sweep(void);

/* places.c: the inner process's view of the host. */

bool places_arrange(const struct daemon *daemon);

/* network.c: the inner process's own network namespace. */

/* In one that is new: sets its loopback up and shows its interfaces in /sys. */
bool network_arrange(const struct daemon *daemon);

/* users.c: the accounts that libvirtd insists on. */

bool users_prepare(const struct daemon *daemon);
bool users_lend(void);
/* Whether there is anything to take back. */
bool users_lent(void);
/* Waits until libvirtd is up, then shows the host's own files again. */
void users_take_back(const struct daemon *daemon);

/* session.c: the daemon of a user without root. */

/* As daemon_furnish; the process's working directory is the daemon's then. */
bool session_furnish(const struct daemon *daemon);
/* Makes what its descendants leave behind when they end its own children. */
bool session_adopt(void);
/* Becomes libvirtd; drivers is a string of the environment, or NULL. */
_Noreturn void session_exec(const struct daemon *daemon, char *drivers);
/* Kills whatever the daemon of a directory has started; nothing where it is another kind of daemon's. */
void session_end(int directory, const char *name);
/*
 * Waits for all children: for those, too, that died of their parent's death just now. Only for when
 * each of them has been killed, the inner process as well.
 */
void session_reap(void);

/* user_namespace.c: where root lacks the right to namespaces. */

/* Makes a PID namespace for the next child, in a user namespace of this one's own if need be. */
bool pid_namespace_make(bool may_take_user_namespace);
/*
 * Where the groups of a user namespace are fixed, lets setgroups seem to succeed: libvirt sets
 * root's for QEMU, and goes on only if it could. The filter looks at no pointer, and grants nothing.
 */
bool groups_pretend(void);

/* tree.c */

/*
 * Removes an entry and all below it, without following links or crossing into other mounts. False: some of it stays,
 * and tree_problem says why.
 */
bool tree_remove(int parent, const char *name);
const char *tree_problem(void);

/* sweep.c */

/* Removes what daemons left whose owner file nobody locks, and reports the names, a line each. */
bool sweep(const char *state, FILE *report);
void state_remove_if_empty(const char *state);
/* Ends what one daemon has started, and removes its cgroups; false where it has no directory. */
bool daemon_end(int state, const char *name);
/* Removes the state directories that a daemon's owner marked for the case of its death. */
void marked_remove(const struct daemon *daemon);

/* terminal.c: the owner's terminal. */

/* One command of the owner: "terminal PATH HEX" keeps, "terminal" forgets. */
void terminal_command(char *line);
void terminal_restore(void);

/* inner.c, outer.c */

/* Runs as PID 1 of its namespace, and never returns; says "+" or a problem on the report pipe. */
_Noreturn void inner_run(const struct daemon *daemon, int report, int outer);
int outer_run(struct daemon *daemon);

#endif
