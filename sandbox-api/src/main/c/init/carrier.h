/* What leads to the host, as the first argument names it. */
#ifndef SANDBOX_CARRIER_H
#define SANDBOX_CARRIER_H

#include <stdbool.h>

/* Whether it is virtio:NAME, which only machines have. */
bool is_port(const char *carrier);

/*
 * Connects to the host by unix:/PATH or, in a machine, virtio:NAME: a descriptor, which waits; -1 with errno. A host that comes to
 * a port late is waited for with the first bytes that are sent.
 */
int open_carrier(const char *carrier);

#endif
