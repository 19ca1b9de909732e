#include "modules.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { LINE_LARGEST = 256 };

/* How far the list has been followed for a group. */
struct progress {
    const char *wanted;
    bool in_group;
    char file[LINE_LARGEST];   /* that is being loaded */
    char lacked[LINE_LARGEST]; /* the first module */
};

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

static bool take_load(struct progress *progress, const char *file) {
    if (!progress->in_group)
        return true;
    snprintf(progress->file, sizeof(progress->file), "%s", file);
    if (!load_module(file))
        return false;
    progress->file[0] = 0;
    return true;
}

static void take_lack(struct progress *progress, const char *module) {
    if (progress->in_group && !progress->lacked[0])
        snprintf(progress->lacked, sizeof(progress->lacked), "%s", module);
}

/* Takes one line of the list; false with errno. */
static bool take_line(struct progress *progress, const char *line) {
    const char *value;

    if ((value = value_of(line, "group"))) {
        progress->in_group = strcmp(value, progress->wanted) == 0;
        return true;
    }
    if ((value = value_of(line, "load")))
        return take_load(progress, value);
    if ((value = value_of(line, "lack"))) {
        take_lack(progress, value);
        return true;
    }
    errno = EINVAL;
    return false;
}

bool load_modules(const char *group, const char **name) {
    static struct progress progress;
    char line[LINE_LARGEST];
    bool good = true;
    int fd = openat(ram_disk, LIST, O_RDONLY | O_CLOEXEC);
    FILE *list = fd < 0 ? NULL : fdopen(fd, "r");

    *name = LIST;
    if (!list)
        return false;
    progress = (struct progress){.wanted = group};
    while (good && fgets(line, sizeof(line), list)) {
        line[strcspn(line, "\n")] = 0;
        good = take_line(&progress, line);
    }
    int error = errno;
    good = good && !ferror(list);
    fclose(list);
    if (good)
        *name = progress.lacked[0] ? progress.lacked : NULL;
    else if (progress.file[0])
        *name = progress.file;
    errno = error;
    return good;
}
