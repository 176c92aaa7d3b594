// SPDX-License-Identifier: GPL-2.0-only
/*
 * From a resolved page fault to map items. They travel with the next resume, so a page fault costs
 * no L4 call of its own; the neighbours Linux has present go along (fault-around), since its own
 * fault-around has filled their page table entries for the same reason.
 */
#include <linux/kernel.h>
#include <linux/mm.h>
#include "os_l4.h"

static_assert(L4_AROUND + L4_UPGRADE_MAX <= L4H_MAX_ITEMS);

static int add_item(struct l4_mm *m, pte_t pte, unsigned long va, bool force, struct l4h_item *item)
{
	unsigned int rights = l4_pte_rights(pte);
	int err;

	if (!rights)
		return 0;
	err = l4_shadow_grant(m, va, pte_pfn(pte), rights, force);
	if (err <= 0)
		return err;
	item->va = va;
	/* of device memory there is no struct page */
	item->ram = (unsigned long)__va(PFN_PHYS(pte_pfn(pte)));
	item->rights = rights;
	/* only what our own task has can be mapped on: make sure it is there */
	READ_ONCE(*(char *)item->ram);
	return 1;
}

/* Items for the page at va, as the page tables are now, and for what surrounds it. */
int l4_fault_items(struct mm_struct *mm, unsigned long va, struct l4h_item *items)
{
	struct l4_mm *m = l4_mm_of(&mm->context.id);
	unsigned long base = va & ~(L4_AROUND * PAGE_SIZE - 1), addr;
	pte_t *pte;
	int i, n;

	va &= PAGE_MASK;
	pte = virt_to_pte(mm, base);
	if (!pte)
		return 0;
	/*
	 * The faulting page is mapped even if the record says it is there: a record that is wrong
	 * must not become an endless loop.
	 */
	n = add_item(m, pte[(va - base) >> PAGE_SHIFT], va, true, items);
	if (n < 0) {
		l4_shadow_revoke_all(m);
		n = max(add_item(m, pte[(va - base) >> PAGE_SHIFT], va, true, items), 0);
	}
	for (i = 0; i < L4_AROUND; i++) {
		addr = base + i * PAGE_SIZE;
		if (addr != va && addr >= L4_USER_MIN &&
		    add_item(m, pte[i], addr, false, items + n) > 0)
			n++;
	}
	return n;
}

/* Items for the pages that have gained rights since the last run. */
int l4_upgrade_items(struct mm_struct *mm, struct l4h_item *items)
{
	struct l4_mm *m = l4_mm_of(&mm->context.id);
	int i, n = 0;
	pte_t *pte;

	for (i = 0; i < m->upgrade_count; i++) {
		pte = virt_to_pte(mm, m->upgrade[i]);
		if (pte && add_item(m, *pte, m->upgrade[i], false, items + n) > 0)
			n++;
	}
	m->upgrade_count = 0;
	return n;
}
