/* SPDX-License-Identifier: MIT */
/* Starting device processes. */
#ifndef HOST_SPAWN_H
#define HOST_SPAWN_H

#include <sys/types.h>

/*
 * Starts @program (an absolute path) with one optional argument. It inherits the standard
 * descriptors and @fds as 3, 4, ...; nothing else. Its pid, or negative errno after a report.
 */
pid_t spawn_device(const char *program, const char *arg, const int *fds, unsigned count);

#endif
