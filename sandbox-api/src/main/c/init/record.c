#include "record.h"

#include <stdlib.h>
#include <string.h>

#include "items.h"
#include "wire.h"

enum { ITEM_HEADER = 8, GROUPS_LARGEST = 65536, INSTRUCTIONS_LARGEST = 4096, INSTRUCTION = 8 };

/* How many there are of what has no fixed place in struct record. */
struct counts {
    size_t items;
    size_t arguments;
    size_t variables;
    size_t directories;
    size_t groups;
    size_t instructions;
};

static bool next_item(uint8_t **at, size_t *left, struct raw *raw) {
    if (*left < ITEM_HEADER)
        return false;
    raw->tag = read_u32(*at);
    raw->size = read_u32(*at + 4);
    raw->value = *at + ITEM_HEADER;
    if (raw->size > *left - ITEM_HEADER)
        return false;
    *at += ITEM_HEADER + raw->size;
    *left -= ITEM_HEADER + raw->size;
    return true;
}

static bool is_variable(const uint8_t *value, size_t size) {
    return is_text(value, size) && size > 0 && value[0] != '=' && memchr(value, '=', size) != NULL;
}

static const char *limit_fault(const uint8_t *value, size_t size) {
    if (size != 20 || read_u32(value) >= LIMITS_LARGEST)
        return "LIMIT takes a resource below 16, a soft and a hard limit";
    return read_u64(value + 4) <= read_u64(value + 12) ? NULL : "LIMIT: the soft limit is above the hard one";
}

static bool is_number(const struct raw *raw, uint32_t largest) {
    return raw->size == 4 && read_u32(raw->value) <= largest;
}

static bool is_size(const struct raw *raw) {
    if (raw->size != 8)
        return false;
    uint32_t rows = read_u32(raw->value), columns = read_u32(raw->value + 4);
    return rows >= 1 && rows <= 65535 && columns >= 1 && columns <= 65535;
}

/* What is wrong with an item's value; NULL: nothing. */
static const char *item_fault(const struct raw *raw) {
    const uint8_t *value = raw->value;
    size_t size = raw->size;

    if (is_of_the_sandbox(raw->tag))
        return sandbox_item_fault(raw);
    switch (raw->tag) {
    case TAG_ARGUMENT:
        return is_text(value, size) ? NULL : "an ARGUMENT has a NUL in it";
    case TAG_ENVIRONMENT:
        return is_variable(value, size) ? NULL : "ENVIRONMENT takes NAME=VALUE without NUL";
    case TAG_DIRECTORY:
        return is_path(value, size) ? NULL : "DIRECTORY takes an absolute path";
    case TAG_UID:
        return is_number(raw, UINT32_MAX - 1) ? NULL : "UID takes a number";
    case TAG_GID:
        return is_number(raw, UINT32_MAX - 1) ? NULL : "GID takes a number";
    case TAG_GROUPS:
        return size % 4 == 0 && size / 4 <= GROUPS_LARGEST ? NULL : "GROUPS takes at most 65536 numbers";
    case TAG_CAPABILITIES:
        return size == 8 ? NULL : "CAPABILITIES takes 64 bits";
    case TAG_PRIVILEGES:
        return is_number(raw, 1) ? NULL : "PRIVILEGES takes 0 or 1";
    case TAG_TERMINAL:
        return is_size(raw) ? NULL : "TERMINAL takes rows and columns from 1 to 65535";
    case TAG_LIMIT:
        return limit_fault(value, size);
    case TAG_UMASK:
        return is_number(raw, 0777) ? NULL : "UMASK takes at most 0777";
    case TAG_SECCOMP:
        return size > 0 && size % INSTRUCTION == 0 && size / INSTRUCTION <= INSTRUCTIONS_LARGEST
                   ? NULL
                   : "SECCOMP takes 1 to 4096 instructions of 8 bytes";
    case TAG_CONSOLE:
        return is_device(value, size) ? NULL : "CONSOLE takes a path below /dev";
    case TAG_DEBUG:
        return is_number(raw, 1) ? NULL : "DEBUG takes 0 or 1";
    default:
        return raw->tag & UINT32_C(1) << 31 ? NULL : "an item's tag is unknown";
    }
}

static bool comes_once(uint32_t tag) {
    return (tag >= TAG_UID && tag <= TAG_TERMINAL) || (tag >= TAG_UMASK && tag <= TAG_DEBUG);
}

static void count_item(const struct raw *raw, struct counts *counts) {
    counts->items += is_of_the_sandbox(raw->tag);
    counts->arguments += raw->tag == TAG_ARGUMENT;
    counts->variables += raw->tag == TAG_ENVIRONMENT;
    counts->directories += raw->tag == TAG_DIRECTORY;
    if (raw->tag == TAG_GROUPS)
        counts->groups = raw->size / 4;
    if (raw->tag == TAG_SECCOMP)
        counts->instructions = raw->size / INSTRUCTION;
}

/* Looks at every item once: what is wrong with the record (NULL: nothing), and how many there are of a kind. */
static const char *survey(uint8_t *at, size_t left, struct counts *counts) {
    uint32_t seen = 0;
    size_t limits = 0;
    struct raw raw;

    while (left > 0) {
        if (!next_item(&at, &left, &raw))
            return "an item is cut off";
        const char *fault = item_fault(&raw);
        if (fault)
            return fault;
        if (raw.tag < 32) {
            if (comes_once(raw.tag) && seen & UINT32_C(1) << raw.tag)
                return "an item comes twice that counts once";
            seen |= UINT32_C(1) << raw.tag;
        }
        limits += raw.tag == TAG_LIMIT;
        count_item(&raw, counts);
    }
    if (limits > LIMITS_LARGEST)
        return "more than 16 items of LIMIT";
    if (counts->arguments == 0)
        return "no ARGUMENT";
    if (!(seen & UINT32_C(1) << TAG_UID) || !(seen & UINT32_C(1) << TAG_GID))
        return "no UID or no GID";
    return NULL;
}

/* One block for all lists, the most strictly aligned first; its size is bounded by the record's. */
static bool make_room(struct record *record, const struct counts *counts) {
    size_t pointers = counts->arguments + counts->variables + counts->directories + 3;
    size_t size = counts->items * sizeof(struct item) + pointers * sizeof(char *) +
                  counts->instructions * INSTRUCTION + counts->groups * sizeof(gid_t);
    record->memory = calloc(1, size);
    if (!record->memory)
        return false;
    record->items = record->memory;
    record->arguments = (char **)(record->items + counts->items);
    record->environment = record->arguments + counts->arguments + 1;
    record->directories = record->environment + counts->variables + 1;
    record->seccomp = record->directories + counts->directories + 1;
    record->groups = (gid_t *)((uint8_t *)record->seccomp + counts->instructions * INSTRUCTION);
    record->group_count = counts->groups;
    record->seccomp_count = counts->instructions;
    return true;
}

/* How far each list has been filled. */
struct cursors {
    char **argument;
    char **variable;
    char **directory;
};

static void take_item(const struct raw *raw, struct record *record, struct cursors *next) {
    uint8_t *value = raw->value;

    switch (raw->tag) {
    case TAG_ARGUMENT:
        *next->argument++ = terminate(value, raw->size);
        break;
    case TAG_ENVIRONMENT:
        *next->variable++ = terminate(value, raw->size);
        break;
    case TAG_DIRECTORY:
        *next->directory++ = terminate(value, raw->size);
        break;
    case TAG_UID:
        record->uid = read_u32(value);
        break;
    case TAG_GID:
        record->gid = read_u32(value);
        break;
    case TAG_GROUPS:
        for (size_t i = 0; i < record->group_count; i++)
            record->groups[i] = read_u32(value + 4 * i);
        break;
    case TAG_CAPABILITIES:
        record->capabilities = read_u64(value);
        break;
    case TAG_PRIVILEGES:
        record->privileges = read_u32(value) == 1;
        break;
    case TAG_TERMINAL:
        record->terminal = true;
        record->rows = (uint16_t)read_u32(value);
        record->columns = (uint16_t)read_u32(value + 4);
        break;
    case TAG_LIMIT:
        record->limits[record->limit_count++] =
            (struct limit){read_u32(value), read_u64(value + 4), read_u64(value + 12)};
        break;
    case TAG_UMASK:
        record->umask = read_u32(value);
        break;
    case TAG_SECCOMP:
        memcpy(record->seccomp, value, raw->size);
        break;
    case TAG_CONSOLE:
        record->console = terminate(value, raw->size);
        break;
    case TAG_DEBUG:
        record->debug = read_u32(value) == 1;
        break;
    default:
        if (is_of_the_sandbox(raw->tag))
            take_sandbox_item(raw, &record->items[record->item_count++]);
    }
}

const char *parse_record(uint8_t *bytes, size_t size, struct record *record) {
    struct counts counts = {0};

    *record = (struct record){.umask = 022};
    if (size < 4 || memcmp(bytes, "LSR1", 4) != 0)
        return "a launch record starts with LSR1";
    const char *fault = survey(bytes + 4, size - 4, &counts);
    if (fault)
        return fault;
    if (!make_room(record, &counts))
        return "no memory for the launch record";

    struct cursors next = {record->arguments, record->environment, record->directories};
    uint8_t *at = bytes + 4;
    size_t left = size - 4;
    struct raw raw;
    while (next_item(&at, &left, &raw))
        take_item(&raw, record, &next);
    return NULL;
}

void free_record(struct record *record) {
    free(record->memory);
    *record = (struct record){0};
}
