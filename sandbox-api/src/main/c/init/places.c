#include "places.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "placeholders.h"

static struct placeholders placeholders;

static bool read_id(const char *word, uid_t *id) {
    char *end;

    errno = 0;
    unsigned long number = strtoul(word, &end, 10);
    *id = (uid_t)number;
    return errno == 0 && *word && !*end && number < (uid_t)-1;
}

/* Who is not root cannot give files away, and keeps them. */
static bool read_owner(char **words, struct owner *owner) {
    if (!read_id(words[0], &owner->uid) || !read_id(words[1], &owner->gid))
        return false;
    if (geteuid() != 0)
        *owner = (struct owner){(uid_t)-1, (gid_t)-1};
    return true;
}

static bool make_all(int count, char **words, const struct owner *owner) {
    for (int i = 0; i < count; i += 3) {
        mode_t kind = words[i][0] == 'd' ? S_IFDIR : S_IFREG;
        if (make_placeholder(&placeholders, words[i + 1], words[i + 2], kind, owner) < 0) {
            printf("cannot make '%s' in '%s': %s\n", words[i + 2], words[i + 1],
                   placeholder_problem(&placeholders, errno));
            return false;
        }
    }
    return true;
}

/* What interrupts the starter's terminal is not for this process: the starter's end is. */
static void stay(void) {
    struct sigaction ignored = {.sa_handler = SIG_IGN};

    setsid();
    sigaction(SIGPIPE, &ignored, NULL);
    sigaction(SIGHUP, &ignored, NULL);
    sigaction(SIGINT, &ignored, NULL);
    sigaction(SIGTERM, &ignored, NULL);
}

static void await_end_of_input(void) {
    char byte;
    ssize_t count;

    do
        count = read(STDIN_FILENO, &byte, 1);
    while (count > 0 || (count < 0 && errno == EINTR));
}

int hold_places(int count, char **words) {
    struct owner owner;

    if (count < 2 || (count - 2) % 3 != 0 || !read_owner(words, &owner)) {
        fprintf(stderr, "usage: sandbox-init places UID GID [d|f DIRECTORY PATH]...\n");
        return 1;
    }
    stay();
    bool made = make_all(count - 2, words + 2, &owner);
    if (made) {
        printf("\n");
        fflush(stdout);
        await_end_of_input();
    }
    remove_placeholders(&placeholders);
    return made ? 0 : 1;
}
