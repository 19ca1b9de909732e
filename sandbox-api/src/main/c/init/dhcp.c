#include "dhcp.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#include "dhcp_message.h"
#include "identity.h"
#include "kernel.h"
#include "launch.h"
#include "netlink.h"
#include "report.h"
#include "wire.h"

/* Times are milliseconds, since the machine's start; those that servers tell are seconds. */
enum {
    SECOND = 1000,
    START_SECONDS = 10,
    FIRST_RETRY = SECOND / 4, /* a link that has just come up may lose the first packets */
    RETRY_LARGEST = 64 * SECOND,
    RENEWAL_RETRY = 60 * SECOND,
    REPORT_FD = 3,
    CAPABILITY_NET_ADMIN = 12,
    METRIC = 100, /* routes of the record come first, then those of the first interfaces */
};

#define EVERYBODY UINT32_MAX
#define NEVER INT64_MAX

struct client {
    const char *interface;
    uint32_t number;
    int index;
    int packets;
    int timer;
    int netlink;
    struct dhcp_question question;
    struct dhcp_answer lease;
    struct sockaddr_ll server; /* who gave the lease, on the link */
};

/* Goes on while the machine is suspended: leases do. */
static int64_t now(void) {
    struct timespec time;

    clock_gettime(CLOCK_BOOTTIME, &time);
    return (int64_t)time.tv_sec * SECOND + time.tv_nsec / (1000 * 1000);
}

static int64_t earlier(int64_t one, int64_t other) {
    return one < other ? one : other;
}

/* Everything else on the interface would wake this process: IPv4, UDP to port 68, no fragments. */
static int filter_packets(int packets) {
    struct sock_filter instructions[] = {
        BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 9),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, IPPROTO_UDP, 0, 6),
        BPF_STMT(BPF_LD | BPF_H | BPF_ABS, 6),
        BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, 0x3fff, 4, 0),
        BPF_STMT(BPF_LDX | BPF_B | BPF_MSH, 0),
        BPF_STMT(BPF_LD | BPF_H | BPF_IND, 2),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 68, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, DHCP_PACKET_LARGEST),
        BPF_STMT(BPF_RET | BPF_K, 0),
    };
    struct sock_fprog program = {sizeof(instructions) / sizeof(instructions[0]), instructions};

    return setsockopt(packets, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof(program));
}

static int read_mac(int packets, const char *interface, uint8_t mac[DHCP_MAC_SIZE]) {
    struct ifreq request = {0};

    strncpy(request.ifr_name, interface, sizeof(request.ifr_name) - 1);
    if (ioctl(packets, SIOCGIFHWADDR, &request) < 0)
        return -1;
    memcpy(mac, request.ifr_hwaddr.sa_data, DHCP_MAC_SIZE);
    return 0;
}

/* Filtered before it hears anything: protocol 0 is none. */
static int open_packets(const struct client *client) {
    struct sockaddr_ll here = {
        .sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_IP), .sll_ifindex = client->index};
    int packets = socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

    if (packets < 0 || filter_packets(packets) < 0 || bind(packets, (const struct sockaddr *)&here, sizeof(here)) < 0)
        report_failure(STAGE_NETWORK, "cannot ask for an address on %s", client->interface);
    return packets;
}

static void open_client(struct client *client) {
    client->index = (int)if_nametoindex(client->interface);
    client->packets = open_packets(client);
    client->netlink = open_netlink();
    client->timer = timerfd_create(CLOCK_BOOTTIME, TFD_CLOEXEC | TFD_NONBLOCK);
    if (client->netlink < 0 || client->timer < 0 ||
        read_mac(client->packets, client->interface, client->question.mac) < 0 ||
        keep_capabilities(UINT64_C(1) << CAPABILITY_NET_ADMIN) < 0 || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
        report_failure(STAGE_NETWORK, "cannot ask for an address on %s", client->interface);
}

/* ---- Questions and answers ---- */

static void draw_transaction(struct client *client) {
    if (getrandom(&client->question.transaction, sizeof(client->question.transaction), 0) !=
        (ssize_t)sizeof(client->question.transaction))
        report_failure(STAGE_NETWORK, "cannot draw a number");
}

/* A packet that is not sent is as good as one that is lost: it is sent again. */
static void ask(const struct client *client, const struct sockaddr_ll *to) {
    uint8_t packet[DHCP_PACKET_LARGEST];
    size_t size = write_dhcp_question(&client->question, packet);

    (void)!sendto(client->packets, packet, size, 0, (const struct sockaddr *)to, sizeof(*to));
}

static struct sockaddr_ll everybody(const struct client *client) {
    struct sockaddr_ll to = {.sll_family = AF_PACKET,
                             .sll_protocol = htons(ETH_P_IP),
                             .sll_ifindex = client->index,
                             .sll_halen = DHCP_MAC_SIZE};

    memset(to.sll_addr, 0xff, DHCP_MAC_SIZE);
    return to;
}

/* False: nothing has come before the time. The timer, not poll's own, which stands still with the machine. */
static bool wait_for_packet(const struct client *client, int64_t until) {
    struct itimerspec alarm = {.it_value = {.tv_sec = until / SECOND, .tv_nsec = until % SECOND * 1000 * 1000}};
    struct pollfd sources[] = {{.fd = client->packets, .events = POLLIN}, {.fd = client->timer, .events = POLLIN}};

    if (until == NEVER) /* disarms it */
        alarm = (struct itimerspec){0};
    timerfd_settime(client->timer, TFD_TIMER_ABSTIME, &alarm, NULL);
    while (poll(sources, 2, -1) < 0 && errno == EINTR)
        continue;
    return sources[1].revents == 0;
}

/* The next answer to the question; false: none has come before the time. */
static bool hear_answer(struct client *client, int64_t until, struct dhcp_answer *answer, struct sockaddr_ll *from) {
    uint8_t packet[DHCP_PACKET_LARGEST];

    while (wait_for_packet(client, until)) {
        socklen_t length = sizeof(*from);
        ssize_t got = recvfrom(client->packets, packet, sizeof(packet), 0, (struct sockaddr *)from, &length);
        if (got > 0 && read_dhcp_answer(packet, (size_t)got, &client->question, answer))
            return true;
    }
    return false;
}

static bool hear_offer(struct client *client, int64_t until) {
    struct sockaddr_ll from;

    while (hear_answer(client, until, &client->lease, &from)) {
        if (client->lease.type == DHCP_OFFER)
            return true;
    }
    return false;
}

enum verdict { GRANTED, DENIED, UNANSWERED };

/* Only the server that was asked counts; when everybody was, any. */
static enum verdict hear_verdict(struct client *client, int64_t until, uint32_t address) {
    uint32_t server = client->question.server;
    struct dhcp_answer answer;
    struct sockaddr_ll from;

    while (hear_answer(client, until, &answer, &from)) {
        if (server != 0 && answer.server != server)
            continue;
        if (answer.type == DHCP_NAK)
            return DENIED;
        if (answer.type != DHCP_ACK || answer.address != address)
            continue;
        client->lease = answer;
        client->server = from;
        return GRANTED;
    }
    return UNANSWERED;
}

/* ---- A new lease ---- */

static bool discover(struct client *client, int64_t until) {
    struct sockaddr_ll to = everybody(client);

    client->question.type = DHCP_DISCOVER;
    client->question.own = client->question.requested = client->question.server = 0;
    client->question.to = EVERYBODY;
    ask(client, &to);
    return hear_offer(client, until);
}

static enum verdict request(struct client *client, int64_t until) {
    struct sockaddr_ll to = everybody(client);

    client->question.type = DHCP_REQUEST;
    client->question.requested = client->lease.address;
    client->question.server = client->lease.server;
    ask(client, &to);
    return hear_verdict(client, until, client->lease.address);
}

/* Hears nobody until then. */
static void rest(const struct client *client, int64_t until) {
    uint8_t dropped;

    while (wait_for_packet(client, until))
        (void)!recv(client->packets, &dropped, sizeof(dropped), 0);
}

/* Asks again and again, at growing distances; false: there is no address before the time. */
static bool acquire(struct client *client, int64_t limit) {
    int64_t distance = FIRST_RETRY;

    while (now() < limit) {
        draw_transaction(client);
        int64_t until = earlier(now() + distance, limit);
        if (discover(client, until) && request(client, earlier(now() + distance, limit)) == GRANTED)
            return true;
        rest(client, until); /* who denies at once is not to be asked at once */
        distance = earlier(distance * 2, RETRY_LARGEST);
    }
    return false;
}

/* ---- What is made of it ---- */

/* The numbers as the kernel wants them. */
struct leased {
    uint8_t own[IPV4_SIZE], broadcast[IPV4_SIZE], router[IPV4_SIZE];
    struct address address;
    struct route route;
};

static void translate(const struct client *client, struct leased *leased) {
    static const uint8_t anywhere[IPV4_SIZE];
    const struct dhcp_answer *lease = &client->lease;

    write_u32(leased->own, lease->address);
    write_u32(leased->broadcast, lease->broadcast);
    write_u32(leased->router, lease->router);
    leased->address = (struct address){.own = {leased->own, IPV4_SIZE},
                                       .prefix = lease->prefix,
                                       .broadcast = {leased->broadcast, lease->broadcast ? IPV4_SIZE : 0}};
    leased->route = (struct route){.target = {anywhere, IPV4_SIZE},
                                   .gateway = {leased->router, IPV4_SIZE},
                                   .metric = METRIC + client->number};
}

static const char *print_number(uint32_t address, char text[INET_ADDRSTRLEN]) {
    uint8_t bytes[IPV4_SIZE];

    write_u32(bytes, address);
    return inet_ntop(AF_INET, bytes, text, INET_ADDRSTRLEN);
}

/* NULL, or what the kernel has refused. */
static const char *use_lease(const struct client *client) {
    struct leased leased;

    translate(client, &leased);
    if (add_address(client->netlink, client->interface, &leased.address) < 0)
        return "address";
    if (client->lease.router != 0 && add_route(client->netlink, client->interface, &leased.route) < 0)
        return "router";
    return NULL;
}

/* That the kernel has it no longer is as good. */
static void give_up_route(const struct client *client) {
    struct leased leased;

    translate(client, &leased);
    if (client->lease.router != 0)
        (void)remove_route(client->netlink, client->interface, &leased.route);
}

static void give_up_address(const struct client *client) {
    struct leased leased;

    translate(client, &leased);
    (void)remove_address(client->netlink, client->interface, &leased.address);
}

static void give_up_lease(const struct client *client) {
    give_up_route(client);
    give_up_address(client);
}

static void report_lease(const struct dhcp_answer *lease) {
    char lines[REPORT_TEXT], address[INET_ADDRSTRLEN];
    int length = 0;

    lines[0] = 0;
    for (size_t i = 0; i < lease->name_server_count; i++)
        length += snprintf(lines + length, sizeof(lines) - (size_t)length, "nameserver %s\n",
                           print_number(lease->name_servers[i], address));
    if (lease->domain[0] != 0)
        snprintf(lines + length, sizeof(lines) - (size_t)length, "search %s\n", lease->domain);
    report_text(lines);
}

/* ---- An old lease ---- */

/* First the server that gave it, later any. */
static enum verdict renew(struct client *client, int64_t until, bool rebinding) {
    struct sockaddr_ll to = rebinding ? everybody(client) : client->server;

    draw_transaction(client);
    client->question.type = DHCP_REQUEST;
    client->question.own = client->lease.address;
    client->question.requested = client->question.server = 0;
    client->question.to = rebinding ? EVERYBODY : client->lease.server;
    ask(client, &to);
    return hear_verdict(client, until, client->lease.address);
}

/* As RFC 2131 wants it: again after half of the time that is left, a minute at least. */
static int64_t next_try(int64_t until) {
    int64_t half = (until - now()) / 2;
    return earlier(now() + (half > RENEWAL_RETRY ? half : RENEWAL_RETRY), until);
}

/* What a renewed lease no longer has. The address of another prefix is another one for the kernel. */
static void give_up_changes(const struct client *client, const struct dhcp_answer *before) {
    struct client old = *client;
    bool same_address = before->prefix == client->lease.prefix;

    old.lease = *before;
    if (!same_address || (before->router != 0 && client->lease.router == 0))
        give_up_route(&old);
    if (!same_address)
        give_up_address(&old);
}

/* Returns when the lease is over. */
static void hold(struct client *client) {
    int64_t since = now();

    for (;;) {
        if (client->lease.lease == DHCP_FOREVER)
            _exit(0);
        int64_t rebinding = since + client->lease.rebinding * (int64_t)SECOND;
        int64_t end = since + client->lease.lease * (int64_t)SECOND;
        struct dhcp_answer before = client->lease;
        enum verdict verdict = UNANSWERED;
        rest(client, since + client->lease.renewal * (int64_t)SECOND);
        int64_t asked = now();
        while (verdict == UNANSWERED && (asked = now()) < rebinding)
            verdict = renew(client, next_try(rebinding), false);
        while (verdict == UNANSWERED && (asked = now()) < end)
            verdict = renew(client, next_try(end), true);
        if (verdict != GRANTED)
            return;
        give_up_changes(client, &before);
        if (use_lease(client) != NULL)
            return;
        since = asked;
    }
}

static _Noreturn void keep_lease(struct client *client) {
    open_client(client);
    if (!acquire(client, now() + START_SECONDS * SECOND)) {
        errno = ETIMEDOUT;
        report_failure(STAGE_NETWORK, "no DHCP server has given %s an address in %d s", client->interface,
                       START_SECONDS);
    }
    char address[INET_ADDRSTRLEN];
    const char *refused = use_lease(client);
    if (refused)
        report_failure(STAGE_NETWORK, "cannot use the %s of the DHCP answer for %s (%s/%u)", refused,
                       client->interface, print_number(client->lease.address, address), client->lease.prefix);
    report_lease(&client->lease);
    close(REPORT_FD);
    for (;;) {
        hold(client);
        give_up_lease(client);
        while (!acquire(client, NEVER) || use_lease(client) != NULL) {
            give_up_lease(client);
            rest(client, now() + RETRY_LARGEST);
        }
    }
}

static _Noreturn void be_client(struct client *client, int report) {
    report_to(report);
    if (report != REPORT_FD && dup3(report, REPORT_FD, O_CLOEXEC) < 0)
        report_failure(STAGE_NETWORK, "cannot keep the report's socket");
    report_to(REPORT_FD);
    if (close_from(REPORT_FD + 1) < 0 || prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) < 0 ||
        prctl(PR_SET_NAME, "sandbox-dhcp", 0, 0, 0) < 0)
        report_failure(STAGE_NETWORK, "cannot set the DHCP client apart");
    default_signals();
    keep_lease(client);
}

/* A label of letters, digits and hyphens; whatever else a host name holds, servers make nothing of it. */
static void take_name(const char *host_name, char name[DHCP_NAME_LARGEST + 1]) {
    size_t length = strspn(host_name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-");

    if (host_name[length] == 0 && length <= DHCP_NAME_LARGEST)
        memcpy(name, host_name, length);
}

pid_t start_dhcp(uint32_t number, const char *interface, const char *host_name, int *report) {
    struct client client = {.interface = interface, .number = number};
    int ends[2];

    if (open_report(ends) < 0)
        return -1;
    take_name(host_name, client.question.name);
    pid_t pid = fork();
    if (pid == 0)
        be_client(&client, ends[1]);
    int error = errno;
    close(ends[1]);
    if (pid < 0) {
        close(ends[0]);
        errno = error;
        return -1;
    }
    *report = ends[0];
    return pid;
}
