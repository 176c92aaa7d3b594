// SPDX-License-Identifier: MIT
/* The simulated counter. */
#include "vtime.h"

#include "seed.h"

#define TICKS_PER_US (VTIME_KHZ / 1000)
#define STEP (TICKS_PER_US - JITTER / 2)
#define JITTER 256U /* ticks, a power of two */

_Static_assert(TICKS_PER_US == 1024, "exact conversion");

static struct {
	bool on;
	uint64_t ticks, end;
	struct seed steps;
} vtime;

void vtime_init(const struct time_plan *p)
{
	vtime.on = p->is_virtual;
	vtime.ticks = 0;
	vtime.end = p->stop_at_us && p->stop_at_us < VTIME_FOREVER ? p->stop_at_us : VTIME_FOREVER;
	vtime.steps = seed_start(p->seed, SEED_STEPS);
}

bool vtime_on(void)
{
	return vtime.on;
}

uint64_t vtime_ticks(void)
{
	return vtime.ticks;
}

void vtime_pass(void)
{
	vtime.ticks += STEP + seed_next(&vtime.steps) % JITTER;
}

void vtime_jump(uint64_t us)
{
	uint64_t to = (us < vtime.end ? us : vtime.end) * TICKS_PER_US;

	if (to > vtime.ticks)
		vtime.ticks = to;
}

uint64_t vtime_end(void)
{
	return vtime.end;
}

void vtime_save(uint64_t *ticks, uint64_t *steps)
{
	*ticks = vtime.ticks;
	*steps = vtime.steps.state;
}

void vtime_restore(uint64_t ticks, const uint64_t *steps)
{
	vtime.ticks = ticks;
	if (steps)
		vtime.steps.state = *steps;
}
