/* Adds its second argument to the file that its first names, as a line, and shows the whole file. */
#include <stdio.h>

int main(int argc, char **argv)
{
    FILE *file = argc == 3 ? fopen(argv[1], "a+") : NULL;
    if (file == NULL || fprintf(file, "%s\n", argv[2]) < 0 || fseek(file, 0, SEEK_SET) != 0) {
        perror("note");
        return 1;
    }
    for (int byte = fgetc(file); byte != EOF; byte = fgetc(file)) {
        putchar(byte);
    }
    return fclose(file) == 0 ? 0 : 1;
}
