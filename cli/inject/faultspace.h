/* SPDX-License-Identifier: MIT */
/*
 * The space of faults: (point, occurrence, whom, argument). Run number n always has the same fault,
 * whoever makes it and in whatever order.
 */
#ifndef INJECT_FAULTSPACE_H
#define INJECT_FAULTSPACE_H

#include "campaign.h"

struct faultspace {
	const struct campaign *c;
	uint64_t seen[CAMPAIGN_FAULTS]; /* occurrences in the golden run */
	uint64_t size[CAMPAIGN_FAULTS]; /* sweep: points of the space */
	uint64_t weights;               /* sample: of all kinds that can strike at all */
	uint64_t runs;
};

/* What can strike, by the counts of the golden run. 0, or an exit status after a report. */
int faultspace_init(struct faultspace *s, const struct campaign *c, const uint64_t *seen);

/* The fault of run @n < s->runs. Returns which of the campaign's kinds it is of. */
unsigned faultspace_fault(const struct faultspace *s, uint64_t n, struct fault_plan *p);

#endif
