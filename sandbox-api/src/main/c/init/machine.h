/* What a virtual machine needs of its first process, before and after all that a container needs of it. */
#ifndef SANDBOX_MACHINE_H
#define SANDBOX_MACHINE_H

#include <stdbool.h>

/* Whether this process is the first of its kernel, in its RAM disk. */
bool is_first_of_machine(void);

/* Whether begin_machine was called. */
bool is_machine(void);

/*
 * The special file systems, the console as descriptors 1 and 2, the modules of the base and of the groups, which are
 * separated by commas. False: told on the console.
 */
bool begin_machine(const char *groups);

/* What was written reaches its disk; then the machine is no more. */
_Noreturn void end_machine(void);

#endif
