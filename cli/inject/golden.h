/* SPDX-License-Identifier: MIT */
/* The golden run: the system without a fault, which all others are measured by. */
#ifndef INJECT_GOLDEN_H
#define INJECT_GOLDEN_H

#include "run.h"

#define GOLDEN_LOG 16384U

struct golden {
	struct ending ending; /* filtered */
	uint64_t seen[CAMPAIGN_FAULTS];
	/* Kernel entries in which they were seen, of the first GOLDEN_LOG ones; mapped memory. */
	uint32_t (*log)[GOLDEN_LOG];
	struct run_limits limits; /* of the others */
};

/* Makes it, twice: a system that differs from itself is warned of. 0, or status after a report. */
int golden_make(const struct campaign *c, struct golden *g);

/* The kernel entry in which @occurrence of the campaign's kind of fault came; 0: nobody knows. */
uint64_t golden_entry(const struct golden *g, unsigned kind, uint64_t occurrence);

/* All of it as text; heap, NULL: out of memory. */
char *golden_text(const struct campaign *c, const struct golden *g);

/*
 * Counts and limits of an earlier golden run, so that a campaign goes on as it began. false: it was
 * one of another system.
 */
bool golden_adopt(const struct campaign *c, struct golden *g, const char *text);

#endif
