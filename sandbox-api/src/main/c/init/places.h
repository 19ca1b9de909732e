/*
 * Placeholders that a host makes, for a virtual machine: its supervisor cannot make them before the host's directories
 * are mounted, and cannot remove them when the machine is killed. This process does, whichever way its starter ends.
 */
#ifndef SANDBOX_PLACES_H
#define SANDBOX_PLACES_H

/*
 * Makes the placeholders that the words name, tells so by an empty line (or tells what failed), and removes them at the
 * end of its input. The words are uid and gid of their owner, then for each the kind (d or f), the directory that it is
 * below and its path there. Gives the exit status.
 */
int hold_places(int count, char **words);

#endif
