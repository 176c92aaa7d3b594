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

/*
 * The words of one ordinary command line that runs the system with the fault @p, the program's name
 * first and NULL at the end. They last until the next call.
 */
const char *const *system_words(const struct campaign *c, const struct run_limits *limits,
				const struct fault_plan *p);

/* Such words as a shell takes them, with what the system gets as input; heap, NULL: no memory. */
char *system_text(const char *const *words);

#endif
