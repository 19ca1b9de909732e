#include "supervisor.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "farewell.h"
#include "machine.h"
#include "network.h"
#include "session.h"
#include "stream.h"
#include "trace.h"

enum {
    CHILDREN_LARGEST = PROGRAMS_LARGEST + CONSOLES_LARGEST,
    FDS_LARGEST = 4 + DHCP_LARGEST + 4 * PROGRAMS_LARGEST + 3 * CONSOLES_LARGEST,
};

/* What a descriptor in the poll set is; program and number tell which, where there are several. */
enum source {
    SOURCE_CHANNEL,
    SOURCE_SIGNALS,
    SOURCE_NETWORK,
    SOURCE_PAYLOAD,
    SOURCE_TIMER,
    SOURCE_REPORT,
    SOURCE_INPUT,
    SOURCE_OUTPUT,
    SOURCE_CONSOLE_REPORT,
    SOURCE_TTY,
    SOURCE_TERMINAL
};

struct watched {
    enum source source;
    int program; /* or console */
    int number;
};

struct supervisor {
    int signals;
    bool told_to_end;
    int count;
    struct pollfd fds[FDS_LARGEST];
    struct watched watched[FDS_LARGEST];
    bool readable[PROGRAMS_LARGEST][2];
};

/* Both are too large for the stack; there is one of each. */
static struct session session;
static struct supervisor supervisor;

static void watch(int fd, short events, enum source source, int program, int number) {
    if (fd < 0)
        return;
    supervisor.fds[supervisor.count] = (struct pollfd){.fd = fd, .events = events};
    supervisor.watched[supervisor.count++] = (struct watched){source, program, number};
}

static void watch_output(const struct program *program, int index, int number, bool room) {
    const struct output *output = &program->outputs[number];
    bool wanted = program->started && program->attached && output->credit > 0 && room;

    /* poll always reports a hang-up: once that is known, only data are waited for */
    if (wanted || (program->started && program->attached && !output->hung_up))
        watch(output->fd, wanted ? POLLIN : 0, SOURCE_OUTPUT, index, number);
}

static void watch_program(const struct program *program, int index, bool room) {
    watch(program->report, POLLIN, SOURCE_REPORT, index, 0);
    if (program->started)
        watch(program->input.fd, program->input.used > 0 ? POLLOUT : 0, SOURCE_INPUT, index, 0);
    watch_output(program, index, 0, room);
    watch_output(program, index, 1, room);
}

static void watch_console_of(const struct console *console, int index) {
    struct console_watch wanted = watch_console(console);

    watch(console->program.report, POLLIN, SOURCE_CONSOLE_REPORT, index, 0);
    watch(wanted.tty, wanted.tty_events, SOURCE_TTY, index, 0);
    watch(wanted.terminal, wanted.terminal_events, SOURCE_TERMINAL, index, 0);
}

/* Only what can be acted on is in the set, so that nothing wakes the loop in vain. */
static void build_poll_set(void) {
    struct channel *channel = &session.channel;
    size_t wanted = 1;
    bool room = reserve_data(channel, &wanted) != NULL;
    bool reading = !session.closing && !is_preparing(&session) && has_reply_room(channel);

    supervisor.count = 0;
    watch(channel->fd, (short)((reading ? POLLIN : 0) | (has_output(channel) ? POLLOUT : 0)), SOURCE_CHANNEL, 0, 0);
    watch(supervisor.signals, POLLIN, SOURCE_SIGNALS, 0, 0);
    for (int i = 0; i < session.network.count && !session.closing; i++)
        watch(session.network.reports[i], POLLIN, SOURCE_NETWORK, 0, i);
    watch(session.payload.report, POLLIN, SOURCE_PAYLOAD, 0, 0);
    watch(session.payload.timer, POLLIN, SOURCE_TIMER, 0, 0);
    for (int i = 0; i < PROGRAMS_LARGEST; i++) {
        if (session.programs[i].used)
            watch_program(&session.programs[i], i, room);
    }
    for (int i = 0; i < CONSOLES_LARGEST; i++) {
        if (session.consoles[i].used)
            watch_console_of(&session.consoles[i], i);
    }
}

static struct program *program_at(int index) {
    return index < PROGRAMS_LARGEST ? &session.programs[index] : &session.consoles[index - PROGRAMS_LARGEST].program;
}

/* Without its first program a sandbox is about to end: an idle shell is not to hold that up. */
static void first_reaped(int status) {
    trace("program 0: ended, status 0x%x", (unsigned)status);
    for (int i = 0; i < CONSOLES_LARGEST; i++) {
        if (session.consoles[i].used)
            hang_up_console(&session.consoles[i]);
    }
}

static void child_reaped(pid_t pid, int status, const struct rusage *usage) {
    child_ended(&session.payload, pid);
    for (int i = 0; i < CHILDREN_LARGEST; i++) {
        struct program *program = program_at(i);
        if (program->used && !program->reaped && *program->pid == pid) {
            program_ended(program, status, usage, out_of_memory(&session.payload));
            if (i < PROGRAMS_LARGEST && program->serial == 0)
                first_reaped(status);
            return;
        }
    }
}

/* Launchers, and strangers that somebody else put into the sandbox, are reaped here too: statuses go by process id. */
static void reap(void) {
    struct rusage usage;
    int status;
    pid_t pid;

    while ((pid = wait4(-1, &status, WNOHANG, &usage)) > 0)
        child_reaped(pid, status, &usage);
}

static void take_signals(void) {
    struct signalfd_siginfo info;

    while (read(supervisor.signals, &info, sizeof(info)) == (ssize_t)sizeof(info)) {
        if (info.ssi_signo != SIGCHLD)
            supervisor.told_to_end = true;
    }
    reap();
}

static void take_output_event(struct program *program, const struct watched *watched, short events) {
    struct output *output = &program->outputs[watched->number];

    if (events & (POLLHUP | POLLERR))
        output->hung_up = true;
    supervisor.readable[watched->program][watched->number] = true;
}

/* What came before it in the same turn may have closed what this is about. */
static void take_console_event(struct console *console, enum source source, short events) {
    if (source == SOURCE_CONSOLE_REPORT && console->program.report >= 0)
        hear_program(&console->program);
    if (source == SOURCE_TTY && console->line.fd >= 0)
        tty_event(console, events);
    if (source == SOURCE_TERMINAL && console->program.used && console->program.outputs[0].fd >= 0)
        terminal_event(console, events);
}

/* False: the connection has ended. */
static bool take_event(const struct watched *watched, short events) {
    struct program *program = &session.programs[watched->program];

    switch (watched->source) {
    case SOURCE_CHANNEL:
        if (events & POLLIN)
            return fill_channel(&session.channel) == 0;
        return !(events & (POLLHUP | POLLERR | POLLNVAL));
    case SOURCE_SIGNALS:
        take_signals();
        break;
    case SOURCE_NETWORK:
        if (!session.closing)
            network_reported(&session, watched->number);
        break;
    case SOURCE_PAYLOAD:
        payload_reported(&session);
        break;
    case SOURCE_TIMER:
        kill_payload(&session.payload);
        break;
    case SOURCE_REPORT:
        hear_program(program);
        break;
    case SOURCE_INPUT:
        if (events & POLLERR)
            refuse_input(&program->input);
        break;
    case SOURCE_OUTPUT:
        take_output_event(program, watched, events);
        break;
    case SOURCE_CONSOLE_REPORT:
    case SOURCE_TTY:
    case SOURCE_TERMINAL:
        take_console_event(&session.consoles[watched->program], watched->source, events);
        break;
    }
    return true;
}

/* False: the connection has ended. */
static bool wait_for_events(void) {
    build_poll_set();
    memset(supervisor.readable, 0, sizeof(supervisor.readable));
    if (poll(supervisor.fds, (nfds_t)supervisor.count, has_frame(&session) ? 0 : -1) < 0)
        return errno == EINTR;
    for (int i = 0; i < supervisor.count; i++) {
        if (supervisor.fds[i].revents && !take_event(&supervisor.watched[i], supervisor.fds[i].revents))
            return false;
    }
    return true;
}

/* Program 0 ends the payload when all of it has been told; one that was never executed does not. */
static void first_forgotten(bool started) {
    session.first_started = started;
    session.first_ended = started;
    if (started)
        terminate_payload(&session.payload);
}

static void serve_program(int index) {
    struct program *program = &session.programs[index];
    bool first = program->serial == 0;

    bool started = program->started;
    tell_host(program, &session.channel);
    if (program->used) /* else it is forgotten, and that it had been started is known from before */
        started = program->started;
    if (program->used && started) {
        move_input(program);
        for (int number = 0; number < 2; number++) {
            const struct output *output = &program->outputs[number];
            if (supervisor.readable[index][number] || output->hung_up || output->rest != UINT64_MAX)
                move_output(program, &session.channel, number);
        }
        tell_host(program, &session.channel);
    }
    if (!program->used && first)
        first_forgotten(started);
}

static void serve_programs(void) {
    bool left = false;

    for (int i = 0; i < PROGRAMS_LARGEST; i++) {
        if (session.programs[i].used)
            serve_program(i);
        left |= session.programs[i].used && !session.programs[i].reaped;
    }
    for (int i = 0; i < CONSOLES_LARGEST; i++) {
        struct console *console = &session.consoles[i];
        if (console->used)
            serve_console(console, &session.payload);
        left |= console->used && console->program.used && !console->program.reaped;
    }
    end_when_empty(&session.payload, left);
}

static int begin_session(const char *carrier) {
    sigset_t handled;
    pid_t *pids = mmap(NULL, CHILDREN_LARGEST * sizeof(pid_t), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    if (pids == MAP_FAILED)
        return -1;
    for (int i = 0; i < CHILDREN_LARGEST; i++)
        program_at(i)->pid = &pids[i];
    init_payload(&session.payload);
    sigemptyset(&handled);
    sigaddset(&handled, SIGCHLD);
    sigaddset(&handled, SIGTERM);
    sigaddset(&handled, SIGINT);
    supervisor.signals = signalfd(-1, &handled, SFD_CLOEXEC | SFD_NONBLOCK);
    if (supervisor.signals < 0)
        return -1;
    while (session.number == 0) {
        if (getrandom(&session.number, sizeof(session.number), 0) != (ssize_t)sizeof(session.number))
            return -1;
    }
    return open_channel(&session.channel, carrier);
}

/*
 * Ends what is left. The payload's first process is not gone before all others of its namespace have been reaped, the
 * programs by this one: only then has nobody the placeholders before their eyes any more, and nobody writes to the file
 * systems of a machine.
 */
static void end_payload(void) {
    kill_payload(&session.payload);
    if (session.placeholders.count == 0 && !is_machine())
        return;
    while (session.payload.reaper > 0) {
        pid_t pid = waitpid(-1, NULL, 0);
        if (pid > 0)
            child_ended(&session.payload, pid);
        else if (errno != EINTR)
            break;
    }
    remove_placeholders(&session.placeholders);
    leave_mounts(&session.payload);
}

static void tell_failure(const char *carrier) {
    if (errno == EPROTONOSUPPORT)
        fprintf(stderr, "sandbox-init: the carrier '%s' is not served; give unix:/PATH or tty:/PATH\n", carrier);
    else
        fprintf(stderr, "sandbox-init: cannot connect to '%s': %s\n", carrier, strerror(errno));
}

int supervise(const char *carrier) {
    if (begin_session(carrier) < 0) {
        tell_failure(carrier);
        return 1;
    }
    send_hello(&session);
    /* the first write waits: until a host is at a port's other end, poll would tell of its absence without pause */
    bool connected = flush_channel(&session.channel) == 0 && stop_waiting(&session.channel) == 0;
    /* while the host answers: where a processor is emulated, the kernel's way there is long the first time */
    raise_loopback(&session.loopback);
    while (connected && !session.shut_down && !supervisor.told_to_end &&
           !(session.closing && !has_output(&session.channel))) {
        connected = wait_for_events();
        hear_host(&session);
        serve_programs();
        connected = flush_channel(&session.channel) == 0 && connected;
    }
    trace("ending");
    if (supervisor.told_to_end && connected && has_reply_room(&session.channel)) {
        send_frame(&session.channel, PROC_SHUTDOWN, 0, NULL, 0);
        connected = flush_channel(&session.channel) == 0;
    }
    end_payload();
    if (connected && session.closing && session.channel.is_tty)
        await_farewell(&session, supervisor.signals);
    return session.closing ? 1 : 0;
}
