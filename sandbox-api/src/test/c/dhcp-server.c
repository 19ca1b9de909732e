/*
 * A DHCP server for one client, such as tests need: dhcp-server INTERFACE LOG LEASE [hostile | denying]. It gives
 * 192.0.2.50, logs a line for each question, and goes into the background when it listens. A hostile one sends what is
 * wrong in every way before each answer, and lies in what is right; a denying one takes the address back when it is
 * asked to renew it, and gives 192.0.2.51 then.
 */
#include <arpa/inet.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { DISCOVER = 1, OFFER = 2, REQUEST = 3, ACK = 5, NAK = 6, FIXED = 240, SIZE = 400 };

static const uint8_t server[4] = {192, 0, 2, 1};
static int udp;
static uint32_t lease;
static int hostile, denying;
static uint8_t last = 50;

static uint8_t *add(uint8_t *at, uint8_t option, const void *value, size_t size) {
    at[0] = option;
    at[1] = (uint8_t)size;
    memcpy(at + 2, value, size);
    return at + 2 + size;
}

static void send_message(const uint8_t *message, size_t size, const uint8_t *own) {
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(68), .sin_addr.s_addr = INADDR_BROADCAST};

    if (own[0] != 0)
        memcpy(&to.sin_addr, own, 4);
    if (sendto(udp, message, size, 0, (const struct sockaddr *)&to, sizeof(to)) < 0)
        perror("dhcp-server: cannot send");
}

static size_t make_answer(const uint8_t *question, uint8_t type, uint8_t *answer) {
    static const uint8_t mask[4] = {255, 255, 255, 0}, names[] = {192, 0, 2, 1, 0, 0, 0, 0, 192, 0, 2, 2};
    static const char domain[] = "evil.test\nnameserver 6.6.6.6", plain[] = "inside.test";
    uint32_t seconds = htonl(lease);

    memset(answer, 0, SIZE);
    memcpy(answer, question, FIXED);
    answer[0] = 2;
    memset(answer + 12, 0, 4);
    memcpy(answer + 16, (uint8_t[]){192, 0, 2, last}, 4);
    uint8_t *at = add(answer + FIXED, 53, &type, 1);
    at = add(at, 54, server, 4);
    at = add(at, 51, &seconds, 4);
    at = add(at, 1, mask, 4);
    at = add(at, 3, server, 4);
    at = add(at, 6, names, sizeof(names));
    at = hostile ? add(at, 15, domain, sizeof(domain) - 1) : add(at, 15, plain, sizeof(plain) - 1);
    *at++ = 255;
    return (size_t)(at - answer);
}

/* Too short, cut in an option, of another transaction, for another machine, with an address that is none. */
static void send_rubbish(const uint8_t *answer, size_t size, const uint8_t *own) {
    uint8_t spoilt[SIZE];

    for (size_t length = 0; length < FIXED + 20; length += 7)
        send_message(answer, length, own);
    for (size_t i = 0; i < FIXED; i += 3) {
        memcpy(spoilt, answer, size);
        if (i < 12 || (i >= 28 && i < 34) || i >= 236) {
            spoilt[i] ^= 0xff;
            send_message(spoilt, size, own);
        }
    }
    for (int first = 0; first < 256; first += 127) {
        memcpy(spoilt, answer, size);
        spoilt[16] = (uint8_t)first;
        send_message(spoilt, size, own);
    }
}

static uint8_t type_of(const uint8_t *message, size_t size) {
    for (size_t at = FIXED; at + 2 < size && message[at] != 255; at += 2 + (size_t)message[at + 1]) {
        if (message[at] == 53)
            return message[at + 2];
    }
    return 0;
}

static void serve(FILE *log) {
    uint8_t question[1500], answer[SIZE];
    ssize_t got = recv(udp, question, sizeof(question), 0);

    if (got < FIXED)
        return;
    uint8_t type = type_of(question, (size_t)got);
    const uint8_t *own = question + 12;
    int renewal = type == REQUEST && own[0] != 0;
    fprintf(log, "%s %u\n", type == DISCOVER ? "discover" : renewal ? "renewal" : "request", own[3]);
    fflush(log);
    int denied = renewal && denying && last == 50;
    uint8_t reply = type == DISCOVER ? OFFER : denied ? NAK : ACK;
    size_t size = make_answer(question, reply, answer);
    if (hostile)
        send_rubbish(answer, size, own);
    send_message(answer, size, own);
    if (denied)
        last = 51;
}

int main(int argc, char **argv) {
    struct sockaddr_in any = {.sin_family = AF_INET, .sin_port = htons(67)};
    int yes = 1;

    if (argc < 4)
        return 2;
    lease = (uint32_t)strtoul(argv[3], NULL, 10);
    hostile = argc > 4 && strcmp(argv[4], "hostile") == 0;
    denying = argc > 4 && strcmp(argv[4], "denying") == 0;
    udp = socket(AF_INET, SOCK_DGRAM, 0);
    FILE *log = fopen(argv[2], "a");
    if (udp < 0 || !log || setsockopt(udp, SOL_SOCKET, SO_BROADCAST, &yes, sizeof(yes)) < 0 ||
        setsockopt(udp, SOL_SOCKET, SO_BINDTODEVICE, argv[1], (socklen_t)strlen(argv[1])) < 0 ||
        bind(udp, (const struct sockaddr *)&any, sizeof(any)) < 0) {
        perror("dhcp-server: cannot listen");
        return 1;
    }
    if (fork() != 0)
        return 0;
    for (;;)
        serve(log);
}
