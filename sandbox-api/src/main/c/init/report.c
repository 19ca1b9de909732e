#include "report.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "unlisted.h"

static int report_fd = -1;

struct message {
    uint32_t stage;
    int32_t error;
    pid_t pid;
    char text[REPORT_TEXT];
};

union file_room {
    struct cmsghdr align;
    char bytes[CMSG_SPACE(sizeof(int) * REPORT_FILES)];
};

int open_report(int ends[2]) {
    return open_unlisted_pair(ends);
}

void report_to(int fd) {
    report_fd = fd;
}

static ssize_t send_files(struct message *message, const int *files, int count) {
    struct iovec part = {message, sizeof(*message)};
    union file_room room = {.bytes = {0}};
    struct msghdr header = {.msg_iov = &part,
                            .msg_iovlen = 1,
                            .msg_control = room.bytes,
                            .msg_controllen = CMSG_SPACE(sizeof(int) * (size_t)count)};

    struct cmsghdr *control = CMSG_FIRSTHDR(&header);
    control->cmsg_level = SOL_SOCKET;
    control->cmsg_type = SCM_RIGHTS;
    control->cmsg_len = CMSG_LEN(sizeof(int) * (size_t)count);
    memcpy(CMSG_DATA(control), files, sizeof(int) * (size_t)count);
    return sendmsg(report_fd, &header, MSG_NOSIGNAL);
}

/*
 * By write, which no config can refuse: a program's own filter may refuse the calls of sockets, and is there before the
 * program is. That of a reader who is gone can end this process, which is to end then.
 */
static void send_message(const struct message *message) {
    if (write(report_fd, message, sizeof(*message)) < 0)
        _exit(1);
}

void report_pid(pid_t pid) {
    struct message message = {.pid = pid};
    send_message(&message);
}

void report_files(const int *files, int count) {
    struct message message = {0};
    if (send_files(&message, files, count) < 0)
        _exit(1);
}

void report_text(const char *text) {
    struct message message = {0};
    snprintf(message.text, sizeof(message.text), "%s", text);
    send_message(&message);
}

_Noreturn void report_failure(uint32_t stage, const char *format, ...) {
    struct message message = {.stage = stage, .error = errno};
    va_list arguments;

    va_start(arguments, format);
    int length = vsnprintf(message.text, sizeof(message.text), format, arguments);
    va_end(arguments);
    if (length >= 0 && (size_t)length < sizeof(message.text))
        snprintf(message.text + length, sizeof(message.text) - (size_t)length, ": %s", strerror(message.error));
    send_message(&message);
    _exit(1);
}

static void take_files(struct msghdr *header, struct report *report) {
    struct cmsghdr *control = CMSG_FIRSTHDR(header);

    if (!control || control->cmsg_level != SOL_SOCKET || control->cmsg_type != SCM_RIGHTS)
        return;
    size_t size = control->cmsg_len - CMSG_LEN(0);
    memcpy(report->files, CMSG_DATA(control), size < sizeof(report->files) ? size : sizeof(report->files));
}

int receive_report(int fd, struct report *report) {
    struct message message = {0};
    struct iovec part = {&message, sizeof(message)};
    union file_room room;
    struct msghdr header = {
        .msg_iov = &part, .msg_iovlen = 1, .msg_control = room.bytes, .msg_controllen = sizeof(room.bytes)};
    ssize_t got;

    do
        got = recvmsg(fd, &header, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
    while (got < 0 && errno == EINTR);
    if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
        return -1;
    if (got != (ssize_t)sizeof(message))
        return 0;
    report->stage = message.stage;
    report->error = message.error;
    report->pid = message.pid;
    memcpy(report->text, message.text, sizeof(report->text));
    report->text[sizeof(report->text) - 1] = 0;
    for (int i = 0; i < REPORT_FILES; i++)
        report->files[i] = -1;
    take_files(&header, report);
    return 1;
}
