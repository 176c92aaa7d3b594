/* SPDX-License-Identifier: MIT */
/*
 * What a running system has in the file system: a directory of its own with a lock, which the
 * kernel process holds, and sockets. Whoever finds the lock free removes the directory: the IRQ
 * emulator when its kernel process is gone, and the next command that looks.
 */
#ifndef DEVICES_INSTANCE_FILES_H
#define DEVICES_INSTANCE_FILES_H

#include <stdbool.h>

#define INSTANCE_LOCK "lock"
#define INSTANCE_CONTROL "control.sock"
#define INSTANCE_GDB "gdb.sock"

/* The lock of directory @dir, opened with more open() @flags. Descriptor or negative errno. */
int instance_files_open(const char *dir, int flags);

/* 1: it is ours now; 0: somebody holds it; negative errno: it has gone meanwhile. */
int instance_files_lock(const char *dir, int fd);

/* Who holds the lock removes the directory, and the one above when it is empty. */
void instance_files_remove(const char *dir);

/* Removes @dir if nobody holds its lock. true: somebody does. */
bool instance_files_clean(const char *dir);

#endif
