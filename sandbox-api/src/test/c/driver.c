/*
 * Fuzzes a target by coverage, with nothing but a compiler that has -fsanitize-coverage=trace-pc: an input that reaches
 * what none before it reached is kept, and those that are kept are mutated. Usage: SECONDS SEED CORPUS [keep]. CORPUS is a
 * directory of inputs to begin with; with "keep" it holds in the end the smallest inputs that reach all that was reached.
 */
#include "driver.h"

#include <dirent.h>
#include <errno.h>
#include <sanitizer/common_interface_defs.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { EDGES = 1 << 16, KEPT_MOST = 8192, SECONDS_MOST = 10 };

struct input {
    size_t size;
    uint8_t *data;
};

static uint64_t state;
static uint8_t hits[EDGES];
static uint8_t seen[EDGES]; /* of each edge, a bit for each order of magnitude of its hits */
static uint16_t touched[EDGES];
static size_t touched_count;
static uintptr_t last;
static struct input kept[KEPT_MOST];
static size_t kept_count;
static struct input current;

void __sanitizer_cov_trace_pc(void);

uint32_t draw(uint32_t below) {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (uint32_t)(state >> 16) % below;
}

/* What the compiler calls at each branch of the target. This file is compiled without that. */
void __sanitizer_cov_trace_pc(void) {
    uintptr_t here = (uintptr_t)__builtin_return_address(0);
    uint16_t edge = (uint16_t)(here ^ (here >> 16) ^ (last << 5) ^ (last >> 3));

    last = here;
    if (hits[edge] == 0)
        touched[touched_count++] = edge;
    if (hits[edge] != UINT8_MAX)
        hits[edge]++;
}

static uint8_t magnitude(uint8_t count) {
    uint8_t bit = 0;

    while (bit < 7 && count >> (bit + 1) != 0)
        bit++;
    return (uint8_t)(1U << bit);
}

/* Whether the last input did what none before it did; all of it counts as seen from now on. */
static bool was_new(void) {
    bool found = false;

    for (size_t i = 0; i < touched_count; i++) {
        uint8_t bit = magnitude(hits[touched[i]]);
        found = found || (seen[touched[i]] & bit) == 0;
        seen[touched[i]] |= bit;
        hits[touched[i]] = 0;
    }
    touched_count = 0;
    last = 0;
    return found;
}

/* Only calls that a signal handler may make. */
static void show_current(void) {
    static const char digits[] = "0123456789abcdef";
    static char text[2 * INPUT_LARGEST + 1];

    for (size_t i = 0; i < current.size; i++) {
        text[2 * i] = digits[current.data[i] >> 4];
        text[2 * i + 1] = digits[current.data[i] & 15];
    }
    text[2 * current.size] = '\n';
    if (write(STDERR_FILENO, "the input, in hexadecimal digits: ", 34) < 0 ||
        write(STDERR_FILENO, text, 2 * current.size + 1) < 0)
        _exit(3);
}

static void fail(int signal_number) {
    (void)signal_number;
    show_current();
    _exit(2);
}

static bool reaches_more(const uint8_t *data, size_t size) {
    current = (struct input){size, (uint8_t *)data};
    alarm(SECONDS_MOST);
    LLVMFuzzerTestOneInput(data, size);
    return was_new();
}

static void keep(const uint8_t *data, size_t size) {
    if (kept_count == KEPT_MOST)
        return;
    uint8_t *copy = malloc(size ? size : 1);
    if (!copy)
        abort();
    memcpy(copy, data, size);
    kept[kept_count++] = (struct input){size, copy};
}

static void change_byte(uint8_t *at) {
    static const uint8_t likely[] = {0, 1, 0x7f, 0x80, 0xfe, 0xff, '/', '.', 250, 240};

    switch (draw(3)) {
    case 0:
        *at ^= (uint8_t)(1U << draw(8));
        break;
    case 1:
        *at = likely[draw(sizeof(likely))];
        break;
    default:
        *at = (uint8_t)draw(256);
    }
}

/* Cuts a part out. */
static size_t shorten(uint8_t *data, size_t size) {
    size_t from = draw((uint32_t)size);
    size_t length = 1 + draw((uint32_t)(size - from));

    memmove(data + from, data + from + length, size - from - length);
    return size - length;
}

/* Puts a part of a kept input in. */
static size_t lengthen(uint8_t *data, size_t size) {
    const struct input *other = &kept[draw((uint32_t)kept_count)];
    if (other->size == 0)
        return size;
    size_t from = draw((uint32_t)other->size);
    size_t length = 1 + draw((uint32_t)(other->size - from));
    size_t at = draw((uint32_t)size + 1);

    if (size + length > INPUT_LARGEST)
        return size;
    memmove(data + at + length, data + at, size - at);
    memcpy(data + at, other->data + from, length);
    return size + length;
}

static size_t mutate(uint8_t *data) {
    const struct input *base = &kept[draw((uint32_t)kept_count)];
    size_t size = base->size;

    memcpy(data, base->data, size);
    for (uint32_t count = 1 + draw(6); count > 0; count--) {
        uint32_t how = draw(8);
        if (how == 0 || size == 0)
            size = lengthen(data, size);
        else if (how == 1)
            size = shorten(data, size);
        else
            change_byte(&data[draw((uint32_t)size)]);
    }
    return size;
}

static FILE *open_input(const char *directory, const char *name, const char *mode) {
    char path[4096];

    if (snprintf(path, sizeof(path), "%s/%s", directory, name) >= (int)sizeof(path))
        return NULL;
    return fopen(path, mode);
}

static void read_input(const char *directory, const char *name) {
    static uint8_t data[INPUT_LARGEST];
    FILE *file = open_input(directory, name, "r");

    if (!file) {
        fprintf(stderr, "cannot read %s/%s: %s\n", directory, name, strerror(errno));
        exit(1);
    }
    size_t size = fread(data, 1, sizeof(data), file);
    fclose(file);
    reaches_more(data, size);
    keep(data, size);
}

static void read_corpus(const char *directory) {
    DIR *entries = opendir(directory);
    struct dirent *entry;

    if (!entries) {
        fprintf(stderr, "cannot read %s: %s\n", directory, strerror(errno));
        exit(1);
    }
    while ((entry = readdir(entries)) != NULL)
        if (entry->d_name[0] != '.')
            read_input(directory, entry->d_name);
    closedir(entries);
}

static int by_size(const void *one, const void *other) {
    size_t first = ((const struct input *)one)->size;
    size_t second = ((const struct input *)other)->size;

    return (first > second) - (first < second);
}

/* Those that reach nothing of their own are left out; how often an edge was taken does not count here. */
static void write_corpus(const char *directory) {
    size_t written = 0;
    char name[16];

    qsort(kept, kept_count, sizeof(*kept), by_size);
    memset(seen, 0, sizeof(seen));
    for (size_t i = 0; i < kept_count; i++) {
        current = kept[i];
        LLVMFuzzerTestOneInput(kept[i].data, kept[i].size);
        for (size_t n = 0; n < touched_count; n++)
            hits[touched[n]] = 1;
        if (!was_new())
            continue;
        snprintf(name, sizeof(name), "%03zu", written++);
        FILE *file = open_input(directory, name, "w");
        if (!file || fwrite(kept[i].data, 1, kept[i].size, file) != kept[i].size || fclose(file) != 0) {
            fprintf(stderr, "cannot write %s/%s: %s\n", directory, name, strerror(errno));
            exit(1);
        }
    }
}

static unsigned long fuzz(time_t end) {
    static uint8_t data[INPUT_LARGEST];
    unsigned long runs = 0;

    for (; time(NULL) < end; runs++) {
        size_t size = kept_count == 0 || draw(4) == 0 ? make_input(data) : mutate(data);
        if (reaches_more(data, size))
            keep(data, size);
    }
    return runs;
}

int main(int argc, char **argv) {
    if (argc < 4) {
        fprintf(stderr, "usage: %s SECONDS SEED CORPUS [keep]\n", argv[0]);
        return 1;
    }
    state = strtoull(argv[2], NULL, 10) * 2 + 1;
    __sanitizer_set_death_callback(show_current);
    signal(SIGABRT, fail);
    signal(SIGALRM, fail);
    read_corpus(argv[3]);
    size_t known = kept_count;
    unsigned long runs = fuzz(time(NULL) + atol(argv[1]));
    size_t edges = 0;
    for (size_t i = 0; i < EDGES; i++)
        edges += seen[i] != 0;
    printf("%zu of the corpus, %lu inputs with seed %s, %zu edges, %zu inputs reached more\n", known, runs, argv[2],
           edges, kept_count - known);
    if (argc > 4)
        write_corpus(argv[3]);
    for (size_t i = 0; i < kept_count; i++)
        free(kept[i].data);
    return 0;
}
