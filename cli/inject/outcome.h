/* SPDX-License-Identifier: MIT */
/*
 * What became of a run: one class, by the first of these rules that holds (docs/fault-injection.md
 * has them with examples).
 *
 *   simulator error  the kernel process crashed, did not end in time, or ended with a status that
 *                    says that l4ux, not the guest, is to blame: 64, 69, 70, 74, 125 (unless the
 *                    golden run has that very status), or a signal
 *   hang             status 124 (the watchdog, or the limit of host time) or 123 (in
 *                    simulated time: nothing can happen any more)
 *   crash            status 255: a panic, or a program died of a fault that nobody handled
 *   detected         a status of "detected.status"; or a line of the output matches one of
 *                    "detected.output"; or one of "detected.repaired", and the run is correct
 *   masked           the run is correct, and nobody spoke of a fault
 *   corrupted        the rest: it ended well, so to speak, with a wrong result
 *
 * A run is correct, whatever its class, when its status and output are those of the golden run.
 * Lines that match "ignore" or one of "detected" are left out when outputs are compared.
 */
#ifndef INJECT_OUTCOME_H
#define INJECT_OUTCOME_H

#include "campaign.h"

enum outcome {
	OUTCOME_MASKED,
	OUTCOME_DETECTED,
	OUTCOME_CORRUPTED,
	OUTCOME_CRASH,
	OUTCOME_HANG,
	OUTCOME_SIMULATOR_ERROR,
	OUTCOMES,
};

extern const char *const outcome_names[OUTCOMES];

/* By name; -1: no such class. */
int outcome_find(const char *name);

/* How a run ended. */
struct ending {
	int status;   /* exit status; -1: no regular end of the kernel process */
	char *output; /* its standard output; changed by the functions below */
	size_t len;
};

/* What the system said of itself. */
struct spoken {
	bool detected, repaired;
};

/* Whether @status says that l4ux itself is to blame. */
bool outcome_is_ours(int status);

/* Takes out the lines that are not compared. */
struct spoken outcome_filter(const struct campaign *c, struct ending *e);

/* Of a filtered @e against a filtered @golden. */
enum outcome outcome_judge(const struct campaign *c, const struct ending *golden,
			   const struct ending *e, struct spoken spoken, bool *correct);

#endif
