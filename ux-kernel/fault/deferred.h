/* SPDX-License-Identifier: MIT */
/* What comes later than it should. */
#ifndef FAULT_DEFERRED_H
#define FAULT_DEFERRED_H

#include "../core/kobj.h"
#include "../core/timer.h"

/* A thing that waits for its time; part of something larger that @due knows. */
struct deferred {
	struct timer timer;
	struct list link;
	struct kobj *object; /* pinned */
	struct list held;    /* senders that wait; empty for interrupts */
	void (*due)(struct deferred *d);
};

/* Calls @due in @us microseconds; then, or when faults are forgotten, @o is unpinned. false: OOM */
bool deferred_add(struct kobj *o, uint64_t us, void (*due)(struct deferred *d),
		  struct deferred **made);

#endif
