#include "telnet.h"

#include "wire.h"

enum { COMMAND_END_OF_FILE = 236, COMMAND_SE = 240, COMMAND_SB = 250, COMMAND_WILL = 251 };

static uint16_t read_u16(const uint8_t *at) {
    return (uint16_t)(at[0] << 8 | at[1]);
}

static enum telnet_event take_command(struct telnet *telnet, uint8_t command) {
    telnet->state = TELNET_TEXT;
    if (command == TELNET_IAC)
        return TELNET_BYTE;
    if (command == COMMAND_END_OF_FILE)
        return TELNET_END;
    if (command == COMMAND_SB)
        telnet->state = TELNET_OPTION;
    else if (command >= COMMAND_WILL) /* and WONT, DO and DONT */
        telnet->state = TELNET_NEGOTIATION;
    return TELNET_NOTHING;
}

static void take_parameter(struct telnet *telnet, uint8_t byte) {
    if (telnet->count < TELNET_PARAMETERS)
        telnet->parameters[telnet->count] = byte;
    if (telnet->count <= TELNET_PARAMETERS)
        telnet->count++;
}

static enum telnet_event finish_option(const struct telnet *telnet, struct telnet_word *word) {
    const uint8_t *parameters = telnet->parameters;

    if (telnet->option == OPTION_SIZE && telnet->count == 4) {
        word->columns = read_u16(parameters);
        word->rows = read_u16(parameters + 2);
        return word->rows > 0 && word->columns > 0 ? TELNET_SIZE : TELNET_NOTHING;
    }
    if (telnet->option == OPTION_SANDBOX && telnet->count == 5 && parameters[0] == SANDBOX_HELLO) {
        word->number = read_u32(parameters + 1);
        return TELNET_HELLO;
    }
    return TELNET_NOTHING;
}

enum telnet_event take_telnet(struct telnet *telnet, uint8_t byte, struct telnet_word *word) {
    switch (telnet->state) {
    case TELNET_TEXT:
        if (byte != TELNET_IAC)
            return TELNET_BYTE;
        telnet->state = TELNET_COMMAND;
        return TELNET_NOTHING;
    case TELNET_COMMAND:
        return take_command(telnet, byte);
    case TELNET_NEGOTIATION:
        telnet->state = TELNET_TEXT;
        return TELNET_NOTHING;
    case TELNET_OPTION:
        telnet->option = byte;
        telnet->count = 0;
        telnet->state = TELNET_PARAMETER;
        return TELNET_NOTHING;
    case TELNET_PARAMETER:
        if (byte == TELNET_IAC)
            telnet->state = TELNET_PARAMETER_COMMAND;
        else
            take_parameter(telnet, byte);
        return TELNET_NOTHING;
    case TELNET_PARAMETER_COMMAND:
        break;
    }
    if (byte == TELNET_IAC) {
        take_parameter(telnet, byte);
        telnet->state = TELNET_PARAMETER;
        return TELNET_NOTHING;
    }
    telnet->state = TELNET_TEXT;
    return byte == COMMAND_SE ? finish_option(telnet, word) : TELNET_NOTHING;
}

size_t escape_telnet(uint8_t *at, const uint8_t *text, size_t size) {
    size_t length = 0;

    for (size_t i = 0; i < size; i++) {
        at[length++] = text[i];
        if (text[i] == TELNET_IAC)
            at[length++] = TELNET_IAC;
    }
    return length;
}

size_t write_notice(uint8_t *at, uint8_t kind, uint32_t number) {
    uint8_t bytes[4];
    size_t length = 0;

    write_u32(bytes, number);
    at[length++] = TELNET_IAC;
    at[length++] = COMMAND_SB;
    at[length++] = OPTION_SANDBOX;
    at[length++] = kind;
    length += escape_telnet(at + length, bytes, sizeof(bytes));
    at[length++] = TELNET_IAC;
    at[length++] = COMMAND_SE;
    return length;
}
