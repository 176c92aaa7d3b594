/* SPDX-License-Identifier: MIT */
/* How far a campaign is, while it runs and at its end. */
#ifndef INJECT_PROGRESS_H
#define INJECT_PROGRESS_H

#include "outcome.h"

struct progress {
	uint64_t count[OUTCOMES]; /* of all runs there are */
	uint64_t correct, fired;
	uint64_t done, total, before; /* runs; before: made by earlier calls */
	uint64_t begin_ms, told_ms;
	bool quiet, tty;
};

void progress_start(struct progress *p, uint64_t total, bool quiet);
void progress_count(struct progress *p, enum outcome outcome, bool correct, bool fired);

/* Says it, now and then; on a terminal in one line that changes. */
void progress_tell(struct progress *p);

/* The table of classes on standard output. */
void progress_table(const struct progress *p);

#endif
