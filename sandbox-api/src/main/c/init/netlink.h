/* What rtnetlink is asked to do with the interfaces of this network namespace. */
#ifndef SANDBOX_NETLINK_H
#define SANDBOX_NETLINK_H

#include <stddef.h>
#include <stdint.h>

/* The bytes of an IPv4 or IPv6 address; its size tells which. */
struct ip {
    const uint8_t *bytes;
    size_t size;
};

enum { IPV4_SIZE = 4, IPV6_SIZE = 16 };

struct address {
    struct ip own;
    uint32_t prefix;
    struct ip broadcast; /* of size 0: none */
};

struct route {
    struct ip target;
    uint32_t prefix;
    struct ip gateway;
    uint32_t metric; /* 0: one that was asked for; of others those with the lowest come first */
};

/* A socket for the others, or -1 with errno. */
int open_netlink(void);

/* Each names an interface, and returns -1 with the kernel's errno. */
int set_link_up(int netlink, const char *interface);

/* One that is there already, with the same prefix, is left with what is new of it. */
int add_address(int netlink, const char *interface, const struct address *address);

int remove_address(int netlink, const char *interface, const struct address *address);

/* One that has a metric takes the place of another that has it. */
int add_route(int netlink, const char *interface, const struct route *route);

int remove_route(int netlink, const char *interface, const struct route *route);

#endif
