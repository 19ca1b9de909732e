/*
 * How a process on its way to become a program, or the reaper, tells the supervisor how far it came: messages on a
 * socket that exec closes. The end of that socket without a failure means that it got there.
 */
#ifndef SANDBOX_REPORT_H
#define SANDBOX_REPORT_H

#include <stdint.h>
#include <sys/types.h>

enum { REPORT_FILES = 2, REPORT_TEXT = 512 };

struct report {
    uint32_t stage; /* STAGE_NONE: no failure */
    int32_t error;
    pid_t pid; /* of the one who reports, as it sees itself; 0: it does not say */
    char text[REPORT_TEXT];
    int files[REPORT_FILES]; /* sent along; -1 where none */
};

/* Makes a pair: what the supervisor keeps in ends[0], the reporter's in ends[1]. Returns -1 with errno. */
int open_report(int ends[2]);

/* In the reporter: all further reports of this process go there. */
void report_to(int fd);

/* They end the process if they cannot be sent: nobody is left to hear of it. */
void report_pid(pid_t pid);
void report_files(const int *files, int count);

/* At most REPORT_TEXT - 1 bytes of it. */
void report_text(const char *text);

/* Sends a failure with errno's number, the text and the text of errno, and ends the process. */
_Noreturn void report_failure(uint32_t stage, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* In the supervisor: 1 for a message, 0 for the end, -1 for none yet. */
int receive_report(int fd, struct report *report);

#endif
