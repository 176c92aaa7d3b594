/* SPDX-License-Identifier: MIT */
/* Starting device processes. */
#ifndef HOST_SPAWN_H
#define HOST_SPAWN_H

#include <sys/types.h>

/* A program that may not have begun yet. */
struct spawn {
	const char *program;
	pid_t pid;
	int report; /* -1: that is known */
};

/*
 * A device dies with the kernel process, the IRQ emulator outlives it a little. All stay on the
 * kernel's CPU: the guest waits for what they do more often than it runs meanwhile. Apart: they
 * stay off it.
 */
enum spawn_kind { SPAWN_EMULATOR, SPAWN_DEVICE, SPAWN_APART };

/*
 * Starts @program (an absolute path) with one optional argument. It inherits the standard
 * descriptors and @fds as 3, 4, ...; nothing else. Its pid, or negative errno after a report.
 */
pid_t spawn_process(const char *program, const char *arg, const int *fds, unsigned count,
		    enum spawn_kind kind);

/*
 * The same in two steps, for who has something to do meanwhile: a host that is busy takes its time
 * with a new process. begin: 0 or negative errno after a report. end: as spawn_process().
 */
int spawn_begin(struct spawn *s, const char *program, const char *arg, const int *fds,
		unsigned count, enum spawn_kind kind);
pid_t spawn_end(struct spawn *s);

#endif
