/* SPDX-License-Identifier: MIT */
/*
 * Pages of RAM that may differ from the system's image (snapshot/image.h). Before a task process
 * can write to a page it is named here: as long as it is not, the TLB (engine/tlb.c) keeps the host
 * mapping read-only, and the first write comes to us.
 *
 * A page stays named when the system has gone back, so that the next run writes to it without
 * asking: runs of one system write to much the same pages. What no run has changed for a while is
 * taken off again.
 */
#ifndef HOST_DIRTY_H
#define HOST_DIRTY_H

#include <stdbool.h>
#include <stdint.h>

extern bool dirty_tracked; /* pages are to be named */

/* Begins, with no page named; RAM ends at @ram_end. 0 or -ENOMEM. */
int dirty_start(uint64_t ram_end);

/* The page at the frame address @pa may be written. Nothing is to be done when it is not RAM. */
void dirty_name(uint64_t pa);

/* Bytes from @pa on, at most @len, that are alike: *@named (or not RAM at all), or not. */
uint64_t dirty_run(uint64_t pa, uint64_t len, bool *named);

/* How many pages are named, and the address of one. */
unsigned dirty_count(void);
uint64_t dirty_page(unsigned n);

/* What became of the @n-th: whether it had @changed since the last time. */
void dirty_seen(unsigned n, bool changed);

/*
 * Takes off what has not changed for long. true: there was some; nobody may write to it without
 * naming it again.
 */
bool dirty_cool_down(void);

#endif
