#include "session.h"

#include <errno.h>
#include <string.h>

#include "machine.h"
#include "trace.h"
#include "wire.h"

static void break_off(struct session *session, uint32_t serial, int error, const char *why) {
    send_error(&session->channel, serial, STAGE_PROTOCOL, error, why);
    session->closing = true;
}

static struct program *find_program(struct session *session, uint32_t serial) {
    for (int i = 0; i < PROGRAMS_LARGEST; i++) {
        if (session->programs[i].used && session->programs[i].serial == serial)
            return &session->programs[i];
    }
    return NULL;
}

static struct console *find_console(struct session *session, uint32_t serial) {
    for (int i = 0; i < CONSOLES_LARGEST; i++) {
        if (session->consoles[i].used && session->consoles[i].serial == serial)
            return &session->consoles[i];
    }
    return NULL;
}

static struct console *find_console_place(struct session *session) {
    for (int i = 0; i < CONSOLES_LARGEST; i++) {
        if (!session->consoles[i].used)
            return &session->consoles[i];
    }
    return NULL;
}

static struct program *find_place(struct session *session) {
    for (int i = 0; i < PROGRAMS_LARGEST; i++) {
        if (!session->programs[i].used)
            return &session->programs[i];
    }
    return NULL;
}

void send_hello(struct session *session) {
    uint8_t payload[20];

    write_u32(payload, PROTOCOL_VERSION);
    write_u32(payload + 4, FEATURES);
    write_u32(payload + 8, FRAME_LARGEST);
    write_u64(payload + 12, session->number);
    send_frame(&session->channel, PROC_HELLO, 0, payload, sizeof(payload));
}

static void greet(struct session *session, const struct frame *frame) {
    uint32_t largest = read_u32(frame->payload + 8);
    uint64_t number = read_u64(frame->payload + 12);

    if (read_u32(frame->payload) == 0)
        break_off(session, 0, EPROTO, "version 0 is none");
    else if (largest < FRAME_LARGEST_LEAST)
        break_off(session, 0, EPROTO, "a host must accept frames of 4096 bytes");
    else if (number != 0 && number != session->number)
        break_off(session, 0, ESTALE, "this is another supervisor");
    else {
        session->greeted = true;
        session->channel.largest = largest < FRAME_LARGEST ? largest : FRAME_LARGEST;
    }
}

static void refuse_start(struct session *session, uint32_t serial, int error, const char *why) {
    send_error(&session->channel, serial, STAGE_RECORD, error, why);
}

static void start(struct session *session, uint32_t serial, const struct record *record) {
    struct program *program = find_place(session);

    if (!start_program(program, serial, record, &session->payload)) {
        send_error(&session->channel, serial, program->failure.stage, program->failure.error, program->failure.text);
        forget_program(program);
        return;
    }
    if (serial == 0)
        session->first_started = true;
    trace("program %u: being started", serial);
}

/* What program 0 was to have cannot be had: the sandbox ends. */
static void give_up(struct session *session, const struct report *failure) {
    send_error(&session->channel, 0, failure->stage, failure->error, failure->text);
    session->closing = true;
    free_record(&session->first);
}

/* Program 0 follows when the payload is ready. */
static void make_payload(struct session *session) {
    struct report failure;

    /* a machine's own file systems are not there before its payload is */
    if (!finish_network(&session->network, &session->first, &failure) ||
        (!is_machine() && !make_placeholders(&session->placeholders, &session->first, &failure))) {
        give_up(session, &failure);
        return;
    }
    trace("network ready");
    if (begin_payload(&session->payload, &session->first) < 0) {
        failure = (struct report){
            .stage = STAGE_NAMESPACES, .error = errno, .text = "cannot make the payload's namespaces"};
        give_up(session, &failure);
    }
}

/* The payload follows when the network is ready. */
static void begin(struct session *session, const struct record *record) {
    struct report failure;

    session->first = *record;
    if (record->debug)
        begin_trace();
    trace("record taken: %zu items", record->item_count);
    if (session->loopback.stage != STAGE_NONE)
        give_up(session, &session->loopback);
    else if (!begin_network(&session->network, &session->first, &failure))
        give_up(session, &failure);
    else if (session->network.waiting == 0)
        make_payload(session);
}

void network_reported(struct session *session, int number) {
    struct report failure;

    if (!hear_network(&session->network, number, &failure))
        give_up(session, &failure);
    else if (session->network.waiting == 0 && session->payload.state == PAYLOAD_NONE)
        make_payload(session);
}

static const char *start_fault(struct session *session, uint32_t serial, int *error) {
    enum payload_state state = session->payload.state;

    *error = ESRCH;
    if (state == PAYLOAD_NONE && serial != 0)
        return "program 0 must be the first";
    if (session->first_ended || state == PAYLOAD_ENDING || state == PAYLOAD_GONE)
        return "the sandbox has ended";
    *error = EEXIST;
    if (find_program(session, serial) || find_console(session, serial) || (serial == 0 && session->first_started))
        return "there is a program of that number";
    *error = EAGAIN;
    if (!find_place(session))
        return "64 programs run";
    return NULL;
}

static void start_from_record(struct session *session, uint32_t serial) {
    struct record record;
    int error;
    const char *fault = start_fault(session, serial, &error);

    if (fault) {
        refuse_start(session, serial, error, fault);
        return;
    }
    fault = parse_record(session->record, session->collected, &record);
    if (fault) {
        refuse_start(session, serial, EINVAL, fault);
        return;
    }
    if (record.console || (serial != 0 && record.item_count > 0)) {
        refuse_start(session, serial, EINVAL,
                     record.console ? "CONSOLE is no item of a START" : "only program 0 carries the sandbox's items");
        free_record(&record);
        return;
    }
    if (session->payload.state == PAYLOAD_NONE) {
        begin(session, &record);
        return;
    }
    start(session, serial, &record);
    free_record(&record);
}

static const char *console_fault(struct session *session, uint32_t serial, int *error) {
    *error = ESRCH;
    if (session->payload.state != PAYLOAD_READY || session->first_ended)
        return "no sandbox runs that a console could belong to";
    *error = EEXIST;
    if (find_program(session, serial) || find_console(session, serial))
        return "there is a program or console of that number";
    *error = EAGAIN;
    return find_console_place(session) ? NULL : "4 consoles are there";
}

static void open_from_record(struct session *session, uint32_t serial) {
    struct report failure;
    int error;
    const char *fault = console_fault(session, serial, &error);

    if (fault)
        refuse_start(session, serial, error, fault);
    else if (!open_console(find_console_place(session), serial, session->record, session->collected, &failure))
        send_error(&session->channel, serial, failure.stage, failure.error, failure.text);
    else
        send_frame(&session->channel, PROC_CONSOLE, serial, NULL, 0);
}

static void collect(struct session *session, const struct frame *frame) {
    if (session->collecting &&
        (frame->serial != session->collected_serial || frame->proc != session->collected_proc)) {
        break_off(session, frame->serial, EPROTO, "a record came between the parts of another");
        return;
    }
    if (!session->collecting)
        session->collected = 0;
    if (frame->size > RECORD_LARGEST - session->collected) {
        break_off(session, frame->serial, EMSGSIZE, "a launch record is larger than 4 MiB");
        return;
    }
    memcpy(session->record + session->collected, frame->payload, frame->size);
    session->collected += frame->size;
    session->collected_serial = frame->serial;
    session->collected_proc = frame->proc;
    session->collecting = frame->status == STATUS_CONTINUES;
    if (session->collecting)
        return;
    if (frame->proc == PROC_START)
        start_from_record(session, frame->serial);
    else
        open_from_record(session, frame->serial);
}

void payload_reported(struct session *session) {
    struct report report;
    int heard = hear_payload(&session->payload, &report);

    if (heard < 0) {
        send_error(&session->channel, 0, report.stage, report.error, report.text);
        session->closing = true;
    }
    if (heard > 0) {
        trace("payload ready");
        start(session, 0, &session->first);
    }
    if (heard != 0)
        free_record(&session->first);
}

static void add_credit(struct program *program, const struct frame *frame) {
    struct output *output = &program->outputs[read_u32(frame->payload) - PROC_STDOUT];
    uint32_t bytes = read_u32(frame->payload + 4);

    if (program->attached)
        output->credit = output->credit > UINT64_MAX - bytes ? UINT64_MAX : output->credit + bytes;
}

static void take_program_frame(struct session *session, struct program *program, const struct frame *frame) {
    switch (frame->proc) {
    case PROC_STDIN:
        if (frame->size == 0)
            end_input(program);
        else if (!take_input(program, frame->payload, frame->size))
            break_off(session, frame->serial, EPROTO, "more input than there was credit for");
        break;
    case PROC_STDOUT:
    case PROC_STDERR:
        refuse_output(program, frame->proc);
        break;
    case PROC_SIGNAL:
        signal_program(program, read_u32(frame->payload));
        break;
    case PROC_RESIZE:
        resize_program(program, read_u32(frame->payload), read_u32(frame->payload + 4));
        break;
    case PROC_CREDIT:
        add_credit(program, frame);
        break;
    case PROC_ATTACH:
        attach_program(program, &session->channel, read_u32(frame->payload), read_u32(frame->payload + 4));
        break;
    default:
        detach_program(program, &session->channel);
    }
}

static void take_frame(struct session *session, const struct frame *frame) {
    struct program *program;

    switch (frame->proc) {
    case PROC_HELLO:
        break_off(session, 0, EPROTO, "HELLO comes once");
        break;
    case PROC_START:
    case PROC_CONSOLE:
        collect(session, frame);
        break;
    case PROC_SHUTDOWN:
        session->shut_down = true;
        break;
    case PROC_PING:
        send_frame(&session->channel, PROC_PONG, frame->serial, frame->payload, frame->size);
        break;
    case PROC_PONG:
    case PROC_ERROR:
        break;
    case PROC_STDIN:
    case PROC_STDOUT:
    case PROC_STDERR:
    case PROC_SIGNAL:
    case PROC_RESIZE:
    case PROC_CREDIT:
    case PROC_ATTACH:
    case PROC_DETACH:
        program = find_program(session, frame->serial);
        if (program)
            take_program_frame(session, program, frame);
        else if (frame->proc == PROC_ATTACH || frame->proc == PROC_DETACH)
            send_error(&session->channel, frame->serial, STAGE_PROTOCOL, ESRCH, "there is no such program");
        break;
    default:
        send_error(&session->channel, frame->serial, STAGE_PROTOCOL, ENOSYS, "this proc is unknown here");
    }
}

static enum frame_found peek(struct session *session, struct frame *frame, const char **why) {
    struct channel *channel = &session->channel;
    return find_frame(channel->in + channel->in_start, channel->in_end - channel->in_start, frame, why);
}

bool is_preparing(const struct session *session) {
    return session->network.waiting > 0 || session->payload.state == PAYLOAD_PREPARING;
}

static bool may_hear(const struct session *session) {
    return !session->closing && !session->shut_down && !is_preparing(session) &&
           has_reply_room(&session->channel);
}

bool has_frame(struct session *session) {
    struct frame frame;
    const char *why;

    return may_hear(session) && peek(session, &frame, &why) != FRAME_PARTIAL;
}

void hear_host(struct session *session) {
    struct frame frame;
    const char *why;

    while (may_hear(session)) {
        enum frame_found found = peek(session, &frame, &why);
        if (found == FRAME_PARTIAL)
            return;
        if (found == FRAME_BROKEN) {
            break_off(session, frame.serial, EPROTO, why);
            return;
        }
        session->channel.in_start += FRAME_HEADER + frame.size;
        if (session->greeted)
            take_frame(session, &frame);
        else if (frame.proc == PROC_HELLO)
            greet(session, &frame);
        else
            break_off(session, frame.serial, EPROTO, "HELLO must come first");
    }
}

bool hear_farewell(struct session *session) {
    struct frame frame;
    const char *why;
    enum frame_found found;

    while ((found = peek(session, &frame, &why)) == FRAME_WHOLE) {
        session->channel.in_start += FRAME_HEADER + frame.size;
        if (frame.proc == PROC_SHUTDOWN)
            session->shut_down = true;
    }
    return found == FRAME_PARTIAL;
}
