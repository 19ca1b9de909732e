#include "images.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

enum { MAGIC_LARGEST = 8 };

/* What each file system's first block has, by its own documentation; the most telling first. */
static const struct {
    const char *type;
    off_t at;
    uint8_t magic[MAGIC_LARGEST];
    size_t size;
} known[] = {
    {"xfs", 0, {'X', 'F', 'S', 'B'}, 4},
    {"squashfs", 0, {'h', 's', 'q', 's'}, 4},
    {"btrfs", 0x10040, {'_', 'B', 'H', 'R', 'f', 'S', '_', 'M'}, 8},
    {"iso9660", 0x8001, {'C', 'D', '0', '0', '1'}, 5},
    {"erofs", 1024, {0xE2, 0xE1, 0xF5, 0xE0}, 4},
    {"ext4", 1080, {0x53, 0xEF}, 2}, /* ext2 and ext3 too, which its driver mounts */
    {"vfat", 82, {'F', 'A', 'T', '3', '2'}, 5},
    {"vfat", 54, {'F', 'A', 'T', '1'}, 4},
};

static bool has_magic(int fd, size_t number) {
    uint8_t found[MAGIC_LARGEST];
    ssize_t size = (ssize_t)known[number].size;

    return pread(fd, found, known[number].size, known[number].at) == size &&
           memcmp(found, known[number].magic, known[number].size) == 0;
}

const char *find_type(const char *device) {
    const char *type = NULL;
    int fd = open(device, O_RDONLY | O_CLOEXEC);

    if (fd < 0)
        return NULL;
    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]) && !type; i++)
        type = has_magic(fd, i) ? known[i].type : NULL;
    close(fd);
    if (!type)
        errno = EMEDIUMTYPE;
    return type;
}
