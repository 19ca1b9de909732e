/* The kernel's modules in a machine's initial RAM disk, by the groups of docs/boot.md. */
#ifndef SANDBOX_MODULES_H
#define SANDBOX_MODULES_H

#include <stdbool.h>

/* Remembers where the RAM disk is, for as long as other things stand at / later. */
int open_modules(void);

/*
 * Loads a group; false with errno, *name naming what failed: a module's file, or the list itself. Else *name is the
 * first module that the group lacks, which need not matter; NULL if it lacks none.
 */
bool load_modules(const char *group, const char **name);

#endif
