#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "files.h"

_Noreturn void fail(const char *format, ...) {
    int error = errno;
    va_list values;

    va_start(values, format);
    printf("failed ");
    vprintf(format, values);
    va_end(values);
    if (error != 0)
        printf(": %s", strerror(error));
    printf("\n");
    fflush(stdout);
    _exit(1);
}

static _Noreturn void refuse(const char *word) {
    errno = 0;
    fail("the order is wrong at '%s'", word ? word : "its end");
}

static unsigned read_id(const char *word) {
    char *end = NULL;
    unsigned long id = word ? strtoul(word, &end, 10) : 0;

    if (!word || *word == '\0' || *end != '\0' || id >= (uid_t)-1)
        refuse(word);
    return (unsigned)id;
}

/* The word after "share" and those that belong to it; the first that does not. */
static char *const *read_share(struct order *order, char *const *words) {
    if (order->count == MOST_SHARES) {
        errno = 0;
        fail("a machine has at most %d shares", MOST_SHARES);
    }
    for (int i = 0; i < 3; i++) {
        if (!words[i])
            refuse(NULL);
    }
    bool read_only = strcmp(words[1], "ro") == 0;
    if (!read_only && strcmp(words[1], "rw") != 0)
        refuse(words[1]);
    struct share *share = &order->shares[order->count++];
    *share = (struct share){.socket = words[0], .read_only = read_only, .source = words[2], .masks = words + 3};
    for (words += 3; words[0] && strcmp(words[0], "mask") == 0; words += 2) {
        if (!words[1])
            refuse(NULL);
        share->mask_count++;
    }
    return words;
}

static char *const *read_ids(bool *has, uid_t *user, gid_t *group, char *const *words) {
    *has = true;
    *user = read_id(words[0]);
    *group = read_id(words[1]);
    return words + 2;
}

static char *const *read_path(const char **path, char *const *words) {
    if (!words[0] || words[0][0] != '/')
        refuse(words[0]);
    *path = words[0];
    return words + 1;
}

void read_order(struct order *order, char *const *words) {
    while (words[0]) {
        const char *word = *words++;
        if (strcmp(word, "server") == 0)
            words = read_path(&order->server, words);
        else if (strcmp(word, "place") == 0)
            words = read_path(&order->place, words);
        else if (strcmp(word, "owner") == 0)
            words = read_ids(&order->has_owner, &order->owner, &order->owner_group, words);
        else if (strcmp(word, "user") == 0)
            words = read_ids(&order->has_user, &order->user, &order->user_group, words);
        else if (strcmp(word, "share") == 0)
            words = read_share(order, words);
        else
            refuse(word);
    }
    if (!order->server || !order->place || order->count == 0)
        refuse(NULL);
}
