/* What the supervisor says on its own console of how far it has come, where it is asked to. */
#ifndef SANDBOX_TRACE_H
#define SANDBOX_TRACE_H

/* From now on. */
void begin_trace(void);

/* One line, without its end. Never waits: a line that nobody reads is lost. */
void trace(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
