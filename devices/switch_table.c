// SPDX-License-Identifier: MIT
/* A small hash table; when a place is crowded the address that was silent longest makes room. */
#include "switch_table.h"

#define WAYS 8U
#define GROUP 1ULL /* in the first byte of an address: of many, not of one */

static uint64_t address(const uint8_t *p)
{
	uint64_t a = 0;

	for (unsigned i = 0; i < 6; i++)
		a = a << 8 | p[i];
	return a;
}

/* The WAYS entries in which an address can be. */
static struct switch_entry *place(struct switch_table *t, uint64_t a)
{
	return &t->entry[(a * 0x9e3779b97f4a7c15ULL >> 48) % (SWITCH_ADDRESSES / WAYS) * WAYS];
}

static void learn(struct switch_table *t, uint64_t a, unsigned port, uint64_t now)
{
	struct switch_entry *e = place(t, a), *best = e;

	for (unsigned i = 0; i < WAYS; i++) {
		if (e[i].address == a) {
			best = &e[i];
			break;
		}
		if (!e[i].address || (best->address && e[i].seen < best->seen))
			best = &e[i];
	}
	*best = (struct switch_entry){ a, now, port };
}

int switch_table_frame(struct switch_table *t, unsigned from, const uint8_t *frame, uint64_t now)
{
	uint64_t to = address(frame), source = address(frame + 6);
	const struct switch_entry *e = place(t, to);

	if (source && !(frame[6] & GROUP))
		learn(t, source, from, now);
	if (frame[0] & GROUP || !to) /* 0 is what free entries hold */
		return SWITCH_EVERYWHERE;
	for (unsigned i = 0; i < WAYS; i++)
		if (e[i].address == to && now - e[i].seen < SWITCH_FORGET_S)
			return e[i].port;
	return SWITCH_EVERYWHERE;
}

void switch_table_forget(struct switch_table *t, unsigned port)
{
	for (unsigned i = 0; i < SWITCH_ADDRESSES; i++)
		if (t->entry[i].port == port)
			t->entry[i] = (struct switch_entry){ 0 };
}
