#include "dhcp_message.h"

#include <string.h>

#include "wire.h"

enum {
    IP_HEADER = 20,
    UDP_HEADER = 8,
    BOOTP_FIXED = 236, /* up to the cookie */
    BOOTP_LEAST = 300, /* what relays of old insist on */
    COOKIE = 4,
    SERVER_PORT = 67,
    CLIENT_PORT = 68,
    UDP = 17,
};

/* Offsets of BOOTP's fields. */
enum {
    OP = 0,
    HARDWARE = 1,
    HARDWARE_SIZE = 2,
    TRANSACTION = 4,
    FLAGS = 10,
    OWN = 12,
    YOURS = 16,
    MAC = 28,
    NAME = 44,
    FILE_NAME = 108,
};

enum option {
    OPTION_PAD = 0,
    OPTION_MASK = 1,
    OPTION_ROUTERS = 3,
    OPTION_NAME_SERVERS = 6,
    OPTION_HOST_NAME = 12,
    OPTION_DOMAIN = 15,
    OPTION_BROADCAST = 28,
    OPTION_REQUESTED = 50,
    OPTION_LEASE = 51,
    OPTION_OVERLOAD = 52,
    OPTION_TYPE = 53,
    OPTION_SERVER = 54,
    OPTION_WANTED = 55,
    OPTION_LARGEST = 57,
    OPTION_RENEWAL = 58,
    OPTION_REBINDING = 59,
    OPTION_END = 255,
};

static const uint8_t cookie[COOKIE] = {99, 130, 83, 99};

static uint32_t read_u16(const uint8_t *at) {
    return (uint32_t)at[0] << 8 | at[1];
}

static void write_u16(uint8_t *at, size_t value) {
    at[0] = (uint8_t)(value >> 8);
    at[1] = (uint8_t)value;
}

/* ---- Questions ---- */

static uint8_t *add_bytes(uint8_t *at, enum option option, const void *value, size_t size) {
    at[0] = (uint8_t)option;
    at[1] = (uint8_t)size;
    memcpy(at + 2, value, size);
    return at + 2 + size;
}

static uint8_t *add_number(uint8_t *at, enum option option, uint32_t value) {
    uint8_t bytes[4];

    write_u32(bytes, value);
    return value == 0 ? at : add_bytes(at, option, bytes, sizeof(bytes));
}

static uint8_t *add_options(uint8_t *at, const struct dhcp_question *question) {
    static const uint8_t wanted[] = {OPTION_MASK,  OPTION_ROUTERS, OPTION_NAME_SERVERS, OPTION_DOMAIN, OPTION_BROADCAST,
                                     OPTION_LEASE, OPTION_RENEWAL, OPTION_REBINDING};
    static const uint8_t largest[] = {DHCP_PACKET_LARGEST >> 8, DHCP_PACKET_LARGEST & 0xff};
    uint8_t type = (uint8_t)question->type;

    at = add_bytes(at, OPTION_TYPE, &type, 1);
    at = add_number(at, OPTION_REQUESTED, question->requested);
    at = add_number(at, OPTION_SERVER, question->server);
    at = add_bytes(at, OPTION_LARGEST, largest, sizeof(largest));
    at = add_bytes(at, OPTION_WANTED, wanted, sizeof(wanted));
    if (question->name[0] != 0)
        at = add_bytes(at, OPTION_HOST_NAME, question->name, strlen(question->name));
    *at++ = OPTION_END;
    return at;
}

static uint32_t sum(uint32_t sum, const uint8_t *at, size_t size) {
    for (; size > 1; at += 2, size -= 2)
        sum += read_u16(at);
    return size > 0 ? sum + ((uint32_t)at[0] << 8) : sum;
}

static uint16_t finish_sum(uint32_t sum) {
    while (sum >> 16)
        sum = (sum & 0xffff) + (sum >> 16);
    return (uint16_t)~sum;
}

static void write_ip_header(uint8_t *packet, size_t size, uint32_t from, uint32_t to) {
    packet[0] = 0x45;
    packet[1] = 0x10; /* low delay */
    write_u16(packet + 2, size);
    packet[8] = 64;
    packet[9] = UDP;
    write_u32(packet + 12, from);
    write_u32(packet + 16, to);
    write_u16(packet + 10, finish_sum(sum(0, packet, IP_HEADER)));
}

static void write_udp_header(uint8_t *packet, size_t size) {
    uint8_t *udp = packet + IP_HEADER;
    size_t length = size - IP_HEADER;

    write_u16(udp, CLIENT_PORT);
    write_u16(udp + 2, SERVER_PORT);
    write_u16(udp + 4, length);
    uint32_t pseudo = sum(UDP + (uint32_t)length, packet + 12, 8);
    uint16_t check = finish_sum(sum(pseudo, udp, length));
    write_u16(udp + 6, check == 0 ? 0xffff : check);
}

size_t write_dhcp_question(const struct dhcp_question *question, uint8_t *packet) {
    uint8_t *message = packet + IP_HEADER + UDP_HEADER;

    memset(packet, 0, IP_HEADER + UDP_HEADER + BOOTP_LEAST);
    message[OP] = 1;
    message[HARDWARE] = 1;
    message[HARDWARE_SIZE] = DHCP_MAC_SIZE;
    write_u32(message + TRANSACTION, question->transaction);
    /* without an address of its own the answer is to go to everybody: no kernel on the way has to know this one */
    if (question->own == 0)
        message[FLAGS] = 0x80;
    write_u32(message + OWN, question->own);
    memcpy(message + MAC, question->mac, DHCP_MAC_SIZE);
    memcpy(message + BOOTP_FIXED, cookie, COOKIE);
    size_t length = (size_t)(add_options(message + BOOTP_FIXED + COOKIE, question) - message);
    size_t size = IP_HEADER + UDP_HEADER + (length < BOOTP_LEAST ? BOOTP_LEAST : length);
    write_ip_header(packet, size, question->own, question->to);
    write_udp_header(packet, size);
    return size;
}

/* ---- Answers ---- */

static bool is_of_domain(uint8_t byte) {
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || (byte >= '0' && byte <= '9') ||
           byte == '-' || byte == '.';
}

/* It ends up in a file that others parse: one that holds anything else is none. */
static void take_domain(const uint8_t *value, size_t size, struct dhcp_answer *answer) {
    while (size > 0 && value[size - 1] == 0)
        size--;
    if (size == 0 || size > DHCP_DOMAIN_LARGEST)
        return;
    for (size_t i = 0; i < size; i++) {
        if (!is_of_domain(value[i]))
            return;
    }
    memcpy(answer->domain, value, size);
    answer->domain[size] = 0;
}

static void take_name_servers(const uint8_t *value, size_t size, struct dhcp_answer *answer) {
    answer->name_server_count = 0;
    for (; size >= 4 && answer->name_server_count < DHCP_NAME_SERVERS_LARGEST; value += 4, size -= 4) {
        if (read_u32(value) != 0)
            answer->name_servers[answer->name_server_count++] = read_u32(value);
    }
}

/* The bits of a mask; 33: it is none. */
static uint32_t prefix_of(uint32_t mask) {
    uint32_t prefix = 0;

    while (prefix < 32 && mask & UINT32_C(1) << (31 - prefix))
        prefix++;
    return prefix == 32 || mask << prefix == 0 ? prefix : 33;
}

static void take_number(enum option option, uint32_t value, struct dhcp_answer *answer) {
    switch (option) {
    case OPTION_MASK:
        answer->prefix = prefix_of(value);
        break;
    case OPTION_ROUTERS:
        answer->router = value;
        break;
    case OPTION_BROADCAST:
        answer->broadcast = value;
        break;
    case OPTION_LEASE:
        answer->lease = value;
        break;
    case OPTION_SERVER:
        answer->server = value;
        break;
    case OPTION_RENEWAL:
        answer->renewal = value;
        break;
    case OPTION_REBINDING:
        answer->rebinding = value;
        break;
    default:
        break;
    }
}

static void take_option(uint8_t option, const uint8_t *value, size_t size, struct dhcp_answer *answer) {
    if (option == OPTION_TYPE && size == 1)
        answer->type = (enum dhcp_type)value[0];
    else if (option == OPTION_NAME_SERVERS)
        take_name_servers(value, size, answer);
    else if (option == OPTION_DOMAIN)
        take_domain(value, size, answer);
    else if (size == 4 || (option == OPTION_ROUTERS && size > 4)) /* of routers the first is preferred */
        take_number((enum option)option, read_u32(value), answer);
}

/* Adds to overload which other fields hold options, a bit each. False: they have no end, or one of them is cut off. */
static bool take_options(const uint8_t *at, size_t size, struct dhcp_answer *answer, uint8_t *overload) {
    while (size > 0 && at[0] != OPTION_END) {
        if (at[0] == OPTION_PAD) {
            at++;
            size--;
            continue;
        }
        if (size < 2 || at[1] > size - 2)
            return false;
        if (at[0] == OPTION_OVERLOAD && at[1] == 1)
            *overload |= at[2];
        take_option(at[0], at + 2, at[1], answer);
        size -= 2 + (size_t)at[1];
        at += 2 + at[1];
    }
    return size > 0;
}

/* An address that a host can have: not of this network, loopback, or groups. */
static bool is_of_host(uint32_t address) {
    uint32_t first = address >> 24;
    return first > 0 && first != 127 && first < 224;
}

/* Without a mask, that of the address's class. */
static uint32_t usual_prefix(uint32_t address) {
    return address < UINT32_C(0x80000000) ? 8 : address < UINT32_C(0xc0000000) ? 16 : 24;
}

static void order_times(struct dhcp_answer *answer) {
    uint32_t lease = answer->lease;

    if (lease == DHCP_FOREVER)
        return;
    if (answer->renewal == 0 || answer->rebinding <= answer->renewal || answer->rebinding >= lease) {
        answer->renewal = lease / 2;
        answer->rebinding = lease - lease / 8;
    }
    /* whatever a server says, it is not asked more than once a second */
    if (answer->renewal == 0)
        answer->renewal = 1;
    if (answer->rebinding < answer->renewal)
        answer->rebinding = answer->renewal;
}

static bool is_usable(struct dhcp_answer *answer) {
    if (answer->type == DHCP_NAK)
        return true;
    if ((answer->type != DHCP_OFFER && answer->type != DHCP_ACK) || !is_of_host(answer->address) ||
        answer->lease == 0 || answer->server == 0 || answer->prefix > 32)
        return false;
    if (answer->prefix == 0)
        answer->prefix = usual_prefix(answer->address);
    if (!is_of_host(answer->router))
        answer->router = 0;
    order_times(answer);
    return true;
}

/* Where the message in a packet begins, and its size; NULL: it holds none for this port. */
static const uint8_t *find_message(const uint8_t *packet, size_t size, size_t *length) {
    if (size < IP_HEADER || packet[0] >> 4 != 4)
        return NULL;
    size_t header = (size_t)(packet[0] & 0xf) * 4, total = read_u16(packet + 2);
    bool fragment = (read_u16(packet + 6) & 0x3fff) != 0;
    if (header < IP_HEADER || total > size || total < header + UDP_HEADER || packet[9] != UDP || fragment)
        return NULL;
    const uint8_t *udp = packet + header;
    size_t datagram = read_u16(udp + 4);
    if (read_u16(udp + 2) != CLIENT_PORT || datagram < UDP_HEADER || datagram > total - header)
        return NULL;
    *length = datagram - UDP_HEADER;
    return udp + UDP_HEADER;
}

/*
 * The datagram's checksum is not looked at: between two ends on one host the kernel leaves it unfinished, and all that
 * counts is checked against the question.
 */
bool read_dhcp_answer(const uint8_t *packet, size_t size, const struct dhcp_question *question,
                      struct dhcp_answer *answer) {
    size_t length = 0;
    const uint8_t *message = find_message(packet, size, &length);

    if (!message || length < BOOTP_FIXED + COOKIE || message[OP] != 2 || message[HARDWARE] != 1 ||
        message[HARDWARE_SIZE] != DHCP_MAC_SIZE || read_u32(message + TRANSACTION) != question->transaction ||
        memcmp(message + MAC, question->mac, DHCP_MAC_SIZE) != 0 || memcmp(message + BOOTP_FIXED, cookie, COOKIE) != 0)
        return false;
    *answer = (struct dhcp_answer){.address = read_u32(message + YOURS)};
    uint8_t overload = 0;
    bool whole = take_options(message + BOOTP_FIXED + COOKIE, length - BOOTP_FIXED - COOKIE, answer, &overload);
    if (overload & 1)
        whole &= take_options(message + FILE_NAME, BOOTP_FIXED - FILE_NAME, answer, &overload);
    if (overload & 2)
        whole &= take_options(message + NAME, FILE_NAME - NAME, answer, &overload);
    return whole && is_usable(answer);
}
