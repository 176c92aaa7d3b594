/* SPDX-License-Identifier: MIT */
/*
 * A campaign as its file describes it. The format, version 1, is documented in
 * docs/fault-injection.md.
 */
#ifndef INJECT_CAMPAIGN_H
#define INJECT_CAMPAIGN_H

#include "../../ux-kernel/fault/plan.h"

#include <jansson.h>
#include <regex.h>

#define CAMPAIGN_VERSION 1U
#define CAMPAIGN_FAULTS FAULT_PLANS_MAX
#define CAMPAIGN_WORDS 64U
#define CAMPAIGN_ARGS 256U
#define CAMPAIGN_PATTERNS 16U
#define CAMPAIGN_RUNS_MAX 100000000ULL

/* One element of "faults": a kind of fault, whom it strikes, and the times and arguments. */
struct campaign_fault {
	struct fault_plan plan; /* point and target */
	uint64_t from, to;      /* occurrences; to = UINT64_MAX: as many as there are */
	uint64_t weight;        /* of this kind in a sample */
	uint64_t arg[CAMPAIGN_ARGS];
	bool address[CAMPAIGN_ARGS];
	unsigned args; /* 0: what the point says */
};

struct campaign {
	json_t *root; /* owns all strings */
	const char *name;
	const char *word[CAMPAIGN_WORDS + 1]; /* "system": a command line of l4ux */
	unsigned words;
	struct campaign_fault fault[CAMPAIGN_FAULTS];
	unsigned faults;
	bool sweep;
	uint64_t runs; /* sample: how many; sweep: at most so many, 0: all */
	uint64_t seed;
	/* classification */
	regex_t detected[CAMPAIGN_PATTERNS], repaired[CAMPAIGN_PATTERNS],
		ignored[CAMPAIGN_PATTERNS];
	unsigned detecteds, repaireds, ignoreds;
	uint64_t detected_status[CAMPAIGN_PATTERNS];
	unsigned detected_statuses;
	/* limits of a run; 0: derived from the golden run */
	uint64_t entries, spin_ns, timeout_ns;
};

/* 0, or an exit status after a report that names the place. */
int campaign_load(struct campaign *c, const char *file);

/* From campaign_text(), as it is stored with the results. */
int campaign_from_text(struct campaign *c, const char *text);

/* Its text in a form that is the same for equal campaigns; heap, NULL: out of memory. */
char *campaign_text(const struct campaign *c);

#endif
