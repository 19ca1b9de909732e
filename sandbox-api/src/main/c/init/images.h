/* What is in a disk. */
#ifndef SANDBOX_IMAGES_H
#define SANDBOX_IMAGES_H

/* The kernel's name of the file system in a block device; NULL with errno, EMEDIUMTYPE where none is known. */
const char *find_type(const char *device);

#endif
