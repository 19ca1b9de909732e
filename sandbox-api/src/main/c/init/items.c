#include "items.h"

#include <string.h>

#include "wire.h"

#define STORE "/dev/sandbox/"
#define DEVICES "/dev/"

enum { HOST_NAME_LARGEST = 64 }; /* the kernel's limit */

bool is_text(const uint8_t *value, size_t size) {
    return memchr(value, 0, size) == NULL;
}

bool is_path(const uint8_t *value, size_t size) {
    return size > 0 && value[0] == '/' && is_text(value, size);
}

static bool is_below(const uint8_t *value, size_t size, const char *directory) {
    size_t length = strlen(directory);
    return is_path(value, size) && size > length && memcmp(value, directory, length) == 0;
}

bool is_device(const uint8_t *value, size_t size) {
    return is_below(value, size, DEVICES);
}

/* All ones is no id: the kernel takes it for "leave it as it is". */
static bool are_ids(const uint8_t *value) {
    return read_u32(value) != UINT32_MAX && read_u32(value + 4) != UINT32_MAX;
}

static const char *file_fault(const uint8_t *value, size_t size) {
    if (size < 8 || read_u32(value + 4) > size - 8 || !is_path(value + 8, read_u32(value + 4)))
        return "FILE and NAME_SERVERS take a mode, a path and content";
    return read_u32(value) <= 0777 ? NULL : "FILE and NAME_SERVERS: the mode is above 0777";
}

static const char *copy_fault(const uint8_t *value, size_t size) {
    if (size < 12 || read_u32(value + 8) > size - 12)
        return "COPY and COVER take an owner, a path below /dev/sandbox and an absolute path";
    size_t length = read_u32(value + 8);
    return are_ids(value) && is_below(value + 12, length, STORE) && is_path(value + 12 + length, size - 12 - length)
               ? NULL
               : "COPY and COVER take an owner, a path below /dev/sandbox and an absolute path";
}

static const char *link_fault(const uint8_t *value, size_t size) {
    if (size < 4 || read_u32(value) == 0 || read_u32(value) > size - 4)
        return "LINK takes a text and an absolute path";
    size_t length = read_u32(value);
    return is_text(value + 4, length) && is_path(value + 4 + length, size - 4 - length)
               ? NULL
               : "LINK takes a text and an absolute path";
}

static const char *owner_fault(const uint8_t *value, size_t size) {
    if (size < 12 || !are_ids(value) || !is_device(value + 12, size - 12))
        return "OWNER takes an owner, a mode and a path below /dev";
    return read_u32(value + 8) <= 0777 ? NULL : "OWNER: the mode is above 0777";
}

static const char *mount_fault(const uint8_t *value, size_t size) {
    static const uint32_t flags = FLAG_NOSUID | FLAG_NODEV | FLAG_NOEXEC | FLAG_READ_ONLY;

    if (size < 12 || (read_u32(value) & ~flags) != 0 || read_u32(value + 4) < SHARE_9P ||
        read_u32(value + 4) > SHARE_BIND || read_u32(value + 8) > size - 12)
        return "MOUNT takes flags, a kind, a source and an absolute path";
    size_t length = read_u32(value + 8);
    bool by_path = read_u32(value + 4) >= SHARE_IMAGE;
    bool named = by_path ? is_path(value + 12, length) : length > 0 && is_text(value + 12, length);
    return named && is_path(value + 12 + length, size - 12 - length)
               ? NULL
               : "MOUNT takes flags, a kind, a source and an absolute path";
}

/* An IPv4 address, perhaps with the one of its broadcasts, or an IPv6 address. */
static const char *address_fault(const uint8_t *value, size_t size) {
    if ((size != 12 && size != 16 && size != 24) || read_u32(value) >= INTERFACES_LARGEST)
        return "ADDRESS takes an interface below 100, a prefix and an address";
    return read_u32(value + 4) <= (size == 24 ? 128 : 32) ? NULL : "ADDRESS: the prefix is longer than the address";
}

/* Two addresses of one family, or an IPv4 target and an IPv6 gateway. */
static const char *route_fault(const uint8_t *value, size_t size) {
    if ((size != 16 && size != 28 && size != 40) || read_u32(value) >= INTERFACES_LARGEST)
        return "ROUTE takes an interface below 100, a prefix, a target and a gateway";
    return read_u32(value + 4) <= (size == 40 ? 128 : 32) ? NULL : "ROUTE: the prefix is longer than the target";
}

bool is_of_the_sandbox(uint32_t tag) {
    return (tag >= TAG_MASK && tag <= TAG_NAME_SERVERS) || tag == TAG_MOUNT;
}

const char *sandbox_item_fault(const struct raw *raw) {
    const uint8_t *value = raw->value;
    size_t size = raw->size;

    switch (raw->tag) {
    case TAG_MASK:
        return is_path(value, size) ? NULL : "MASK takes an absolute path";
    case TAG_FILE:
    case TAG_NAME_SERVERS:
        return file_fault(value, size);
    case TAG_MOUNT_FLAGS:
        return size > 4 && (read_u32(value) & ~(uint32_t)MOUNT_FLAGS_ALL) == 0 && is_path(value + 4, size - 4)
                   ? NULL
                   : "MOUNT_FLAGS takes flags and an absolute path";
    case TAG_TMPFS:
        return size > 12 && read_u32(value + 8) <= 01777 && is_path(value + 12, size - 12)
                   ? NULL
                   : "TMPFS takes a size, a mode and an absolute path";
    case TAG_COPY:
    case TAG_COVER:
        return copy_fault(value, size);
    case TAG_LINK:
        return link_fault(value, size);
    case TAG_OWNER:
        return owner_fault(value, size);
    case TAG_HOST_NAME:
        return size > 0 && size <= HOST_NAME_LARGEST && is_text(value, size) ? NULL : "HOST_NAME takes 1 to 64 bytes";
    case TAG_INTERFACE:
        return size == 8 && read_u32(value) < INTERFACES_LARGEST &&
                       (read_u32(value + 4) & ~(uint32_t)INTERFACE_FLAGS_ALL) == 0
                   ? NULL
                   : "INTERFACE takes a number below 100 and flags";
    case TAG_ADDRESS:
        return address_fault(value, size);
    case TAG_ROUTE:
        return route_fault(value, size);
    case TAG_MOUNT:
        return mount_fault(value, size);
    default:
        return is_path(value, size) ? NULL : "SOCKET and SOCKETS take an absolute path";
    }
}

static char *terminate_at(uint8_t *place, const uint8_t *value, size_t size) {
    memmove(place, value, size);
    place[size] = 0;
    return (char *)place;
}

char *terminate(uint8_t *value, size_t size) {
    return terminate_at(value - 1, value, size);
}

/* Two texts, the first behind its length: that one moves two bytes, so that both have an end. */
static void take_texts(uint8_t *value, size_t size, size_t length, struct item *item) {
    item->text = terminate_at(value - 2, value, length);
    item->path = terminate(value + length, size - length);
}

void take_sandbox_item(const struct raw *raw, struct item *item) {
    uint8_t *value = raw->value;

    item->tag = raw->tag;
    switch (raw->tag) {
    case TAG_FILE:
    case TAG_NAME_SERVERS: {
        size_t length = read_u32(value + 4);
        item->mode = read_u32(value);
        item->content = value + 8 + length;
        item->size = raw->size - 8 - length;
        item->path = terminate(value + 8, length);
        return;
    }
    case TAG_MOUNT_FLAGS:
        item->mode = read_u32(value);
        item->path = terminate(value + 4, raw->size - 4);
        return;
    case TAG_TMPFS:
        item->size = read_u64(value);
        item->mode = read_u32(value + 8);
        item->path = terminate(value + 12, raw->size - 12);
        return;
    case TAG_COPY:
    case TAG_COVER:
        item->uid = read_u32(value);
        item->gid = read_u32(value + 4);
        take_texts(value + 12, raw->size - 12, read_u32(value + 8), item);
        return;
    case TAG_LINK:
        take_texts(value + 4, raw->size - 4, read_u32(value), item);
        return;
    case TAG_OWNER:
        item->uid = read_u32(value);
        item->gid = read_u32(value + 4);
        item->mode = read_u32(value + 8);
        item->path = terminate(value + 12, raw->size - 12);
        return;
    case TAG_MOUNT:
        item->mode = read_u32(value);
        item->share = read_u32(value + 4);
        take_texts(value + 12, raw->size - 12, read_u32(value + 8), item);
        return;
    case TAG_HOST_NAME:
        item->text = terminate(value, raw->size);
        return;
    case TAG_INTERFACE:
        item->interface = read_u32(value);
        item->mode = read_u32(value + 4);
        return;
    case TAG_ADDRESS:
    case TAG_ROUTE:
        item->interface = read_u32(value);
        item->prefix = read_u32(value + 4);
        item->content = value + 8;
        item->size = raw->size - 8;
        return;
    default:
        item->path = terminate(value, raw->size);
    }
}
