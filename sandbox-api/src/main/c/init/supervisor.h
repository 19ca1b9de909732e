/* The sandbox's first process: it hears the host, starts programs, moves their bytes and tells of their ends. */
#ifndef SANDBOX_SUPERVISOR_H
#define SANDBOX_SUPERVISOR_H

/* Serves the host by a carrier, as the init's argument names it, until the sandbox ends; returns the exit status. */
int supervise(const char *carrier);

#endif
