/*
 * PID 1 of a machine that was taken over: it does to the port, where a supervisor would speak with its host, what its
 * second argument names.
 */
#include <poll.h>
#include <stdint.h>
#include <sys/mount.h>
#include <sys/random.h>
#include <sys/stat.h>

#include "load.h"

enum { PATIENCE_MS = 60000, STEP_MS = 10, BLOCK = 65536, PING = 12, HELLO = 6, STDOUT = 2, FEATURES = 15 };

/* The driver makes the port's file when it has heard of the port. */
static int open_port(void)
{
    for (int waited = 0; waited < PATIENCE_MS; waited += STEP_MS) {
        int port = open("/dev/vport0p1", O_RDWR | O_CLOEXEC);
        if (port >= 0) {
            return port;
        }
        poll(NULL, 0, STEP_MS);
    }
    fail("/dev/vport0p1");
}

static void send_all(int port, const uint8_t *bytes, size_t size)
{
    while (size > 0) {
        ssize_t sent = write(port, bytes, size);
        if (sent <= 0) {
            fail("write");
        }
        bytes += sent;
        size -= (size_t)sent;
    }
}

static void put(uint8_t *at, uint32_t value)
{
    for (int i = 0; i < 4; i++) {
        at[i] = (uint8_t)(value >> (24 - 8 * i));
    }
}

static size_t frame(uint8_t *at, uint32_t proc, uint32_t type, uint32_t size)
{
    put(at, 20 + size);
    put(at + 4, proc);
    put(at + 8, type);
    put(at + 12, 0);
    put(at + 16, 0);
    return 20 + size;
}

static void greet(int port)
{
    uint8_t hello[40] = {0};
    frame(hello, HELLO, 0, 20);
    put(hello + 20, 1);
    put(hello + 24, FEATURES);
    put(hello + 28, 262144);
    put(hello + 36, 4711);
    send_all(port, hello, sizeof hello);
}

static void babble(int port)
{
    static uint8_t noise[BLOCK];
    for (;;) {
        if (getrandom(noise, sizeof noise, 0) < 0) {
            fail("getrandom");
        }
        send_all(port, noise, sizeof noise);
    }
}

/* Questions without end, and no answer read. */
static void flood(int port)
{
    static uint8_t pings[BLOCK];
    size_t size = 0;
    while (size + 84 <= sizeof pings) {
        size += frame(pings + size, PING, 0, 64);
        memset(pings + size - 64, 'x', 64);
    }
    for (;;) {
        send_all(port, pings, size);
    }
}

int main(int argc, char **argv)
{
    const char *attack = argc > 2 ? argv[2] : "";
    if ((mkdir("/dev", 0755) != 0 && errno != EEXIST) || mount("devtmpfs", "/dev", "devtmpfs", 0, NULL) != 0) {
        fail("/dev");
    }
    load_all("");
    int port = open_port();
    if (strcmp(attack, "babble") == 0) {
        babble(port);
    } else if (strcmp(attack, "flood") == 0) {
        greet(port);
        flood(port);
    } else if (strcmp(attack, "half") == 0) {
        uint8_t header[20];
        greet(port);
        frame(header, STDOUT, 1, 100);
        send_all(port, header, sizeof header);
        end_machine();
    }
    for (;;) {
        pause(); /* and says nothing */
    }
}
