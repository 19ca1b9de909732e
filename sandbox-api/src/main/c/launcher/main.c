#include "launcher.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static int usage(void)
{
    fputs("usage: sandbox-libvirtd run STATE ID CACHE LIBVIRTD [private-network | session | machines]"
          " | sandbox-libvirtd sweep STATE\n",
          stderr);
    return 2;
}

/* The fifth argument may be missing. */
static int run(char **arguments)
{
    static struct daemon daemon = {.owner = -1, .socket = -1};

    if (!is_id(arguments[1]) ||
        !format_path(daemon.state, sizeof daemon.state, "%s", arguments[0]) ||
        !format_path(daemon.id, sizeof daemon.id, "%s", arguments[1]) ||
        !format_path(daemon.cache, sizeof daemon.cache, "%s", arguments[2]) ||
        !format_path(daemon.libvirtd, sizeof daemon.libvirtd, "%s", arguments[3]))
        return usage();
    const char *option = arguments[4];
    daemon.private_network = option != NULL && strcmp(option, "private-network") == 0;
    daemon.session = option != NULL && strcmp(option, "session") == 0;
    daemon.machines = option != NULL && strcmp(option, "machines") == 0;
    if (option != NULL && !daemon.private_network && !daemon.session && !daemon.machines)
        return usage();
    return outer_run(&daemon);
}

int main(int argc, char **argv)
{
    umask(022);
    /* descriptors that the owner leaked would keep its files and pipes open */
    syscall(SYS_close_range, 3U, ~0U, 0U);
    if ((argc == 6 || argc == 7) && strcmp(argv[1], "run") == 0)
        return run(argv + 2);
    if (argc == 3 && strcmp(argv[1], "sweep") == 0) {
        if (sweep(argv[2], stdout))
            return 0;
        fprintf(stderr, "sandbox-libvirtd: %s\n", problem_text());
        return 1;
    }
    return usage();
}
