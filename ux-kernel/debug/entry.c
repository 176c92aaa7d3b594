// SPDX-License-Identifier: MIT
/* What kernel entries mean beside the core: simulated time passes, the trace gets longer. */
#include "../core/entry.h"
#include "../host/vtime.h"
#include "trace_hash.h"

void arch_entry(enum entry_kind kind, const struct thread *t, uint64_t a, uint64_t b)
{
	if (!vtime_on())
		return;
	vtime_pass();
	trace_hash_entry(kind, t, a, b);
}
