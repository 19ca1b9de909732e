#include "console.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "descriptor.h"
#include "stream.h"
#include "trace.h"
#include "wire.h"

enum { CHUNK = 4096, STATUS_NOT_FOUND = 127 << 8, STATUS_NOT_EXECUTED = 126 << 8 };

static bool refuse(struct console *console, struct report *failure, uint32_t stage, int error, const char *text) {
    *failure = (struct report){.stage = stage, .error = error};
    snprintf(failure->text, sizeof(failure->text), "%s", text);
    free_record(&console->record);
    free(console->bytes);
    console->bytes = NULL;
    return false;
}

static const char *console_fault(const struct record *record) {
    if (record->item_count > 0)
        return "only program 0 carries the sandbox's items";
    if (!record->console)
        return "a console's record names it by CONSOLE";
    return record->terminal ? NULL : "a console's record has a TERMINAL";
}

bool open_console(struct console *console, uint32_t serial, const uint8_t *record, size_t size,
                  struct report *failure) {
    pid_t *pid = console->program.pid;

    memset(console, 0, sizeof(*console));
    console->program = (struct program){
        .pid = pid, .report = -1, .input = {.fd = -1}, .outputs = {{.fd = -1}, {.fd = -1}}};
    console->line = (struct line){.fd = -1, .arrivals = -1};
    console->bytes = malloc(size ? size : 1);
    if (!console->bytes)
        return refuse(console, failure, STAGE_RECORD, ENOMEM, "no memory for the launch record");
    memcpy(console->bytes, record, size);
    const char *fault = parse_record(console->bytes, size, &console->record);
    if (fault) /* and then nothing is to be freed of it */
        console->record = (struct record){0};
    else
        fault = console_fault(&console->record);
    if (fault)
        return refuse(console, failure, STAGE_RECORD, EINVAL, fault);
    if (!open_line(&console->line, console->record.console))
        return refuse(console, failure, STAGE_TERMINAL, errno, "cannot open the console");
    console->serial = serial;
    console->used = true;
    return true;
}

static int terminal_of(const struct console *console) {
    return console->program.used && console->program.started ? console->program.outputs[0].fd : -1;
}

static bool has_output_room(const struct console *console) {
    return CONSOLE_OUT - console->out_used >= 2 * CHUNK;
}

struct console_watch watch_console(const struct console *console) {
    struct console_watch watch = {.terminal = terminal_of(console)};
    const struct output *output = &console->program.outputs[0];

    if (console->in_used < CONSOLE_IN)
        watch.tty_events |= POLLIN;
    if (console->out_used > 0)
        watch.tty_events |= POLLOUT;
    watch.tty = watch_line(&console->line, &watch.tty_events);
    if (has_output_room(console))
        watch.terminal_events |= POLLIN;
    if (console->in_used > 0 || console->ending)
        watch.terminal_events |= POLLOUT;
    /* poll always reports a hang-up: once that is known, only data are waited for */
    if (output->hung_up && !(watch.terminal_events & POLLIN))
        watch.terminal = -1;
    return watch;
}

static void lose_line(struct console *console) {
    close_line(&console->line);
    console->out_used = 0;
    hang_up_console(console);
}

static void put_notice(struct console *console, uint8_t kind, uint32_t number) {
    if (CONSOLE_OUT - console->out_used >= TELNET_NOTICE) /* else nobody has read for long: it is lost with the rest */
        console->out_used += write_notice(console->out + console->out_used, kind, number);
}

static void take_byte(struct console *console, uint8_t byte) {
    struct telnet_word word = {0};

    switch (take_telnet(&console->telnet, byte, &word)) {
    case TELNET_NOTHING:
        break;
    case TELNET_BYTE:
        console->in[console->in_used++] = byte;
        console->ending = false;
        console->wanted = true;
        break;
    case TELNET_END:
        console->ending = console->wanted || console->program.used;
        break;
    case TELNET_SIZE:
        console->record.rows = word.rows;
        console->record.columns = word.columns;
        resize_program(&console->program, word.rows, word.columns);
        break;
    case TELNET_HELLO:
        put_notice(console, SANDBOX_HELLO, word.number);
        console->wanted = true;
        break;
    }
}

/* What a host that went away had begun to say is no part of what the next one says. */
static void end_line(struct console *console) {
    if (take_line_end(&console->line))
        lose_line(console);
    else
        console->telnet = (struct telnet){0};
}

static void read_line(struct console *console) {
    uint8_t chunk[CONSOLE_IN];
    ssize_t got = read(console->line.fd, chunk, CONSOLE_IN - console->in_used);

    for (ssize_t i = 0; i < got; i++)
        take_byte(console, chunk[i]);
    if (got == 0 || (got < 0 && !is_temporary(errno)))
        end_line(console);
}

void tty_event(struct console *console, short events) {
    if (console->line.away)
        hear_arrivals(&console->line);
    else if (events & POLLIN)
        read_line(console);
    else if (events & (POLLHUP | POLLERR | POLLNVAL))
        end_line(console);
}

void terminal_event(struct console *console, short events) {
    if (events & (POLLHUP | POLLERR))
        console->program.outputs[0].hung_up = true;
    if (has_output_room(console) && (events & (POLLIN | POLLHUP | POLLERR))) {
        uint8_t chunk[CHUNK];
        struct output *output = &console->program.outputs[0];
        uint64_t size = output->rest < CHUNK ? output->rest : CHUNK;
        ssize_t got = read(output->fd, chunk, (size_t)size);
        if (got > 0) {
            console->out_used += escape_telnet(console->out + console->out_used, chunk, (size_t)got);
            output->rest -= output->rest == UINT64_MAX ? 0 : (uint64_t)got;
        } else if (got == 0 || !is_temporary(errno)) { /* a terminal that nobody has open answers EIO */
            refuse_output(&console->program, PROC_STDOUT);
        }
    }
}

static void start(struct console *console, const struct payload *payload) {
    console->wanted = false;
    if (!start_program(&console->program, console->serial, &console->record, payload))
        console->program.report_ended = true; /* failure says why */
}

/* What could not be started is told in words, and as a shell tells it: by a status. */
static void tell_failure(struct console *console) {
    const struct report *failure = &console->program.failure;
    bool missing = failure->stage == STAGE_EXEC && (failure->error == ENOENT || failure->error == ENOTDIR);
    uint8_t text[REPORT_TEXT + 32];
    int length = snprintf((char *)text, sizeof(text), "sandbox: %s\r\n", failure->text);

    if (length > 0 && has_output_room(console))
        console->out_used += escape_telnet(console->out + console->out_used, text, strlen((char *)text));
    put_notice(console, SANDBOX_EXIT, missing ? STATUS_NOT_FOUND : STATUS_NOT_EXECUTED);
    forget_program(&console->program);
}

/* What was typed for one that has ended is not meant for the next. */
static void forget_input(struct console *console) {
    console->in_used = 0;
    console->ending = false;
    console->wanted = false;
    console->last = 0;
    forget_received(&console->line);
}

static void take_start(struct console *console) {
    struct program *program = &console->program;

    if (program->started || !program->report_ended)
        return;
    if (program->failure.stage != STAGE_NONE) {
        forget_input(console);
        tell_failure(console);
        return;
    }
    program->started = true;
    resize_program(program, console->record.rows, console->record.columns);
    trace("console %u: program started", console->serial);
}

static void type(struct console *console) {
    struct input *input = &console->program.input;

    if (input->fd < 0) {
        console->in_used = 0;
        return;
    }
    ssize_t written = write(input->fd, console->in, console->in_used);
    if (written > 0) {
        console->last = console->in[written - 1];
        console->in_used -= (size_t)written;
        memmove(console->in, console->in + written, console->in_used);
    } else if (written < 0 && !is_temporary(errno)) {
        close_input(input);
    }
}

/*
 * The end-of-file character ends a line that has begun, and the input only at the start of a line. Also where lines are
 * the program's to edit: shells take it for the end as well.
 */
static void type_end(struct console *console) {
    struct termios settings;
    int fd = console->program.input.fd;

    console->ending = false;
    if (fd < 0 || tcgetattr(fd, &settings) < 0)
        return;
    cc_t end[2] = {settings.c_cc[VEOF], settings.c_cc[VEOF]};
    bool begun = settings.c_lflag & ICANON && console->last != 0 && console->last != '\n' && console->last != '\r';
    if (write(fd, end, begun ? 2 : 1) >= 0)
        return;
    if (is_temporary(errno))
        console->ending = true; /* there is no room: poll tells when */
    else
        close_input(&console->program.input); /* nobody reads there any more */
}

static bool is_over(const struct console *console) {
    const struct output *output = &console->program.outputs[0];
    return console->program.reaped && (output->fd < 0 || output->rest == 0 || is_silent(output->fd));
}

static void tell_end(struct console *console) {
    trace("console %u: program ended, status 0x%x", console->serial, (unsigned)console->program.wait_status);
    forget_input(console);
    put_notice(console, SANDBOX_EXIT, (uint32_t)console->program.wait_status);
    forget_program(&console->program);
}

static void flush_line(struct console *console) {
    int fd = console->line.fd;
    ssize_t written = fd < 0 || console->out_used == 0 ? 0 : write(fd, console->out, console->out_used);

    if (written > 0) {
        console->out_used -= (size_t)written;
        memmove(console->out, console->out + written, console->out_used);
    } else if (written < 0 && !is_temporary(errno)) {
        lose_line(console);
    }
}

void serve_console(struct console *console, const struct payload *payload) {
    if (console->hung_up || payload->state != PAYLOAD_READY) {
        console->wanted = false;
        if (!console->program.used)
            console->in_used = 0;
    }
    if (console->line.away && console->in_used == 0)
        read_line(console); /* what was left unread when the host went away, for lack of room */
    if (console->wanted && !console->program.used)
        start(console, payload);
    if (console->program.used)
        take_start(console);
    if (console->program.used && console->program.started) {
        if (console->in_used > 0)
            type(console);
        if (console->ending && console->in_used == 0)
            type_end(console);
        if (is_over(console) && has_output_room(console))
            tell_end(console);
    }
    flush_line(console);
}

void hang_up_console(struct console *console) {
    struct program *program = &console->program;

    if (console->hung_up)
        return;
    console->hung_up = true;
    console->in_used = 0;
    if (!program->used)
        return;
    if (program->started) {
        refuse_output(program, PROC_STDOUT);
        return;
    }
    /* it may not have its terminal yet: a launcher that cannot report gives up, and what became a program is killed */
    if (*program->pid > 1)
        kill(*program->pid, SIGKILL);
    forget_program(program);
}
