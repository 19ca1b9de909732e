#include "launcher.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

static char terminal[PATH_SIZE];
static struct termios attributes;

static int digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool parse_hex(const char *hex, unsigned char *bytes, size_t size)
{
    if (strlen(hex) != 2 * size)
        return false;
    for (size_t i = 0; i < size; i++) {
        int high = digit(hex[2 * i]);
        int low = digit(hex[2 * i + 1]);
        if (high < 0 || low < 0)
            return false;
        bytes[i] = (unsigned char)(high << 4 | low);
    }
    return true;
}

void terminal_command(char *line)
{
    if (strcmp(line, "terminal") == 0) {
        terminal[0] = '\0';
        return;
    }
    char *hex = strrchr(line, ' ');
    if (strncmp(line, "terminal /", 10) != 0 || hex <= line + 9)
        return;
    *hex++ = '\0';
    struct termios told;
    /* glibc's and musl's struct termios are alike on Linux; the size tells where they were not */
    if (parse_hex(hex, (unsigned char *)&told, sizeof told) &&
        format_path(terminal, sizeof terminal, "%s", line + 9))
        attributes = told;
}

void terminal_restore(void)
{
    if (terminal[0] == '\0')
        return;
    /* O_NOCTTY: this process leads a session and would make the terminal its own */
    int fd = open(terminal, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0 || !isatty(fd) || tcsetattr(fd, TCSANOW, &attributes) != 0)
        perror("sandbox-libvirtd: cannot restore the terminal");
    if (fd >= 0)
        close(fd);
    terminal[0] = '\0';
}
