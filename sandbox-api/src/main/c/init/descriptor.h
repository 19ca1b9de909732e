/* Descriptors: those that are never waited in, and the first three. */
#ifndef SANDBOX_DESCRIPTOR_H
#define SANDBOX_DESCRIPTOR_H

#include <stdbool.h>

/* Whether what failed with this error may do when the descriptor is ready. */
bool is_temporary(int error);

/* Opens a tty as a line: what it carries is nobody's to edit, echo or make signals of. -1 with errno. */
int open_raw_tty(const char *path);

/* Takes those of 0 to 2 that are free, so that none that is opened later is mistaken for a stream. -1 with errno. */
int fill_stdio(void);

#endif
