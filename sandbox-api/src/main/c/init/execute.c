#include "execute.h"

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *search_path(char **environment) {
    for (; *environment; environment++) {
        if (strncmp(*environment, "PATH=", 5) == 0)
            return *environment + 5;
    }
    return "/usr/local/bin:/bin:/usr/bin";
}

/* What the kernel does not know as a program, and is no script with a #! line, is one for the shell. */
static void execute_by_shell(char *file, char **arguments, char **environment) {
    size_t count = 0;
    while (arguments[count])
        count++;
    char **of_shell = calloc(count + 2, sizeof(*of_shell));
    if (!of_shell)
        return;
    of_shell[0] = "/bin/sh";
    of_shell[1] = file;
    memcpy(of_shell + 2, arguments + 1, count * sizeof(*arguments));
    execve(of_shell[0], of_shell, environment);
    free(of_shell);
}

static void execute_file(char *file, char **arguments, char **environment) {
    execve(file, arguments, environment);
    if (errno == ENOEXEC)
        execute_by_shell(file, arguments, environment);
}

/* Whether a failure says only that the program is not in that directory. */
static bool look_further(int error) {
    return error == ENOENT || error == ENOTDIR || error == EACCES || error == ESTALE || error == ENODEV ||
           error == ETIMEDOUT;
}

void execute(char **arguments, char **environment) {
    const char *name = arguments[0];
    size_t length = strlen(name);
    char file[PATH_MAX];
    bool forbidden = false;

    errno = length == 0 ? ENOENT : ENAMETOOLONG;
    if (length == 0 || length >= NAME_MAX + (strchr(name, '/') ? PATH_MAX : 1))
        return;
    if (strchr(name, '/')) {
        execute_file(arguments[0], arguments, environment);
        return;
    }
    const char *directory = search_path(environment);
    for (;;) {
        size_t size = strcspn(directory, ":");
        if (size + length + 2 <= sizeof(file)) {
            memcpy(file, directory, size);
            file[size] = '/';
            /* an empty part is the current directory */
            memcpy(file + size + (size > 0), name, length + 1);
            execute_file(file, arguments, environment);
            if (!look_further(errno))
                return;
            forbidden |= errno == EACCES;
        }
        if (!directory[size])
            break;
        directory += size + 1;
    }
    errno = forbidden ? EACCES : ENOENT;
}
