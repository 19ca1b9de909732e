/*
 * Fuzzes what a DHCP server answers.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "dhcp_message.h"
#include "driver.h"
#include "wire.h"

static const struct dhcp_question question = {
    .type = DHCP_REQUEST, .transaction = 0x01020304, .mac = {2, 0, 0, 0, 0, 1}, .name = "fuzzed"};

static int is_plain(const char *text) {
    return text[strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-.")] == 0;
}

static void check(const struct dhcp_answer *answer) {
    uint32_t first = answer->address >> 24;

    if (answer->type == DHCP_NAK)
        return;
    if ((answer->type != DHCP_OFFER && answer->type != DHCP_ACK) || answer->prefix < 1 || answer->prefix > 32 ||
        first == 0 || first == 127 || first >= 224 || answer->server == 0 || answer->lease == 0 ||
        answer->name_server_count > DHCP_NAME_SERVERS_LARGEST || !is_plain(answer->domain) ||
        strlen(answer->domain) > DHCP_DOMAIN_LARGEST)
        abort();
    if (answer->lease != DHCP_FOREVER && (answer->renewal == 0 || answer->renewal > answer->rebinding))
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    uint8_t *copy = malloc(size ? size : 1); /* of exact size, so that a read behind the end is seen */
    struct dhcp_answer answer;

    if (!copy)
        abort();
    memcpy(copy, data, size);
    if (read_dhcp_answer(copy, size, &question, &answer))
        check(&answer);
    free(copy);
    return 0;
}

enum { MESSAGE = 28, OPTIONS = MESSAGE + 240, ANSWER_LARGEST = 1600 };

static size_t add_option(uint8_t *at, size_t left) {
    static const uint8_t codes[] = {0, 1, 3, 6, 15, 28, 51, 52, 53, 54, 58, 59, 255, 12};
    uint8_t code = codes[draw(sizeof(codes))];
    size_t size = draw(4) ? (size_t[]){1, 4, 4, 8, 12}[draw(5)] : draw(256);

    if (size + 2 > left)
        return 0;
    at[0] = code;
    at[1] = (uint8_t)size;
    for (size_t i = 0; i < size; i++)
        at[2 + i] = code == 15 ? (uint8_t) "a.b-\n\0 c"[draw(draw(8) ? 4 : 8)] : (uint8_t)draw(256);
    return size + 2;
}

/* What every usable answer has. */
static size_t add_needed(uint8_t *at) {
    static const uint8_t needed[] = {53, 1, 5, 54, 4, 192, 0, 2, 1, 51, 4, 0, 0, 0, 60, 1, 4, 255, 255, 255, 0};

    memcpy(at, needed, sizeof(needed));
    at[2] = (uint8_t)(draw(8) ? 2 + 3 * draw(2) : 6);
    return sizeof(needed);
}

static size_t make_answer(uint8_t *at) {
    static const uint8_t ip[] = {0x45, 0, 0, 0, 0, 0, 0, 0, 64, 17, 0, 0, 192, 0, 2, 1, 255, 255, 255, 255, 0, 67, 0, 68};
    size_t size = OPTIONS;

    memset(at, 0, OPTIONS);
    memcpy(at, ip, sizeof(ip));
    memcpy(at + MESSAGE, "\2\1\6\0\1\2\3\4", 8);
    memcpy(at + MESSAGE + 16, "\300\0\2\7", 4);
    memcpy(at + MESSAGE + 28, question.mac, sizeof(question.mac));
    memcpy(at + MESSAGE + 236, "\143\202\123\143", 4);
    for (size_t i = 44; i < 236 && draw(2); i++)
        at[MESSAGE + i] = (uint8_t)draw(256);
    if (draw(8))
        size += add_needed(at + size);
    for (uint32_t options = draw(12); options > 0; options--)
        size += add_option(at + size, ANSWER_LARGEST - 1 - size);
    if (draw(8))
        at[size++] = 255;
    at[2] = (uint8_t)(size >> 8);
    at[3] = (uint8_t)size;
    at[24] = (uint8_t)((size - 20) >> 8);
    at[25] = (uint8_t)(size - 20);
    return size;
}

size_t make_input(uint8_t data[INPUT_LARGEST]) {
    size_t size = make_answer(data);

    for (uint32_t count = draw(3); count > 0; count--)
        data[draw((uint32_t)size)] = (uint8_t)draw(256);
    return draw(4) ? size : draw((uint32_t)size + 1);
}
