// SPDX-License-Identifier: MIT
/* The timer heap and the encoding of timeouts. */
#include "timer.h"

#include "arch.h"

#include <l4/abi/consts.h>
#include <string.h>

static struct timer **heap;
static unsigned used, capacity;

static void place(struct timer *t, unsigned i)
{
	heap[i] = t;
	t->slot = i + 1;
}

static void sift_up(struct timer *t, unsigned i)
{
	while (i && heap[(i - 1) / 2]->deadline > t->deadline) {
		place(heap[(i - 1) / 2], i);
		i = (i - 1) / 2;
	}
	place(t, i);
}

static void sift_down(struct timer *t, unsigned i)
{
	for (;;) {
		unsigned child = 2 * i + 1;

		if (child >= used)
			break;
		if (child + 1 < used && heap[child + 1]->deadline < heap[child]->deadline)
			child++;
		if (heap[child]->deadline >= t->deadline)
			break;
		place(heap[child], i);
		i = child;
	}
	place(t, i);
}

static bool heap_grow(void)
{
	unsigned n = capacity ? capacity * 2 : 64;
	struct timer **h = arch_alloc(n * sizeof(*h));

	if (!h)
		return false;
	if (used)
		memcpy(h, heap, used * sizeof(*h));
	arch_free(heap);
	heap = h;
	capacity = n;
	return true;
}

bool timer_arm(struct timer *t, uint64_t deadline)
{
	timer_cancel(t);
	if (used == capacity && !heap_grow())
		return false;
	t->deadline = deadline;
	sift_up(t, used++);
	return true;
}

void timer_cancel(struct timer *t)
{
	unsigned i = t->slot;
	struct timer *last;

	if (!i--)
		return;
	t->slot = 0;
	last = heap[--used];
	if (last == t)
		return;
	if (i && heap[(i - 1) / 2]->deadline > last->deadline)
		sift_up(last, i);
	else
		sift_down(last, i);
}

uint64_t timer_next(void)
{
	return used ? heap[0]->deadline : ARCH_TIMER_NEVER;
}

void timer_expire(uint64_t now)
{
	while (used && heap[0]->deadline <= now) {
		struct timer *t = heap[0];

		timer_cancel(t);
		t->expired(t);
	}
}

enum timeout_kind timeout_decode(unsigned raw, const uint64_t *br, uint64_t now, uint64_t *at)
{
	uint64_t mantissa = raw & L4_TIMEOUT_MANTISSA;
	unsigned exponent = raw >> L4_TIMEOUT_EXP_SHIFT & 0x1f;

	raw &= 0xffff;
	if (raw == L4_TIMEOUT_NEVER)
		return TIMEOUT_NEVER;
	if (raw & L4_TIMEOUT_ABS) {
		unsigned i = raw & 0x3f;

		*at = br[i > 57 ? 57 : i];
		return *at <= now ? TIMEOUT_NOW : TIMEOUT_AT;
	}
	if (!mantissa)
		return TIMEOUT_NOW;
	*at = now + (mantissa << exponent);
	return TIMEOUT_AT;
}
