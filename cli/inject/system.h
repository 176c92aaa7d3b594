/* SPDX-License-Identifier: MIT */
/* The system of a campaign: its command line, understood by the subcommand it names. */
#ifndef INJECT_SYSTEM_H
#define INJECT_SYSTEM_H

#include "run.h"

/*
 * In a child process: lets the subcommand find out what the campaign's system is made of and calls
 * @f with it. Returns @f's result, or the exit status of the subcommand that refused.
 */
int system_describe(const struct campaign *c, int (*f)(const struct kernel_config *system));

/* The same in the calling process, once in its life. */
int system_become(const struct campaign *c, int (*f)(const struct kernel_config *system));

/* One ordinary command line that runs the system with the fault @p; heap, NULL: out of memory. */
char *system_replay(const struct campaign *c, const struct run_limits *limits,
		    const struct fault_plan *p);

#endif
