/*
 * PID 1 of a machine that does nothing but what docs/boot.md says of modules: loads those of the group "base" and of
 * the groups that its second argument names, tells each on the console, lists the file systems, and ends the machine.
 */
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include "load.h"

static void show_file_systems(void)
{
    if (mkdir("/proc", 0555) != 0 || mount("proc", "/proc", "proc", 0, NULL) != 0) {
        fail("/proc");
    }
    FILE *systems = fopen("/proc/filesystems", "re");
    if (systems == NULL) {
        fail("/proc/filesystems");
    }
    char line[LONGEST_LINE];
    while (fgets(line, sizeof line, systems) != NULL) {
        printf("file system: %s", strchr(line, '\t') + 1);
    }
    fclose(systems);
}

int main(int argc, char **argv)
{
    load_all(argc > 2 ? argv[2] : "");
    show_file_systems();
    printf("done\n");
    end_machine();
}
