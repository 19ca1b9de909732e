/*
 * The launch record of docs/protocol.md: what a program is to be started as, and what the sandbox is made of.
 * Nothing here makes a system call, so that a fuzzer can drive all of it.
 */
#ifndef SANDBOX_RECORD_H
#define SANDBOX_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum { RECORD_LARGEST = 4 << 20, LIMITS_LARGEST = 16 };

enum tag {
    TAG_MASK = 1,
    TAG_FILE,
    TAG_MOUNT_FLAGS,
    TAG_TMPFS,
    TAG_SOCKET,
    TAG_SOCKETS,
    TAG_COPY,
    TAG_COVER,
    TAG_LINK,
    TAG_OWNER,
    TAG_HOST_NAME,
    TAG_INTERFACE,
    TAG_ADDRESS,
    TAG_ROUTE,
    TAG_NAME_SERVERS,
    TAG_ARGUMENT = 16,
    TAG_ENVIRONMENT,
    TAG_DIRECTORY,
    TAG_UID,
    TAG_GID,
    TAG_GROUPS,
    TAG_CAPABILITIES,
    TAG_PRIVILEGES,
    TAG_TERMINAL,
    TAG_LIMIT,
    TAG_UMASK,
    TAG_SECCOMP,
    TAG_CONSOLE,
    TAG_DEBUG,
    TAG_MOUNT,
};

enum mount_flag {
    FLAG_NOSUID = 1,
    FLAG_NODEV = 2,
    FLAG_NOEXEC = 4,
    FLAG_READ_ONLY = 8,
    FLAG_REQUIRED = 16, /* no flag: a path where nothing is mounted is an error */
    MOUNT_FLAGS_ALL = 31,
};

/* What a MOUNT is of. */
enum share { SHARE_9P = 1, SHARE_VIRTIOFS, SHARE_IMAGE, SHARE_BIND };

enum interface_flag { FLAG_DHCP = 1, INTERFACE_FLAGS_ALL = 1 };

enum { INTERFACES_LARGEST = 100, DHCP_LARGEST = 16 };

/* One item of the sandbox. */
struct item {
    enum tag tag;
    uint32_t mode; /* of FILE, NAME_SERVERS, TMPFS and OWNER; the flags of MOUNT_FLAGS, MOUNT and INTERFACE */
    uint32_t interface; /* of INTERFACE, ADDRESS and ROUTE: n of ethN */
    uint32_t prefix;    /* of ADDRESS and ROUTE */
    uid_t uid;
    gid_t gid;
    uint32_t share; /* of MOUNT: an enum share */
    uint64_t size;  /* of TMPFS, or of content */
    char *path;
    char *text; /* where COPY and COVER copy from; what a LINK leads to; what a MOUNT is of; a HOST_NAME */
    const uint8_t *content; /* of ADDRESS and ROUTE: their addresses, one after the other */
};

struct limit {
    uint32_t resource;
    uint64_t soft;
    uint64_t hard;
};

/* The lists end with NULL. Everything points into the record's bytes or into memory. */
struct record {
    struct item *items;
    size_t item_count;
    char **arguments;
    char **environment;
    char **directories;
    uid_t uid;
    gid_t gid;
    gid_t *groups;
    size_t group_count;
    uint64_t capabilities;
    bool privileges;
    bool terminal;
    bool debug;
    char *console; /* NULL for a program of the host's */
    uint16_t rows;
    uint16_t columns;
    struct limit limits[LIMITS_LARGEST];
    size_t limit_count;
    mode_t umask;
    void *seccomp; /* instructions, aligned */
    size_t seccomp_count;
    void *memory;
};

/*
 * Reads a whole record. Its bytes are altered: texts are given an end in place, and must outlive the record. Returns
 * NULL, or what is wrong with it; only in the first case has free_record anything to do.
 */
const char *parse_record(uint8_t *bytes, size_t size, struct record *record);

void free_record(struct record *record);

#endif
