#include "port.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/netlink.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#define PORTS "/sys/class/virtio-ports"

enum { NAME_LARGEST = 128, PATH_LARGEST = 320, PATIENCE = 60, NEWS_LARGEST = 8192 };

static bool has_name(const char *port, const char *name) {
    char path[PATH_LARGEST], text[NAME_LARGEST];

    snprintf(path, sizeof(path), PORTS "/%s/name", port);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return false; /* the driver hears of names after it has heard of ports */
    ssize_t size = read(fd, text, sizeof(text) - 1);
    close(fd);
    if (size < 0)
        return false;
    text[size] = 0;
    text[strcspn(text, "\n")] = 0;
    return strcmp(text, name) == 0;
}

/* Whether there is such a port now; device is its file's path. */
static bool find_port(const char *name, char device[PATH_LARGEST]) {
    DIR *ports = opendir(PORTS);
    bool found = false;

    if (!ports)
        return false;
    for (struct dirent *entry = readdir(ports); entry && !found; entry = readdir(ports)) {
        found = entry->d_name[0] != '.' && has_name(entry->d_name, name);
        if (found)
            snprintf(device, PATH_LARGEST, "/dev/%s", entry->d_name);
    }
    closedir(ports);
    return found;
}

/* The kernel tells of each device, and of a port's name, when it comes. */
static int listen_for_devices(void) {
    struct sockaddr_nl address = {.nl_family = AF_NETLINK, .nl_groups = 1};
    struct timeval patience = {.tv_sec = PATIENCE};
    int news = socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC, NETLINK_KOBJECT_UEVENT);

    if (news < 0)
        return -1;
    if (bind(news, (struct sockaddr *)&address, sizeof(address)) < 0 ||
        setsockopt(news, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience)) < 0) {
        close(news);
        return -1;
    }
    return news;
}

int open_port(const char *name) {
    char device[PATH_LARGEST], text[NEWS_LARGEST];
    int news = listen_for_devices();

    if (news < 0)
        return -1;
    while (!find_port(name, device)) {
        /* ENOBUFS: there was more news than room for it, which is news, too */
        if (recv(news, text, sizeof(text), 0) < 0 && errno != EINTR && errno != ENOBUFS) {
            close(news);
            errno = ENODEV;
            return -1;
        }
    }
    close(news);
    return open(device, O_RDWR | O_CLOEXEC);
}
