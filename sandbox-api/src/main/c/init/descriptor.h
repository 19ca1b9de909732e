/* Descriptors that are never waited in. */
#ifndef SANDBOX_DESCRIPTOR_H
#define SANDBOX_DESCRIPTOR_H

#include <stdbool.h>

/* Whether what failed with this error may do when the descriptor is ready. */
bool is_temporary(int error);

/* Opens a tty as a line: what it carries is nobody's to edit, echo or make signals of. -1 with errno. */
int open_raw_tty(const char *path);

#endif
