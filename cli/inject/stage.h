/* SPDX-License-Identifier: MIT */
/*
 * A system that is started once, in a process of its own, and goes back for each run to where the
 * fault is about to strike (ux-kernel/checkpoint.h). There is one at a time. Whatever a run does to
 * that process, the others do not feel it: when it ends, or answers late, or says that l4ux is to
 * blame, the run is made again from the start, and the next one gets another stage.
 */
#ifndef INJECT_STAGE_H
#define INJECT_STAGE_H

#include "run.h"

/* What the stage is made for. All of it stays the caller's. */
struct stage_plan {
	const struct kernel_config *system;
	const struct campaign *campaign;
	const struct run_limits *limits;
};

/*
 * As run_system(), for a fault of the campaign's kind @kind that strikes in kernel entry @entry (0:
 * nobody knows). -EAGAIN: that did not go well, make it with run_system().
 */
int stage_run(const struct stage_plan *s, const struct fault_plan *plan, unsigned kind,
	      uint64_t entry, struct run_record *r);

#endif
