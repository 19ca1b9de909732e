/* A machine's virtio port to its host. */
#ifndef SANDBOX_PORT_H
#define SANDBOX_PORT_H

/* Opens the port of a name, once its driver tells of it; -1 with errno. */
int open_port(const char *name);

#endif
