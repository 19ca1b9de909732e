/* The items of a launch record as they lie in it: the sandbox's, and the texts in all. No system call is made. */
#ifndef SANDBOX_ITEMS_H
#define SANDBOX_ITEMS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "record.h"

struct raw {
    uint32_t tag;
    uint8_t *value;
    size_t size;
};

bool is_text(const uint8_t *value, size_t size);

bool is_path(const uint8_t *value, size_t size);

/* A path below /dev. */
bool is_device(const uint8_t *value, size_t size);

/*
 * Gives a text its ending NUL without a copy elsewhere: it moves one byte to the front, over the last byte of the
 * length before it, which has been read by now.
 */
char *terminate(uint8_t *value, size_t size);

bool is_of_the_sandbox(uint32_t tag);

/* What is wrong with the value of one that is; NULL: nothing. */
const char *sandbox_item_fault(const struct raw *raw);

/* Takes one that nothing is wrong with. */
void take_sandbox_item(const struct raw *raw, struct item *item);

#endif
