#include "launcher.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static char problem[1024] = "unknown";

bool problem_set(const char *format, ...)
{
    int error = errno;
    va_list arguments;

    va_start(arguments, format);
    int length = vsnprintf(problem, sizeof problem, format, arguments);
    va_end(arguments);
    if (error != 0 && length >= 0 && (size_t)length < sizeof problem)
        snprintf(problem + length, sizeof problem - (size_t)length, ": %s", strerror(error));
    return false;
}

const char *problem_text(void)
{
    return problem;
}

bool format_path(char *buffer, size_t size, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    int length = vsnprintf(buffer, size, format, arguments);
    va_end(arguments);
    if (length >= 0 && (size_t)length < size)
        return true;
    errno = ENAMETOOLONG;
    return problem_set("path %.60s...", buffer);
}
