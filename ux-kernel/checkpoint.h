/* SPDX-License-Identifier: MIT */
/*
 * A system that is started once and goes on many times: at a kernel entry of its life the kernel
 * process is forked, again and again, and each copy takes over a copy of the memory. The tasks'
 * processes are not copied: they are a cache of what the kernel knows, and fill again.
 *
 * A copy reads the same clock as the others: to a system with a timeout under way, time jumps.
 * Systems with devices cannot be forked: device processes know nothing of it.
 */
#ifndef UX_CHECKPOINT_H
#define UX_CHECKPOINT_H

#include <stdint.h>

struct kernel_config;

struct checkpoint {
	uint64_t entries; /* as fault_entries() counts them */
	/*
	 * Called when so many were made. It forks as often as it likes; each child calls
	 * checkpoint_fork() and returns. It changes @entries: to where it wants to be called again.
	 */
	void (*reached)(void *arg);
	void *arg;
};

/* Before the first fork. 0 or negative errno. And after the last, when the system goes on. */
int checkpoint_save(void);
void checkpoint_forget(void);

/* In a child: takes over. 0, or negative errno after a report: it must end. */
int checkpoint_fork(const struct kernel_config *c);

#endif
