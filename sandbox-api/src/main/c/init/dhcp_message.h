/*
 * DHCP for IPv4 (RFC 2131, 2132) as whole IP packets. Nothing here makes a system call, so that a fuzzer can drive
 * all of it: what is read comes from whoever is on the network.
 */
#ifndef SANDBOX_DHCP_MESSAGE_H
#define SANDBOX_DHCP_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    DHCP_MAC_SIZE = 6,
    DHCP_NAME_LARGEST = 63,    /* a label of a domain name */
    DHCP_DOMAIN_LARGEST = 253, /* a whole one */
    DHCP_NAME_SERVERS_LARGEST = 3, /* as many as libc asks */
    DHCP_PACKET_LARGEST = 1500,
};

#define DHCP_FOREVER UINT32_MAX

enum dhcp_type {
    DHCP_DISCOVER = 1,
    DHCP_OFFER = 2,
    DHCP_REQUEST = 3,
    DHCP_ACK = 5,
    DHCP_NAK = 6,
};

/* Addresses are numbers; 0 stands for none. */
struct dhcp_question {
    enum dhcp_type type;
    uint32_t transaction;
    uint8_t mac[DHCP_MAC_SIZE];
    uint32_t own;       /* the address that is held, to renew it */
    uint32_t requested; /* the address that was offered */
    uint32_t server;    /* who offered it */
    uint32_t to;        /* where the packet goes; all ones: everybody */
    char name[DHCP_NAME_LARGEST + 1];
};

/* What a server said, all of it checked: a NAK holds nothing but its server. */
struct dhcp_answer {
    enum dhcp_type type;
    uint32_t server;
    uint32_t address;
    uint32_t prefix;
    uint32_t broadcast;
    uint32_t router;
    uint32_t name_servers[DHCP_NAME_SERVERS_LARGEST];
    size_t name_server_count;
    char domain[DHCP_DOMAIN_LARGEST + 1]; /* letters, digits, hyphens and dots; empty: none */
    uint32_t lease;                       /* seconds, not 0; so are the next two, in rising order */
    uint32_t renewal;
    uint32_t rebinding;
};

/* Writes a packet, at most DHCP_PACKET_LARGEST bytes; returns its size. */
size_t write_dhcp_question(const struct dhcp_question *question, uint8_t *packet);

/* False: the packet is no answer to that question, or one that cannot be used. */
bool read_dhcp_answer(const uint8_t *packet, size_t size, const struct dhcp_question *question,
                      struct dhcp_answer *answer);

#endif
