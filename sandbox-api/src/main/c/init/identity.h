/* Who a program is: ids, groups, capabilities. All of it is final for the process that calls. */
#ifndef SANDBOX_IDENTITY_H
#define SANDBOX_IDENTITY_H

#include <stdint.h>

#include "record.h"

/* Takes on the record's identity; reports a failure and ends the process otherwise. */
void take_identity(const struct record *record);

/* Keeps no capability but these, of those that this process has; -1 with errno. */
int keep_capabilities(uint64_t capabilities);

/* Installs the record's seccomp program, if it has one; as take_identity. */
void install_filter(const struct record *record);

#endif
