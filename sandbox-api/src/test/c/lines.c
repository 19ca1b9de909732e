/*
 * Fuzzes what a host types on a shell's console.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "driver.h"
#include "telnet.h"

/* What was escaped comes back as it was, and nothing of it is a command. */
static void check_text(const uint8_t *data, size_t size) {
    uint8_t *escaped = malloc(2 * size + 1);
    struct telnet telnet = {0};
    struct telnet_word word;
    size_t found = 0;

    if (!escaped)
        abort();
    size_t length = escape_telnet(escaped, data, size);
    for (size_t i = 0; i < length; i++) {
        enum telnet_event event = take_telnet(&telnet, escaped[i], &word);
        if (event == TELNET_BYTE && (found == size || escaped[i] != data[found++]))
            abort();
        if (event != TELNET_BYTE && event != TELNET_NOTHING)
            abort();
    }
    if (found != size || telnet.state != TELNET_TEXT)
        abort();
    free(escaped);
}

static void check_notice(uint32_t number) {
    uint8_t notice[TELNET_NOTICE];
    struct telnet telnet = {0};
    struct telnet_word word = {0};
    size_t length = write_notice(notice, SANDBOX_HELLO, number);

    if (length > sizeof(notice))
        abort();
    for (size_t i = 0; i < length; i++) {
        enum telnet_event event = take_telnet(&telnet, notice[i], &word);
        if (event != (i + 1 == length ? TELNET_HELLO : TELNET_NOTHING))
            abort();
    }
    if (word.number != number)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct telnet telnet = {0};
    struct telnet_word word = {0};
    uint32_t number = 0;

    for (size_t i = 0; i < size; i++) {
        enum telnet_event event = take_telnet(&telnet, data[i], &word);
        if (event == TELNET_SIZE && (word.rows == 0 || word.columns == 0))
            abort();
        if (telnet.state > TELNET_PARAMETER_COMMAND || telnet.count > TELNET_PARAMETERS + 1)
            abort();
        number = number << 8 | data[i];
    }
    check_text(data, size);
    check_notice(number);
    return 0;
}

size_t make_input(uint8_t data[INPUT_LARGEST]) {
    static const uint8_t likely[] = {255, 255, 255, 250, 240, 236, 31, 214, 0, 1, 251, 254};
    size_t size = draw(512);

    for (size_t i = 0; i < size; i++)
        data[i] = draw(3) ? likely[draw(sizeof(likely))] : (uint8_t)draw(256);
    return size;
}
