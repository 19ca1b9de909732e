/*
 * Fuzzes what a host sends: frames one after another, and the launch records in them.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "driver.h"
#include "record.h"
#include "wire.h"

static void read_record(const uint8_t *data, size_t size) {
    uint8_t *copy = malloc(size + 1); /* of exact size, so that a read behind the end is seen */
    struct record record;

    if (!copy)
        abort();
    copy = realloc(copy, size ? size : 1);
    memcpy(copy, data, size);
    if (!parse_record(copy, size, &record)) {
        size_t lengths = 0;
        for (char **text = record.arguments; *text; text++)
            lengths += strlen(*text);
        for (char **text = record.environment; *text; text++)
            lengths += strlen(*text);
        for (char **text = record.directories; *text; text++)
            lengths += strlen(*text);
        for (size_t i = 0; i < record.item_count; i++)
            lengths += (record.items[i].path ? strlen(record.items[i].path) : 0) +
                       (record.items[i].text ? strlen(record.items[i].text) : 0);
        if (lengths > size || !record.arguments[0])
            abort();
        free_record(&record);
    }
    free(copy);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    uint8_t *copy = malloc(size ? size : 1);
    struct frame frame;
    const char *why;

    if (!copy)
        abort();
    memcpy(copy, data, size);
    for (size_t at = 0; at < size && find_frame(copy + at, size - at, &frame, &why) == FRAME_WHOLE;) {
        if (frame.proc == PROC_START)
            read_record(frame.payload, frame.size);
        at += FRAME_HEADER + frame.size;
    }
    free(copy);
    read_record(data, size);
    return 0;
}

static size_t add_item(uint8_t *at, size_t left) {
    static const uint32_t sizes[] = {0, 1, 4, 8, 12, 16, 20, 24, 32};
    size_t size = sizes[draw(9)];

    if (left < 8 + size)
        return 0;
    write_u32(at, draw(40) == 0 ? UINT32_MAX : draw(30));
    write_u32(at + 4, (uint32_t)size);
    for (size_t i = 0; i < size; i++)
        at[8 + i] = (uint8_t) "/a=\0\1b/."[draw(8)];
    return 8 + size;
}

/* Items that a random draw would hardly ever make valid. */
static size_t add_valid_item(uint8_t *at, size_t left) {
    static const struct {
        uint8_t bytes[48];
        size_t size;
    } items[] = {
        {"\0\0\0\7\0\0\0\34\0\0\0\1\0\0\0\2\0\0\0\16/dev/sandbox/i/t", 36},
        {"\0\0\0\10\0\0\0\34\0\0\0\1\0\0\0\2\0\0\0\16/dev/sandbox/i/t", 36},
        {"\0\0\0\11\0\0\0\14\0\0\0\2.a/dev/b", 20},
        {"\0\0\0\12\0\0\0\22\0\0\0\1\0\0\0\2\0\0\1\240/dev/a", 26},
        {"\0\0\0\14\0\0\0\10\0\0\0\1\0\0\0\1", 16},
        {"\0\0\0\15\0\0\0\20\0\0\0\1\0\0\0\30\300\0\2\1\300\0\2\377", 24},
        {"\0\0\0\16\0\0\0\20\0\0\0\0\0\0\0\0\0\0\0\0\300\0\2\1", 24},
        {"\0\0\0\17\0\0\0\21\0\0\1\240\0\0\0\6/etc/rabc", 25},
    };
    uint32_t chosen = draw(8);

    if (left < items[chosen].size)
        return 0;
    memcpy(at, items[chosen].bytes, items[chosen].size);
    return items[chosen].size;
}

static size_t make_record(uint8_t *at, size_t left) {
    size_t size = 4;

    memcpy(at, "LSR1", 4);
    for (uint32_t items = draw(12); items > 0; items--)
        size += draw(4) ? add_item(at + size, left - size) : add_valid_item(at + size, left - size);
    static const uint8_t needed[] = {0, 0, 0, 16, 0, 0, 0, 1, 'a', 0, 0, 0, 19, 0, 0, 0, 4,
                                     0, 0, 0, 0,  0, 0, 0, 20, 0,  0, 0, 4, 0,  0, 0, 0};
    if (left - size < sizeof(needed) || draw(4) == 0)
        return size;
    memcpy(at + size, needed, sizeof(needed));
    return size + sizeof(needed);
}

static void spoil(uint8_t *data, size_t size) {
    for (uint32_t count = draw(4); count > 0 && size > 0; count--)
        data[draw((uint32_t)size)] = draw(2) ? (uint8_t)draw(256) : 0xff;
}

size_t make_input(uint8_t data[INPUT_LARGEST]) {
    size_t size = make_record(data + FRAME_HEADER, INPUT_LARGEST - FRAME_HEADER);

    write_header(data, draw(3) ? PROC_START : draw(20), 0, size);
    spoil(data, FRAME_HEADER + size);
    if (draw(2))
        return FRAME_HEADER + size;
    memmove(data, data + FRAME_HEADER, size); /* the record alone */
    return size;
}
