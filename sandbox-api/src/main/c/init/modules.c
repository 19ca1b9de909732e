#include "modules.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { LINE_LARGEST = 256 };

#define LIST "modules"

static int ram_disk = -1;

int open_modules(void) {
    ram_disk = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
    return ram_disk < 0 ? -1 : 0;
}

/* EEXIST: another group has loaded it. */
static bool load_module(const char *file) {
    int fd = openat(ram_disk, file, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);

    if (fd < 0)
        return false;
    bool loaded = syscall(SYS_finit_module, fd, "", 0) == 0 || errno == EEXIST;
    int error = errno;
    close(fd);
    errno = error;
    return loaded;
}

/* What stands behind a line's first word; NULL where that is another. */
static const char *value_of(const char *line, const char *word) {
    size_t length = strlen(word);
    return strncmp(line, word, length) == 0 && line[length] == ' ' ? line + length + 1 : NULL;
}

/* Takes one line of the list; false with errno. */
static bool take_line(const char *line, const char *wanted, bool *in_group) {
    const char *value = value_of(line, "group");

    if (value) {
        *in_group = strcmp(value, wanted) == 0;
        return true;
    }
    value = value_of(line, "load");
    if (value)
        return !*in_group || load_module(value);
    errno = EINVAL;
    return value_of(line, "lack") != NULL;
}

bool load_modules(const char *group, const char **file) {
    static char line[LINE_LARGEST];
    bool in_group = false, good = true;
    int fd = openat(ram_disk, LIST, O_RDONLY | O_CLOEXEC);
    FILE *list = fd < 0 ? NULL : fdopen(fd, "r");

    *file = LIST;
    if (!list)
        return false;
    while (good && fgets(line, sizeof(line), list)) {
        line[strcspn(line, "\n")] = 0;
        good = take_line(line, group, &in_group);
    }
    int error = errno;
    good = good && !ferror(list);
    fclose(list);
    if (!good)
        *file = line;
    errno = error;
    return good;
}
