// SPDX-License-Identifier: GPL-2.0-only
/*
 * Faults that have not happened yet. A page fault costs an upcall and a resume, resolving it costs
 * little; so what will be touched next is resolved along with what was.
 *
 * A program that goes through anonymous memory in order, perhaps at several places at the same
 * time, gets a quarter, then the whole of the window that answers a fault. A forked process gets
 * at its start what its last sibling needed first (the same code runs), with the copies of pages
 * it will write made; every new address space gets the page of its first instruction and of its
 * stack. For memory that is used in no order see dense.c, for files hot.c.
 *
 * All of it is a guess, in pages that belong to the process anyway: what does not work is left for
 * a real fault to report, and so is what there is no memory to spare for (spare.c).
 */
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include "os_l4.h"

#define WRITE 1UL /* in an address of a page */
#define WINDOW (L4_AROUND * PAGE_SIZE)

static bool writable_now(struct mm_struct *mm, unsigned long va)
{
	pte_t *pte = virt_to_pte(mm, va);

	return pte && pte_present(*pte) && pte_write(*pte) && pte_dirty(*pte);
}

static bool present_now(struct mm_struct *mm, unsigned long va)
{
	pte_t *pte = virt_to_pte(mm, va);

	return pte && pte_present(*pte);
}

/* Without FAULT_FLAG_USER and _ALLOW_RETRY: no OOM killing, the lock is kept. */
static bool resolve(struct vm_area_struct *vma, unsigned long va, bool write)
{
	unsigned long needed = write ? VM_WRITE : VM_READ | VM_EXEC;

	if (!(vma->vm_flags & needed) || (write && vma->vm_flags & VM_SHARED))
		return false;
	if (write ? writable_now(vma->vm_mm, va) : present_now(vma->vm_mm, va))
		return true;
	if (!l4_spare_page(vma->vm_mm))
		return false;
	return !(handle_mm_fault(vma, va, write ? FAULT_FLAG_WRITE : 0, NULL) &
		 (VM_FAULT_ERROR | VM_FAULT_RETRY));
}

/* The page at va is to be in the task when it runs next. The caller has the mmap lock. */
void l4_ahead_prepare(struct vm_area_struct *vma, unsigned long va, bool write)
{
	if (va >= L4_USER_MIN && resolve(vma, va, write))
		l4_shadow_upgrade(l4_mm_of(&vma->vm_mm->context.id), va & PAGE_MASK);
}

static void prepare(struct mm_struct *mm, unsigned long va, bool write)
{
	struct vm_area_struct *vma = vma_lookup(mm, va);

	if (vma)
		l4_ahead_prepare(vma, va, write);
}

/* The row that the page continues, or was read ahead in and is now written; else a new one. */
static struct l4_row *row_of(struct l4_mm *m, unsigned long page)
{
	struct l4_row row = { .next = page + PAGE_SIZE };
	unsigned int i;

	for (i = 0; i < L4_ROWS; i++) {
		struct l4_row *r = &m->rows[i];

		if (page <= r->next && r->next - page <= (r->ahead + 1) * PAGE_SIZE) {
			row = *r;
			if (page == r->next)
				row.ahead = row.ahead ? L4_AROUND : L4_AROUND / 4;
			break;
		}
	}
	i = min(i, L4_ROWS - 1U);
	memmove(m->rows + 1, m->rows, i * sizeof(row));
	m->rows[0] = row;
	return m->rows;
}

/* Resolves what it can of [from, to). Returns where that ends. */
static unsigned long go_through(struct vm_area_struct *vma, unsigned long from, unsigned long to,
				bool write)
{
	while (from < min(to, vma->vm_end) && resolve(vma, from, write))
		from += PAGE_SIZE;
	return from;
}

/* A fault at va in anonymous memory has been resolved. */
static void go_on(struct vm_area_struct *vma, unsigned long va, bool write)
{
	struct l4_mm *m = l4_mm_of(&vma->vm_mm->context.id);
	unsigned long page = va & PAGE_MASK, next = page + PAGE_SIZE;
	unsigned long window = round_down(page, WINDOW), end = window + WINDOW;
	struct l4_row *row = row_of(m, page);

	row->next = next;
	if (vma->vm_flags & (VM_RAND_READ | VM_LOCKED))
		return;
	write = vma->vm_flags & VM_WRITE && l4_dense_write(m, page, write) &&
		resolve(vma, page, true);
	if (write && l4_dense_window(vma->vm_mm, window))
		go_through(vma, max(window, vma->vm_start), page, true);
	else
		end = min(next + row->ahead * PAGE_SIZE, end);
	row->next = go_through(vma, next, end, write);
}

static void remember(unsigned long *set, unsigned int *count, unsigned long entry)
{
	unsigned int i;

	for (i = 0; i < *count; i++) {
		if ((set[i] ^ entry) < PAGE_SIZE) {
			set[i] |= entry;
			return;
		}
	}
	if (*count < L4_FIRST_MAX)
		set[(*count)++] = entry;
}

/* A fault at va has been resolved, or refused: more of what is likely to follow. */
void l4_ahead_fault(struct mm_struct *mm, unsigned long va, bool write)
{
	struct l4_mm *m = l4_mm_of(&mm->context.id);
	struct vm_area_struct *vma;

	if (m->forked && m->first_count < L4_FIRST_MAX)
		remember(m->first, &m->first_count, (va & PAGE_MASK) | (write ? WRITE : 0));
	mmap_read_lock(mm);
	vma = vma_lookup(mm, va);
	if (vma && vma_is_anonymous(vma))
		go_on(vma, va, write);
	else if (vma && vma->vm_file)
		l4_hot_fault(vma, va, write);
	mmap_read_unlock(mm);
}

/* The address space m is new and runs for the first time. */
void l4_ahead_start(struct mm_struct *mm, unsigned long ip, unsigned long sp)
{
	struct l4_mm *m = l4_mm_of(&mm->context.id), *parent;
	struct vm_area_struct *vma;
	unsigned int i;

	m->started = true;
	mmap_read_lock(mm);
	prepare(mm, ip, false);
	prepare(mm, sp, true);
	m->forked = current->flags & PF_FORKNOEXEC;
	parent = m->forked ? l4_mm_find(m->parent, m->parent_serial) : NULL;
	if (parent)
		for (i = 0; i < parent->child_count; i++)
			prepare(mm, parent->child[i] & PAGE_MASK, parent->child[i] & WRITE);
	vma = m->forked ? NULL : vma_lookup(mm, ip);
	if (vma && vma->vm_file)
		l4_hot_fault(vma, 0, false);
	mmap_read_unlock(mm);
}

/* m has been copied by fork, so that its pages are write-protected; it will need its stack. */
void l4_ahead_copied(struct mm_struct *mm, unsigned long sp)
{
	l4_mm_of(&mm->context.id)->copied = false;
	mmap_read_lock(mm);
	prepare(mm, sp, true);
	mmap_read_unlock(mm);
}

/* m ends: its parent's next child is to profit. */
void l4_ahead_end(struct l4_mm *m)
{
	struct l4_mm *parent = m->forked ? l4_mm_find(m->parent, m->parent_serial) : NULL;
	unsigned int i;

	if (!parent)
		return;
	for (i = 0; i < parent->child_count; i++)
		remember(m->first, &m->first_count, parent->child[i]);
	memcpy(parent->child, m->first, sizeof(m->first));
	parent->child_count = m->first_count;
}
