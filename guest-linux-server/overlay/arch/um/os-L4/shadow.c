// SPDX-License-Identifier: GPL-2.0-only
/*
 * What each user task has got: per mm an array page number -> (frame, rights).
 *
 * It is what makes everything else lazy. The page tables say what a task may have, this array says
 * what it has; whenever Linux reports a changed range the difference is queued for revocation,
 * and only then. A range the task never touched costs no L4 call. The queue is worked off before
 * the task runs again, many flexpages in one call: nobody else can use its mappings meanwhile.
 *
 * All of it runs on the one virtual CPU and never sleeps, so the array's lock is only formal.
 */
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/xarray.h>
#include "os_l4.h"

#define RIGHTS 7UL
#define RIGHT_BITS 3

/* Gaps up to this size between two revoked pages are revoked too: fewer flexpages. */
#define MERGE_GAP (256 * PAGE_SIZE)

void l4_shadow_init(struct l4_mm *m)
{
	xa_init(&m->shadow);
}

void l4_shadow_destroy(struct l4_mm *m)
{
	xa_destroy(&m->shadow);
}

/* The dirty and accessed bits are emulated: a clean page is read-only, an old one is absent. */
unsigned int l4_pte_rights(pte_t pte)
{
	if (!pte_present(pte) || !pte_young(pte) || !pte_read(pte))
		return 0;
	return L4H_R | (pte_exec(pte) ? L4H_X : 0) | (pte_write(pte) && pte_dirty(pte) ? L4H_W : 0);
}

static unsigned int allowed(struct mm_struct *mm, unsigned long va, unsigned long pfn)
{
	pte_t *pte = virt_to_pte(mm, va);

	if (!pte || !pte_present(*pte) || pte_pfn(*pte) != pfn)
		return 0;
	return l4_pte_rights(*pte);
}

/* Queue a revocation; `merge`: nothing that must stay lies between it and the last one. */
static void revoke(struct l4_mm *m, unsigned long start, unsigned int rights, bool merge)
{
	struct l4h_range *last = &m->revoke[m->revoke_count - 1];

	if (merge && m->revoke_count && last->rights == rights && start >= last->end &&
	    start - last->end <= MERGE_GAP) {
		last->end = start + PAGE_SIZE;
		return;
	}
	if (m->revoke_count == L4_REVOKE_MAX)
		l4_shadow_commit(m);
	m->revoke[m->revoke_count++] = (struct l4h_range){ .start = start,
							   .end = start + PAGE_SIZE,
							   .rights = rights };
}

bool l4_shadow_has(struct l4_mm *m, unsigned long va, bool write)
{
	void *entry = xa_load(&m->shadow, va >> PAGE_SHIFT);

	return entry && (!write || xa_to_value(entry) & L4H_W);
}

/* A hint only, so the table may be full: the page would fault again and be mapped then. */
void l4_shadow_upgrade(struct l4_mm *m, unsigned long va)
{
	if (m->upgrade_count < L4_UPGRADE_MAX)
		m->upgrade[m->upgrade_count++] = va;
}

/*
 * The page tables of [start, end) have changed: take away what they no longer allow. What they
 * allow in addition for a page the task has (mprotect) it will most likely use.
 */
void l4_shadow_sync(struct mm_struct *mm, unsigned long start, unsigned long end)
{
	struct l4_mm *m = l4_mm_of(&mm->context.id);
	XA_STATE(xas, &m->shadow, start >> PAGE_SHIFT);
	bool merge = false;
	void *entry;

	xas_lock(&xas);
	xas_for_each(&xas, entry, (end - 1) >> PAGE_SHIFT)
	{
		unsigned long v = xa_to_value(entry), va = xas.xa_index << PAGE_SHIFT;
		unsigned int may = allowed(mm, va, v >> RIGHT_BITS);
		unsigned int excess = v & RIGHTS & ~may;

		if (may & ~v)
			l4_shadow_upgrade(m, va);
		if (!excess) {
			merge = false;
			continue;
		}
		if (excess & L4H_R)
			excess = RIGHTS; /* taking R away removes the page */
		revoke(m, va, excess, merge);
		merge = true;
		v &= ~(unsigned long)excess;
		xas_store(&xas, v & RIGHTS ? xa_mk_value(v) : NULL);
	}
	xas_unlock(&xas);
}

/*
 * The task is about to get `rights` to this frame at va. Returns 1 when a map item is needed, 0
 * when it has the page already (and !force), -ENOMEM when it cannot be recorded.
 */
int l4_shadow_grant(struct l4_mm *m, unsigned long va, unsigned long pfn, unsigned int rights,
		    bool force)
{
	void *entry = xa_load(&m->shadow, va >> PAGE_SHIFT);
	unsigned long v = entry ? xa_to_value(entry) : 0;

	if (entry && v >> RIGHT_BITS == pfn) {
		if (!(rights & ~v) && !force)
			return 0;
		rights |= v & RIGHTS;
	} else if (entry) {
		revoke(m, va, RIGHTS, false);
	}
	entry = xa_store(&m->shadow, va >> PAGE_SHIFT, xa_mk_value(pfn << RIGHT_BITS | rights),
			 GFP_ATOMIC | __GFP_NOWARN);
	return xa_err(entry) ?: 1;
}

/* Out of memory for the record: forget everything and take everything away. */
void l4_shadow_revoke_all(struct l4_mm *m)
{
	xa_destroy(&m->shadow);
	m->revoke[0] = (struct l4h_range){ .start = L4_USER_MIN,
					   .end = TASK_SIZE,
					   .rights = RIGHTS };
	m->revoke_count = 1;
	l4_shadow_commit(m);
}

/* Work off the queue. Called before the task runs, and when the queue is full. */
int l4_shadow_commit(struct l4_mm *m)
{
	int n = m->revoke_count;

	if (!n)
		return 0;
	m->revoke_count = 0;
	return l4h_task_revoke(m->task, m->revoke, n);
}
