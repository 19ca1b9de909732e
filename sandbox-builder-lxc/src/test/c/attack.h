/* What the attacks share. Each prints a line for everything that it could do and must not be able to. */
#ifndef SANDBOX_ATTACK_H
#define SANDBOX_ATTACK_H

#include <stdbool.h>

/* Prints "BREACH: " and the text. */
__attribute__((format(printf, 1, 2))) void breach(const char *format, ...);

/* Opens the file for writing, writes nothing, and tells of a breach if it opens. */
void try_to_open_for_writing(const char *path);

/* The same for each regular file below a directory, without following links. */
void try_to_open_all_below(const char *directory);

/* Runs an attack in a child that has user, mount and the further namespaces of its own, and is root in it. */
void in_user_namespace(int further_namespaces, void (*attack)(const char *), const char *argument);

void attack_files(const char *directory);
void attack_kernel(const char *key);
void attack_processes(const char *unused);
void attack_sockets(const char *unused);
void hunt_newcomers(const char *unused);
void hunt_image(const char *unused);

/* Does not return. */
void refuse_to_end(const char *how);

#endif
