/* A filter of system calls for what the kernel keeps once for all sandboxes and their host. */
#ifndef SANDBOX_GUARD_H
#define SANDBOX_GUARD_H

/*
 * Closes for this process and its descendants what no namespace confines: cgroups, keyrings, the kernel's log and
 * sockets to the hypervisor. Needs no_new_privs or CAP_SYS_ADMIN. Returns -1 with errno if the kernel refuses.
 */
int install_guard(void);

#endif
