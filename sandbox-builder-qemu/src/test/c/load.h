/* What the first process of a test's machine has to do before anything else: load modules, as docs/boot.md says. */
#ifndef LOAD_H
#define LOAD_H

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/reboot.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { LONGEST_LINE = 256 };

static _Noreturn void end_machine(void)
{
    fflush(stdout);
    reboot(RB_AUTOBOOT);
    _exit(1);
}

static _Noreturn void fail(const char *what)
{
    printf("failed: %s: %s\n", what, strerror(errno));
    end_machine();
}

static void load(const char *file)
{
    int fd = open(file, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        fail(file);
    }
    if (syscall(SYS_finit_module, fd, "", 0) != 0) {
        if (errno != EEXIST) {
            fail(file);
        }
        printf("already loaded: %s\n", file);
    } else {
        printf("loaded: %s\n", file);
    }
    close(fd);
}

/* Whether a group is among those of a list that commas separate. */
static int is_wanted(const char *group, const char *list)
{
    size_t length = strlen(group);
    for (const char *at = list; at != NULL && *at != '\0'; at = strchr(at, ','), at = at ? at + 1 : NULL) {
        if (strncmp(at, group, length) == 0 && (at[length] == ',' || at[length] == '\0')) {
            return 1;
        }
    }
    return strcmp(group, "base") == 0;
}

static void load_all(const char *wanted)
{
    FILE *list = fopen("/modules", "re");
    if (list == NULL) {
        fail("/modules");
    }
    char line[LONGEST_LINE];
    int loading = 0;
    while (fgets(line, sizeof line, list) != NULL) {
        line[strcspn(line, "\n")] = '\0';
        if (strncmp(line, "group ", 6) == 0) {
            loading = is_wanted(line + 6, wanted);
        } else if (loading && strncmp(line, "load ", 5) == 0) {
            load(line + 5);
        }
    }
    fclose(list);
}

#endif
