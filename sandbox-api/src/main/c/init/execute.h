/* From a name to a running image. */
#ifndef SANDBOX_EXECUTE_H
#define SANDBOX_EXECUTE_H

/*
 * Executes arguments[0], looked up as execvpe does on the PATH of that environment. Comes back on failure only, with
 * errno.
 */
void execute(char **arguments, char **environment);

#endif
