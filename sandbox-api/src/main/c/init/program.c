#include "program.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "launch.h"
#include "stream.h"
#include "wire.h"

enum { ATTACH_ENDED = 1, ATTACH_TERMINAL = 1, EXIT_OUT_OF_MEMORY = 1 };

static void close_fd(int *fd) {
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

static void close_pair(int pair[2]) {
    close_fd(&pair[0]);
    close_fd(&pair[1]);
}

static bool open_wires(bool terminal, int input[2], int output[2], int error[2], int report[2]) {
    if (open_report(report) < 0)
        return false;
    if (terminal)
        return true;
    return pipe2(input, O_CLOEXEC) == 0 && pipe2(output, O_CLOEXEC) == 0 && pipe2(error, O_CLOEXEC) == 0 &&
           widen_pipe(input[1]) == 0 && widen_pipe(output[0]) == 0 && widen_pipe(error[0]) == 0;
}

static void reset(struct program *program, uint32_t serial, bool terminal) {
    pid_t *pid = program->pid;

    *program = (struct program){.used = true,
                                .terminal = terminal,
                                .attached = true,
                                .serial = serial,
                                .pid = pid,
                                .report = -1,
                                .input = {.fd = -1},
                                .outputs = {{.fd = -1, .rest = UINT64_MAX}, {.fd = -1, .rest = UINT64_MAX}}};
    *pid = 0;
}

bool start_program(struct program *program, uint32_t serial, const struct record *record,
                   const struct payload *payload) {
    int input[2] = {-1, -1}, output[2] = {-1, -1}, error[2] = {-1, -1}, report[2] = {-1, -1};

    reset(program, serial, record->terminal);
    bool open = open_wires(record->terminal, input, output, error, report);
    struct wires wires = {input[0], output[1], error[1], report[1]};
    if (!open ||
        launch(record, payload->pid_namespace, payload->mount_namespace, &wires, program->pid) < 0) {
        program->failure = (struct report){.stage = STAGE_EXEC, .error = errno, .text = "cannot start a process"};
        close_pair(input);
        close_pair(output);
        close_pair(error);
        close_pair(report);
        return false;
    }
    close_fd(&input[0]);
    close_fd(&output[1]);
    close_fd(&error[1]);
    close_fd(&report[1]);
    program->report = report[0];
    program->input.fd = input[1];
    program->outputs[0].fd = output[0];
    program->outputs[1].fd = error[0];
    return true;
}

void forget_program(struct program *program) {
    pid_t *pid = program->pid;

    close_fd(&program->report);
    close_input(&program->input);
    close_fd(&program->outputs[0].fd);
    close_fd(&program->outputs[1].fd);
    *program = (struct program){.pid = pid, .report = -1, .input = {.fd = -1}, .outputs = {{.fd = -1}, {.fd = -1}}};
}

static void take_terminal(struct program *program, int master) {
    int writer = fcntl(master, F_DUPFD_CLOEXEC, 3);

    if (writer < 0 || fcntl(master, F_SETFL, O_RDWR | O_NONBLOCK) < 0) {
        program->failure =
            (struct report){.stage = STAGE_TERMINAL, .error = errno, .text = "cannot keep the terminal"};
        close_fd(&writer);
        close(master);
        return;
    }
    program->outputs[0].fd = master;
    program->outputs[1].ended = true;
    program->input.fd = writer;
}

void hear_program(struct program *program) {
    struct report report;

    for (;;) {
        int heard = receive_report(program->report, &report);
        if (heard < 0)
            return;
        if (heard == 0)
            break;
        if (report.stage != STAGE_NONE && program->failure.stage == STAGE_NONE)
            program->failure = report;
        if (report.pid > 0)
            program->inner_pid = (uint32_t)report.pid;
        if (report.files[0] >= 0)
            take_terminal(program, report.files[0]);
    }
    close_fd(&program->report);
    program->report_ended = true;
    if (program->inner_pid == 0 && program->failure.stage == STAGE_NONE)
        program->failure = (struct report){
            .stage = STAGE_EXEC, .error = ECHILD, .text = "the process ended before it became the program"};
}

void program_ended(struct program *program, int status, const struct rusage *usage, bool out_of_memory) {
    program->reaped = true;
    *program->pid = 0;
    program->wait_status = status;
    program->usage = *usage;
    program->out_of_memory = out_of_memory;
    for (int i = 0; i < 2; i++)
        bound_output(&program->outputs[i], program->terminal);
}

bool take_input(struct program *program, const uint8_t *bytes, size_t size) {
    return store_input(&program->input, bytes, size, program->started);
}

void end_input(struct program *program) {
    program->input.ending = true;
}

void refuse_output(struct program *program, uint32_t proc) {
    struct output *output = &program->outputs[proc - PROC_STDOUT];

    close_fd(&output->fd);
    output->ended = true;
    if (program->terminal && proc == PROC_STDOUT)
        close_input(&program->input); /* the terminal hangs up when its last holder is gone */
}

void resize_program(struct program *program, uint32_t rows, uint32_t columns) {
    struct winsize size = {.ws_row = (unsigned short)rows, .ws_col = (unsigned short)columns};

    if (program->terminal && program->outputs[0].fd >= 0)
        ioctl(program->outputs[0].fd, TIOCSWINSZ, &size); /* fails for a terminal that is gone: nobody looks */
}

/* The process id is the program's until it has been reaped, which only program_ended follows. */
void signal_program(struct program *program, uint32_t number) {
    if (program->inner_pid != 0 && !program->reaped && *program->pid > 1)
        kill(*program->pid, (int)number); /* fails for one that has just ended */
}

void attach_program(struct program *program, struct channel *channel, uint32_t output, uint32_t error) {
    uint8_t payload[16];

    program->attached = true;
    program->outputs[0].credit = output;
    program->outputs[1].credit = error;
    program->input.outstanding = channel->window - program->input.used;
    write_u32(payload, program->reaped ? ATTACH_ENDED : 0);
    write_u32(payload + 4, program->inner_pid);
    write_u32(payload + 8, (uint32_t)program->input.outstanding);
    write_u32(payload + 12, program->terminal ? ATTACH_TERMINAL : 0);
    send_frame(channel, PROC_ATTACH, program->serial, payload, sizeof(payload));
}

void detach_program(struct program *program, struct channel *channel) {
    program->attached = false;
    program->outputs[0].credit = 0;
    program->outputs[1].credit = 0;
    program->input.outstanding = 0;
    send_frame(channel, PROC_DETACH, program->serial, NULL, 0);
}

void move_input(struct program *program) {
    drain_input(&program->input, program->terminal);
}

bool move_output(struct program *program, struct channel *channel, int number) {
    if (!program->started || !program->attached)
        return false;
    return relay_output(&program->outputs[number], program->terminal, channel,
                        number == 0 ? PROC_STDOUT : PROC_STDERR, program->serial);
}

static void tell_started(struct program *program, struct channel *channel) {
    uint8_t payload[8];

    program->started = true;
    program->input.outstanding = channel->window;
    write_u32(payload, program->inner_pid);
    write_u32(payload + 4, (uint32_t)channel->window);
    send_frame(channel, PROC_STARTED, program->serial, payload, sizeof(payload));
}

static uint64_t microseconds(const struct timeval *time) {
    return (uint64_t)time->tv_sec * 1000000 + (uint64_t)time->tv_usec;
}

static void tell_exit(struct program *program, struct channel *channel) {
    uint8_t payload[32];

    program->exit_told = true;
    write_u32(payload, (uint32_t)program->wait_status);
    write_u32(payload + 4, program->out_of_memory ? EXIT_OUT_OF_MEMORY : 0);
    write_u64(payload + 8, microseconds(&program->usage.ru_utime));
    write_u64(payload + 16, microseconds(&program->usage.ru_stime));
    write_u64(payload + 24, (uint64_t)program->usage.ru_maxrss);
    send_frame(channel, PROC_EXIT, program->serial, payload, sizeof(payload));
}

static void tell_ends(struct program *program, struct channel *channel) {
    for (int i = 0; i < 2; i++) {
        struct output *output = &program->outputs[i];
        if (!output->ended || output->told || !has_reply_room(channel))
            continue;
        output->told = true;
        send_frame(channel, i == 0 ? PROC_STDOUT : PROC_STDERR, program->serial, NULL, 0);
    }
}

static void tell_credit(struct program *program, struct channel *channel) {
    uint8_t payload[8];
    struct input *input = &program->input;
    size_t room = channel->window - input->used - input->outstanding;

    if (input->refused && has_reply_room(channel)) {
        input->refused = false;
        send_frame(channel, PROC_STDIN, program->serial, NULL, 0);
    }
    if (input->fd < 0 || input->ending || room < channel->window / 2 || !has_reply_room(channel))
        return;
    input->outstanding += room;
    write_u32(payload, PROC_STDIN);
    write_u32(payload + 4, (uint32_t)room);
    send_frame(channel, PROC_CREDIT, program->serial, payload, sizeof(payload));
}

void tell_host(struct program *program, struct channel *channel) {
    if (!program->started) {
        if (!program->report_ended || !has_reply_room(channel))
            return;
        if (program->failure.stage != STAGE_NONE) {
            send_error(channel, program->serial, program->failure.stage, program->failure.error,
                       program->failure.text);
            forget_program(program);
            return;
        }
        tell_started(program, channel);
    }
    if (!program->attached)
        return;
    if (program->reaped && !program->exit_told && has_reply_room(channel))
        tell_exit(program, channel);
    tell_ends(program, channel);
    tell_credit(program, channel);
    if (program->exit_told && program->outputs[0].told && program->outputs[1].told)
        forget_program(program);
}
