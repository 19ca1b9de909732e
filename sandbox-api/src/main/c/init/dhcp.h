/*
 * A DHCP client: a process that gets an address for one interface and keeps it as long as the sandbox lives. It reads
 * what strangers send, so it is none of the supervisor's and has no right but to configure interfaces.
 */
#ifndef SANDBOX_DHCP_H
#define SANDBOX_DHCP_H

#include <stdint.h>
#include <sys/types.h>

/*
 * Starts one; -1 with errno. Its report at the other end of *report tells, once the interface has an address, the lines
 * of a resolv.conf as text; or a failure, ten seconds later at the latest.
 */
pid_t start_dhcp(uint32_t number, const char *interface, const char *host_name, int *report);

#endif
