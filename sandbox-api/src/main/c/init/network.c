#include "network.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "dhcp.h"
#include "netlink.h"
#include "wire.h"

enum { HOST_NAME_SIZE = 65 };

/* Always false, so that a step that fails can return it. */
static bool fail(struct report *failure, const char *format, ...) __attribute__((format(printf, 2, 3)));

static bool fail(struct report *failure, const char *format, ...) {
    int error = errno;
    va_list arguments;

    *failure = (struct report){.stage = STAGE_NETWORK, .error = error};
    va_start(arguments, format);
    int length = vsnprintf(failure->text, sizeof(failure->text), format, arguments);
    va_end(arguments);
    snprintf(failure->text + length, sizeof(failure->text) - (size_t)length, ": %s", strerror(error));
    return false;
}

/* libvirt and the kernel of a machine count them in their order. */
static void name_interface(char name[IFNAMSIZ], uint32_t number) {
    snprintf(name, IFNAMSIZ, "eth%u", number);
}

static const char *print_ip(const struct ip *ip, char text[INET6_ADDRSTRLEN]) {
    return inet_ntop(ip->size == IPV6_SIZE ? AF_INET6 : AF_INET, ip->bytes, text, INET6_ADDRSTRLEN);
}

static bool raise_link(int netlink, const char *interface, struct report *failure) {
    return set_link_up(netlink, interface) == 0 || fail(failure, "cannot set the network interface %s up", interface);
}

static bool has_address(const struct record *record, uint32_t interface) {
    for (size_t i = 0; i < record->item_count; i++) {
        if (record->items[i].tag == TAG_ADDRESS && record->items[i].interface == interface)
            return true;
    }
    return false;
}

/*
 * Routers on the network offer addresses and routes of their own, and a program's connections would come from one of
 * them. A kernel without IPv6 hears no router.
 */
static bool ignore_routers(const char *interface, struct report *failure) {
    char path[sizeof("/proc/sys/net/ipv6/conf//accept_ra") + IFNAMSIZ];

    snprintf(path, sizeof(path), "/proc/sys/net/ipv6/conf/%s/accept_ra", interface);
    int setting = open(path, O_WRONLY | O_CLOEXEC);
    if (setting < 0 && errno == ENOENT)
        return true;
    bool good = setting >= 0 && write(setting, "0", 1) == 1;
    if (!good)
        fail(failure, "cannot have %s ignore the addresses that routers offer", interface);
    if (setting >= 0)
        close(setting);
    return good;
}

/* The name that DHCP servers are told: the record's comes into force later. */
static const char *host_name_of(const struct record *record, char own[HOST_NAME_SIZE]) {
    for (size_t i = 0; i < record->item_count; i++) {
        if (record->items[i].tag == TAG_HOST_NAME)
            return record->items[i].text;
    }
    if (gethostname(own, HOST_NAME_SIZE) < 0)
        own[0] = 0;
    return own;
}

static bool begin_dhcp(struct network *network, uint32_t number, const char *interface, const char *host_name,
                       struct report *failure) {
    errno = E2BIG;
    if (network->count == DHCP_LARGEST || start_dhcp(number, interface, host_name, &network->reports[network->count]) < 0)
        return fail(failure, "cannot ask for an address on %s", interface);
    network->count++;
    network->waiting++;
    return true;
}

/* What the config gives an address has that alone; what asks for one takes all that it is offered. */
static bool begin_interface(struct network *network, int netlink, const struct record *record, const struct item *item,
                            const char *host_name, struct report *failure) {
    char interface[IFNAMSIZ];
    bool asks = item->mode & FLAG_DHCP;

    name_interface(interface, item->interface);
    return (asks || !has_address(record, item->interface) || ignore_routers(interface, failure)) &&
           raise_link(netlink, interface, failure) &&
           (!asks || begin_dhcp(network, item->interface, interface, host_name, failure));
}

bool begin_network(struct network *network, const struct record *record, struct report *failure) {
    char own[HOST_NAME_SIZE];
    const char *host_name = host_name_of(record, own);
    int netlink = open_netlink();
    bool good = netlink >= 0 || fail(failure, "cannot reach the kernel's network");

    for (size_t i = 0; good && i < record->item_count; i++) {
        if (record->items[i].tag == TAG_INTERFACE)
            good = begin_interface(network, netlink, record, &record->items[i], host_name, failure);
    }
    if (netlink >= 0)
        close(netlink);
    return good;
}

bool raise_loopback(struct report *failure) {
    int netlink = open_netlink();
    bool good = netlink >= 0 ? raise_link(netlink, "lo", failure) : fail(failure, "cannot reach the kernel's network");

    if (netlink >= 0)
        close(netlink);
    return good;
}

bool hear_network(struct network *network, int number, struct report *failure) {
    int heard = receive_report(network->reports[number], failure);

    if (heard < 0)
        return true;
    close(network->reports[number]);
    network->reports[number] = -1;
    network->waiting--;
    if (heard == 0) {
        errno = ECHILD;
        return fail(failure, "a DHCP client died");
    }
    if (failure->stage != STAGE_NONE)
        return false;
    memcpy(network->answers[number], failure->text, REPORT_TEXT);
    return true;
}

/* In the order of the interfaces. */
static void name_servers(struct network *network, struct record *record) {
    size_t length = 0;

    for (int i = 0; i < network->count; i++) {
        size_t added = strlen(network->answers[i]);
        memcpy(network->name_servers + length, network->answers[i], added);
        length += added;
    }
    if (!strstr(network->name_servers, "nameserver"))
        return;
    for (size_t i = 0; i < record->item_count; i++) {
        if (record->items[i].tag == TAG_NAME_SERVERS) {
            record->items[i].content = (const uint8_t *)network->name_servers;
            record->items[i].size = length;
        }
    }
}

static struct address address_of(const struct item *item) {
    size_t own = item->size == IPV6_SIZE ? IPV6_SIZE : IPV4_SIZE;

    return (struct address){.own = {item->content, own},
                            .prefix = item->prefix,
                            .broadcast = {item->content + own, item->size - own}};
}

static bool set_address(int netlink, const struct item *item, struct report *failure) {
    struct address address = address_of(item);
    char interface[IFNAMSIZ], own[INET6_ADDRSTRLEN];

    name_interface(interface, item->interface);
    return add_address(netlink, interface, &address) == 0 ||
           fail(failure, "cannot give %s the address %s/%u", interface, print_ip(&address.own, own), address.prefix);
}

static struct route route_of(const struct item *item) {
    size_t target = item->size == 2 * IPV6_SIZE ? IPV6_SIZE : IPV4_SIZE;

    return (struct route){.target = {item->content, target},
                          .prefix = item->prefix,
                          .gateway = {item->content + target, item->size - target}};
}

static bool set_route(int netlink, const struct item *item, struct report *failure) {
    struct route route = route_of(item);
    char interface[IFNAMSIZ], target[INET6_ADDRSTRLEN], gateway[INET6_ADDRSTRLEN];

    name_interface(interface, item->interface);
    return add_route(netlink, interface, &route) == 0 ||
           fail(failure, "cannot make the route %s/%u by %s on %s", print_ip(&route.target, target), route.prefix,
                print_ip(&route.gateway, gateway), interface);
}

/* All addresses first: a gateway may be reached by another interface's. */
static bool set_addresses(const struct record *record, struct report *failure) {
    int netlink = open_netlink();
    bool good = netlink >= 0 || fail(failure, "cannot reach the kernel's network");

    for (size_t i = 0; good && i < record->item_count; i++)
        good = record->items[i].tag != TAG_ADDRESS || set_address(netlink, &record->items[i], failure);
    for (size_t i = 0; good && i < record->item_count; i++)
        good = record->items[i].tag != TAG_ROUTE || set_route(netlink, &record->items[i], failure);
    if (netlink >= 0)
        close(netlink);
    return good;
}

bool finish_network(struct network *network, struct record *record, struct report *failure) {
    name_servers(network, record);
    return set_addresses(record, failure);
}
