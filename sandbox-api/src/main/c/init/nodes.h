/* The items LINK and OWNER: what programs find in the sandbox's own /dev. */
#ifndef SANDBOX_NODES_H
#define SANDBOX_NODES_H

#include "record.h"

/* Makes a symbolic link in a tmpfs of the sandbox; as make_mounts. */
void put_link(const struct item *item);

/* Gives what lies in /dev an owner and permissions; as make_mounts. */
void set_owner(const struct item *item);

#endif
