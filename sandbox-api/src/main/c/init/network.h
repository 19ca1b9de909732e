/* The sandbox's network interfaces: loopback, and what the record says of the others. */
#ifndef SANDBOX_NETWORK_H
#define SANDBOX_NETWORK_H

#include <stdbool.h>

#include "record.h"
#include "report.h"

/* What DHCP servers are asked for, until all have answered. */
struct network {
    int count;
    int waiting;
    int reports[DHCP_LARGEST]; /* -1: has answered */
    char answers[DHCP_LARGEST][REPORT_TEXT];
    char name_servers[DHCP_LARGEST * REPORT_TEXT];
};

/* Those that return false say in failure what the kernel refused, or which server did not answer. */

/* Sets the record's interfaces up; asks DHCP servers for those that want it. */
bool begin_network(struct network *network, const struct record *record, struct report *failure);

/* Sets loopback up. */
bool raise_loopback(struct report *failure);

/* A DHCP client has reported. */
bool hear_network(struct network *network, int number, struct report *failure);

/* When none is waited for any more: the record's addresses, then its routes; NAME_SERVERS get what servers told. */
bool finish_network(struct network *network, struct record *record, struct report *failure);

#endif
