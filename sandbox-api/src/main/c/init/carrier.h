/* What leads to the host, as the first argument names it. */
#ifndef SANDBOX_CARRIER_H
#define SANDBOX_CARRIER_H

#include <stdbool.h>

/* Whether this library knows the carrier: unix:/PATH or virtio:NAME. */
bool is_carrier(const char *carrier);

/* Whether it is one that only machines have. */
bool is_port(const char *carrier);

/*
 * Connects to the host: a descriptor, in non-blocking mode once the host is there; -1 with errno. A host that comes to
 * a port late is waited for with the first bytes that are sent.
 */
int open_carrier(const char *carrier);

#endif
