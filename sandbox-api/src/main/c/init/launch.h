/* From the supervisor to a running program: everything between fork and exec. */
#ifndef SANDBOX_LAUNCH_H
#define SANDBOX_LAUNCH_H

#include <sys/types.h>

#include "record.h"

/* The program's ends of what connects it; with a terminal only report is open. */
struct wires {
    int input;
    int output;
    int error;
    int report;
};

/*
 * Starts a launcher, which reports there what it does and stores the program's process id at *pid, shared memory, before
 * the program runs. The program is the supervisor's child, not the launcher's. Returns the launcher's process id, or
 * -1 with errno.
 *
 * The launcher lives outside the payload's PID namespace while it has privileges to lose: so no process of the
 * payload, whatever its capabilities, can trace one that still has the supervisor's.
 */
pid_t launch(const struct record *record, int pid_namespace, int mount_namespace, const struct wires *wires, pid_t *pid);

/* For a new process: what blocks or ignores signals in the supervisor is undone. */
void default_signals(void);

/* Enters the payload's namespaces: the mounts at once, the PID namespace with the next fork; -1 with errno. */
int enter_payload(int pid_namespace, int mount_namespace);

#endif
