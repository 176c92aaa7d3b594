/* SPDX-License-Identifier: MIT */
/* A process that makes runs, one after the other, as it is told. */
#ifndef INJECT_WORKER_H
#define INJECT_WORKER_H

#include "golden.h"
#include "faultspace.h"

#define WORKER_QUEUE 4U /* runs a worker is told of in advance */

struct worker_result {
	uint64_t id, fired, trace, host_us, reset_us, pages;
	enum outcome outcome;
	int status;
	bool correct;
	char detail[RUN_DETAIL];
};

struct worker {
	pid_t pid;
	int fd; /* runs go in, results come out */
	unsigned under_way;
};

/* 0 or negative errno. What it needs it has from its parent's memory. */
int worker_start(struct worker *w, const struct faultspace *space, const struct golden *golden);

/* Tells it to make run @id. false: it is gone. */
bool worker_tell(struct worker *w, uint64_t id);

/* The next result, which must be there (poll). false: it is gone. */
bool worker_result(struct worker *w, struct worker_result *r);

/* Ends it, at once, and waits. */
void worker_stop(struct worker *w);

#endif
