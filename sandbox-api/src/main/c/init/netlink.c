#include "netlink.h"

#include <errno.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { REQUEST_LARGEST = 256, ANSWER_LARGEST = 4096 };

/* A message in the making: the header, one fixed part, and attributes. */
struct request {
    _Alignas(struct nlmsghdr) uint8_t bytes[REQUEST_LARGEST];
    size_t size;
};

int open_netlink(void) {
    struct sockaddr_nl kernel = {.nl_family = AF_NETLINK};
    int netlink = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);

    if (netlink >= 0 && connect(netlink, (const struct sockaddr *)&kernel, sizeof(kernel)) < 0) {
        int error = errno;
        close(netlink);
        errno = error;
        return -1;
    }
    return netlink;
}

static struct request make_request(uint16_t type, uint16_t flags, const void *part, size_t size) {
    struct request request = {.size = NLMSG_SPACE(size)};
    struct nlmsghdr header = {.nlmsg_type = type, .nlmsg_flags = (uint16_t)(NLM_F_REQUEST | NLM_F_ACK | flags)};

    memcpy(request.bytes, &header, sizeof(header));
    memcpy(request.bytes + NLMSG_HDRLEN, part, size);
    return request;
}

/* All that is ever asked for fits: the largest has four attributes of at most 22 bytes. */
static void add_attribute(struct request *request, uint16_t type, const void *value, size_t size) {
    struct rtattr attribute = {.rta_type = type, .rta_len = (uint16_t)RTA_LENGTH(size)};

    memcpy(request->bytes + request->size, &attribute, sizeof(attribute));
    memcpy(request->bytes + request->size + RTA_LENGTH(0), value, size);
    request->size += RTA_SPACE(size);
}

/* The kernel answers at once, before sendto returns; nothing else is sent to a socket that is in no group. */
static int carry_out(int netlink, struct request *request) {
    _Alignas(struct nlmsghdr) uint8_t answer[ANSWER_LARGEST];
    const struct nlmsghdr *header = (const struct nlmsghdr *)answer;

    ((struct nlmsghdr *)request->bytes)->nlmsg_len = (uint32_t)request->size;
    if (send(netlink, request->bytes, request->size, 0) < 0)
        return -1;
    ssize_t got = recv(netlink, answer, sizeof(answer), MSG_DONTWAIT);
    if (got < 0)
        return -1;
    if ((size_t)got < NLMSG_LENGTH(sizeof(struct nlmsgerr)) || header->nlmsg_type != NLMSG_ERROR) {
        errno = EPROTO;
        return -1;
    }
    errno = -((const struct nlmsgerr *)NLMSG_DATA(header))->error;
    return errno == 0 ? 0 : -1;
}

static uint8_t family_of(const struct ip *ip) {
    return ip->size == IPV6_SIZE ? AF_INET6 : AF_INET;
}

int set_link_up(int netlink, const char *interface) {
    struct ifinfomsg part = {.ifi_family = AF_UNSPEC, .ifi_flags = IFF_UP, .ifi_change = IFF_UP};

    part.ifi_index = (int)if_nametoindex(interface);
    if (part.ifi_index == 0)
        return -1;
    struct request request = make_request(RTM_NEWLINK, 0, &part, sizeof(part));
    return carry_out(netlink, &request);
}

static int change_address(int netlink, uint16_t type, uint16_t flags, const char *interface,
                          const struct address *address) {
    struct ifaddrmsg part = {.ifa_family = family_of(&address->own), .ifa_prefixlen = (uint8_t)address->prefix};

    part.ifa_index = if_nametoindex(interface);
    if (part.ifa_index == 0)
        return -1;
    /* without this an IPv6 address could not be used before a second of looking for its like is over */
    if (part.ifa_family == AF_INET6)
        part.ifa_flags = IFA_F_NODAD;
    struct request request = make_request(type, flags, &part, sizeof(part));
    add_attribute(&request, IFA_LOCAL, address->own.bytes, address->own.size);
    add_attribute(&request, IFA_ADDRESS, address->own.bytes, address->own.size);
    if (address->broadcast.size > 0)
        add_attribute(&request, IFA_BROADCAST, address->broadcast.bytes, address->broadcast.size);
    return carry_out(netlink, &request);
}

int add_address(int netlink, const char *interface, const struct address *address) {
    return change_address(netlink, RTM_NEWADDR, NLM_F_CREATE | NLM_F_REPLACE, interface, address);
}

int remove_address(int netlink, const char *interface, const struct address *address) {
    return change_address(netlink, RTM_DELADDR, 0, interface, address);
}

/* An IPv6 gateway of an IPv4 network goes into an attribute that names its family. */
static void add_gateway(struct request *request, const struct route *route) {
    struct { /* rtvia, with room for the address */
        uint16_t family;
        uint8_t address[IPV6_SIZE];
    } via = {.family = family_of(&route->gateway)};

    if (route->gateway.size == route->target.size) {
        add_attribute(request, RTA_GATEWAY, route->gateway.bytes, route->gateway.size);
        return;
    }
    memcpy(via.address, route->gateway.bytes, route->gateway.size);
    add_attribute(request, RTA_VIA, &via, sizeof(via.family) + route->gateway.size);
}

static int change_route(int netlink, uint16_t type, uint16_t flags, const char *interface, const struct route *route) {
    struct rtmsg part = {.rtm_family = family_of(&route->target),
                         .rtm_dst_len = (uint8_t)route->prefix,
                         .rtm_table = RT_TABLE_MAIN,
                         .rtm_protocol = route->metric == 0 ? RTPROT_STATIC : RTPROT_DHCP,
                         .rtm_scope = RT_SCOPE_UNIVERSE,
                         .rtm_type = RTN_UNICAST};
    uint32_t index = if_nametoindex(interface);

    if (index == 0)
        return -1;
    struct request request = make_request(type, flags, &part, sizeof(part));
    add_attribute(&request, RTA_DST, route->target.bytes, route->target.size);
    add_attribute(&request, RTA_OIF, &index, sizeof(index));
    if (route->metric != 0)
        add_attribute(&request, RTA_PRIORITY, &route->metric, sizeof(route->metric));
    add_gateway(&request, route);
    return carry_out(netlink, &request);
}

int add_route(int netlink, const char *interface, const struct route *route) {
    uint16_t flags = NLM_F_CREATE | (route->metric == 0 ? NLM_F_EXCL : NLM_F_REPLACE);

    return change_route(netlink, RTM_NEWROUTE, flags, interface, route);
}

int remove_route(int netlink, const char *interface, const struct route *route) {
    return change_route(netlink, RTM_DELROUTE, 0, interface, route);
}
