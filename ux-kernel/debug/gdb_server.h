/* SPDX-License-Identifier: MIT */
/* Where debuggers come in. */
#ifndef DEBUG_GDB_SERVER_H
#define DEBUG_GDB_SERVER_H

#include <stdbool.h>

/*
 * Listens in the instance's directory and, if @where is not NULL, there: a TCP port of this host,
 * "unix:PATH" or "stdio", which is the pair of descriptors @stdio. Then the first program, which
 * may be the root task (@root), waits for a debugger before it begins. 0 or negative errno after a
 * report.
 */
int gdb_init(const char *where, const int stdio[2], bool root);
void gdb_exit(void);

void gdb_serve(void);

#endif
