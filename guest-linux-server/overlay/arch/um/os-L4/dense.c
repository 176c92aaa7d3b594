// SPDX-License-Identifier: GPL-2.0-only
/*
 * Anonymous memory that is used all over, but in no order: hash tables, the heap of a collector.
 * Two habits show in faults, and are then taken for granted for a while, but for a while only: a
 * guess hides the faults that would tell whether it was right, so it has to be earned again.
 *
 * - A page is read and at once written. Linux would answer the read with its page of zeroes, and
 *   the write with a fault more. The next few reads are answered as if they wrote.
 * - More than half of a window (L4_AROUND pages) has been written. It gets what it lacks, and so
 *   do the next few windows that are written to, at their first fault.
 *
 * So who only reads gets no page of its own, and who writes here and there, half of the pages of a
 * window or fewer, gets no more than that.
 */
#include <linux/kernel.h>
#include <linux/mm.h>
#include "os_l4.h"

#define READS 8   /* answered as writes, for one page that was read and then written */
#define WINDOWS 4 /* filled for one that has become half full, itself included */

/* A fault at page has been resolved: is it one that writes, or soon will? */
bool l4_dense_write(struct l4_mm *m, unsigned long page, bool write)
{
	bool pair = write && page == m->dense.read;

	if (pair)
		m->dense.reads = READS;
	m->dense.read = write ? 0 : page;
	if (write || !m->dense.reads)
		return write;
	m->dense.reads--;
	return true;
}

/* A page of the window at base has been written: shall the others be there, too? */
bool l4_dense_window(struct mm_struct *mm, unsigned long base)
{
	struct l4_mm *m = l4_mm_of(&mm->context.id);
	pte_t *pte = virt_to_pte(mm, base);
	unsigned int i, own = 0;

	for (i = 0; pte && i < L4_AROUND; i++)
		own += l4_pte_rights(pte[i]) & L4H_W ? 1 : 0;
	if (own == L4_AROUND)
		return false;
	if (own > L4_AROUND / 2)
		m->dense.windows = WINDOWS;
	if (!m->dense.windows)
		return false;
	m->dense.windows--;
	return true;
}
