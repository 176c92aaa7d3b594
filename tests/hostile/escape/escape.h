/* SPDX-License-Identifier: MIT */
/* Attempts to reach the host; read main.c first, then attempts.c. */
#ifndef HOSTILE_ESCAPE_H
#define HOSTILE_ESCAPE_H

#include <l4/sys/types.h>

struct attempt {
	const char *name;
	void (*run)(l4_umword_t arg);
	l4_umword_t arg;
};

/* Ends with an entry that has no function. */
extern const struct attempt attempts[];

/* At the top of the attempt's stack. */
struct attempt_args {
	void (*run)(l4_umword_t arg);
	l4_umword_t arg;
};

/*
 * Writable and executable memory of the attempt, where 32-bit code can be too; stack from above.
 */
#define attempt_page ((char *)0x10000000)
#define ATTEMPT_ORDER 13
#define ATTEMPT_SIZE (1UL << ATTEMPT_ORDER)

void attempt_entry(void);

/* Message of an attempt that still runs: MR0 not stopped, MR1 what it saw. */
#define ATTEMPT_RESULT 0x77L

#endif
