// SPDX-License-Identifier: MIT
/* The timer heap and the encoding of timeouts. */
#include "timer.h"

#include "arch.h"
#include "state.h"

STATE static struct timer *root; /* no siblings; nobody below has an earlier deadline */

static void hang(struct timer **at, struct timer *t)
{
	*at = t;
	if (t)
		t->link = at;
}

/* Two heaps into one. */
static struct timer *meld(struct timer *a, struct timer *b)
{
	if (!a || !b)
		return a ? a : b;
	if (b->deadline < a->deadline) {
		struct timer *swap = a;

		a = b;
		b = swap;
	}
	hang(&b->next, a->child);
	hang(&a->child, b);
	a->next = NULL;
	return a;
}

/* A list of siblings into one heap: in pairs, then the pairs from the last to the first. */
static struct timer *meld_list(struct timer *t)
{
	struct timer *pairs = NULL, *heap = NULL;

	while (t) {
		struct timer *a = t, *b = t->next, *pair;

		t = b ? b->next : NULL;
		pair = meld(a, b);
		pair->next = pairs;
		pairs = pair;
	}
	while (pairs) {
		struct timer *next = pairs->next;

		pairs->next = NULL;
		heap = meld(heap, pairs);
		pairs = next;
	}
	return heap;
}

void timer_arm(struct timer *t, uint64_t deadline)
{
	timer_cancel(t);
	t->deadline = deadline;
	t->child = t->next = NULL;
	hang(&root, meld(root, t));
}

void timer_cancel(struct timer *t)
{
	if (!t->link)
		return;
	hang(t->link, t->next);
	t->link = NULL;
	hang(&root, meld(root, meld_list(t->child)));
}

uint64_t timer_next(void)
{
	return root ? root->deadline : ARCH_TIMER_NEVER;
}

void timer_expire(uint64_t now)
{
	while (root && root->deadline <= now) {
		struct timer *t = root;

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
