// SPDX-License-Identifier: MIT
/* What unmap says of accesses: 1 referenced, 2 dirty. */
#include "map.h"

#include <l4/sys/task.h>

#define PAGE 0x1000UL

static volatile l4_umword_t *word(l4_addr_t at)
{
	return (volatile l4_umword_t *)(at + 16);
}

static void read(l4_addr_t at)
{
	(void)*word(at);
}

static void write(l4_addr_t at)
{
	*word(at) = 1;
}

/* Access flags as an unmap of these rights returns them. */
static long flags(l4_addr_t at, unsigned order, unsigned rights, l4_umword_t mask)
{
	unmap(TASK, at, order, rights, mask);
	return (long)(MR(2) & 15);
}

#define ALL L4_FP_ALL_SPACES
#define OTHER L4_FP_OTHER_SPACES

static l4_addr_t fresh(l4_addr_t from, unsigned order)
{
	l4_addr_t w = window();

	map(TASK, TASK, from, order, L4_FPAGE_RW, w);
	return w;
}

static void single(void)
{
	l4_addr_t w = fresh(POOL, 12);

	tap_is(flags(w, 12, 0, ALL), 1, "a page nobody touched counts as referenced");
	read(w);
	tap_is(flags(w, 12, 0, ALL), 1, "a page that was read");
	tap_is(flags(w, 12, 0, ALL), 1, "is still referenced for the next who asks");
	tap_is(flags(w, 12, 0, OTHER), 0, "who is asked about others hears nothing of it");
	write(w);
	tap_is(flags(w, 12, 0, ALL), 3, "a page that was read, then written");
	tap_is(flags(w, 12, L4_FPAGE_W, ALL), 3, "taking the right to write tells, too");
	read(w);
	tap_is(flags(w, 12, L4_FPAGE_RWX, ALL), 3, "and so does taking the page");
	w = fresh(POOL, 12);
	write(w);
	tap_is(flags(w, 12, L4_FPAGE_RWX, ALL), 3, "a page that was written");
	w = fresh(POOL, 12);
	tap_is(flags(w, 12, L4_FPAGE_RWX, ALL), 1, "a page taken untouched");
}

static void copies(void)
{
	l4_addr_t w = fresh(POOL, 12), v = fresh(w, 12), u = fresh(v, 12);

	write(u);
	tap_is(flags(w, 12, 0, OTHER), 3, "a copy's copy was written");
	tap_is(flags(w, 12, 0, OTHER), 0, "asking clears it there");
	tap_is(flags(w, 12, 0, ALL), 3, "and notes it in the page it came from");
	tap_is(flags(v, 12, 0, ALL), 0, "not in between");
	read(u);
	tap_is(flags(w, 12, 0, OTHER), 1, "after that, reading is seen again");
	write(u);
	tap_is(flags(w, 12, 0, OTHER), 3, "and writing");
	write(v);
	tap_is(flags(v, 12, 0, OTHER), 0, "what is done here is not done by others");
	read(u);
	tap_is(flags(w, 12, L4_FPAGE_W, OTHER), 3, "taking the right to write clears, too");
	tap_is(flags(w, 12, 0, OTHER), 0, "all of it");
	read(u);
	tap_is(flags(w, 12, L4_FPAGE_RWX, OTHER), 1, "taking the copies tells");
	tap_is(flags(w, 12, L4_FPAGE_RWX, ALL), 3, "and all was noted here");
}

/* Pages side by side that continue each other in memory. */
static void neighbours(void)
{
	l4_addr_t w = window();

	for (l4_addr_t i = 0; i < 8; i++)
		map(TASK, TASK, POOL + i * PAGE, 12, L4_FPAGE_RW, w + i * PAGE);
	read(w + 2 * PAGE);
	write(w + 4 * PAGE);
	tap_is(flags(w + 1 * PAGE, 12, 0, ALL), 1, "the page before the one that was read");
	tap_is(flags(w + 2 * PAGE, 12, 0, ALL), 1, "the one that was read");
	tap_is(flags(w + 3 * PAGE, 12, 0, ALL), 1, "the one between");
	tap_is(flags(w + 4 * PAGE, 12, 0, ALL), 3, "the one that was written");
	tap_is(flags(w + 5 * PAGE, 12, 0, ALL), 1, "the one behind");
	tap_is(flags(w, 15, 0, ALL), 3, "all together");
	unmap(TASK, w, 15, L4_FPAGE_RWX, ALL);
	w = fresh(POOL, 15);
	tap_is(flags(w, 15, 0, ALL), 1, "a flexpage nobody touched");
	read(w + 2 * PAGE);
	tap_is(flags(w, 15, 0, ALL), 1, "a flexpage of which a page was read");
	write(w + 4 * PAGE);
	tap_is(flags(w, 15, 0, ALL), 3, "a flexpage of which a page was written");
	tap_is(flags(w + 5 * PAGE, 12, 0, ALL), tap_hosted() ? 3 : 1,
	       "a page beside it (a host notes writes per flexpage)");
	tap_is(flags(w + 5 * PAGE, 12, L4_FPAGE_RWX, ALL), tap_hosted() ? 3 : 1, "and keeps it");
}

void map_access(void)
{
	single();
	copies();
	neighbours();
}
