/* SPDX-License-Identifier: GPL-2.0-only */
/* What the files of os-L4/ share with each other. */
#ifndef OS_L4_H
#define OS_L4_H

#include <linux/hashtable.h>
#include <linux/mm_types.h>
#include <linux/sched.h>
#include <linux/xarray.h>
#include <mm_id.h>
#include <shared/l4fpu.h>
#include <shared/l4host.h>
#include <sysdep/ptrace.h>

/* Nothing below this address can be mapped in a user task (the host forbids it). */
#define L4_USER_MIN 0x10000UL

#define L4_REVOKE_MAX 32
#define L4_UPGRADE_MAX 14
#define L4_FIRST_MAX 12
#define L4_ROWS 8      /* places where a program goes through memory at the same time */
#define L4_AROUND 16UL /* pages, a power of two: the window of a fault never crosses a page table */

/* Faults in a row: the page expected next, and how many are resolved at a time. */
struct l4_row {
	unsigned long next, ahead;
};

/* Memory used in no order: what is taken for granted, how many times more (dense.c). */
struct l4_dense {
	unsigned int reads, windows;
	unsigned long read; /* the page of the last fault, if that was a read */
};

/*
 * The host side of a struct mm_struct. It lives in the zeroed page that arch/um allocates for
 * its stub (mm_id.stack) and that this port has no other use for.
 */
struct l4_mm {
	int task;
	int revoke_count;
	struct l4h_range revoke[L4_REVOKE_MAX]; /* to be taken away before the task runs again */
	struct xarray shadow;                   /* page number -> frame and rights the task has */
	int upgrade_count;
	unsigned long upgrade[L4_UPGRADE_MAX]; /* pages that have gained rights */
	/* ahead.c */
	bool started, forked, copied;
	int parent; /* and its serial number: task handles are used again */
	u64 serial, parent_serial;

	struct l4_row rows[L4_ROWS]; /* the last used first */
	struct l4_dense dense;
	unsigned int first_count, child_count;
	unsigned long first[L4_FIRST_MAX]; /* what it needed first */
	unsigned long child[L4_FIRST_MAX]; /* what its last child needed first */
	struct task_struct *fpu_owner;     /* whose vector state is live in the task */
	struct hlist_node fpu_node;
	bool lost;    /* the task cannot go on */
	bool partial; /* and most of its general registers: it is in a system call */
};

static inline struct l4_mm *l4_mm_of(struct mm_id *id)
{
	return (struct l4_mm *)id->stack;
}

static inline struct l4_mm *l4_mm_current(void)
{
	return l4_mm_of(&current->mm->context.id);
}

/* shadow.c */
void l4_shadow_init(struct l4_mm *m);
void l4_shadow_destroy(struct l4_mm *m);
void l4_shadow_sync(struct mm_struct *mm, unsigned long start, unsigned long end);
int l4_shadow_grant(struct l4_mm *m, unsigned long va, unsigned long pfn, unsigned int rights,
		    bool force);
void l4_shadow_revoke_all(struct l4_mm *m);
int l4_shadow_commit(struct l4_mm *m);
bool l4_shadow_has(struct l4_mm *m, unsigned long va, bool write);
void l4_shadow_upgrade(struct l4_mm *m, unsigned long va);
unsigned int l4_pte_rights(pte_t pte);

/* fault.c */
int l4_fault_items(struct mm_struct *mm, unsigned long va, struct l4h_item *items);
int l4_upgrade_items(struct mm_struct *mm, struct l4h_item *items);

/* ahead.c */
void l4_ahead_start(struct mm_struct *mm, unsigned long ip, unsigned long sp);
void l4_ahead_copied(struct mm_struct *mm, unsigned long sp);
void l4_ahead_fault(struct mm_struct *mm, unsigned long va, bool write);
void l4_ahead_prepare(struct vm_area_struct *vma, unsigned long va, bool write);
void l4_ahead_end(struct l4_mm *m);

/* dense.c */
bool l4_dense_write(struct l4_mm *m, unsigned long page, bool write);
bool l4_dense_window(struct mm_struct *mm, unsigned long base);

/* spare.c */
bool l4_spare_page(struct mm_struct *mm);

/* hot.c */
void l4_hot_fault(struct vm_area_struct *vma, unsigned long va, bool write);

/* mm.c: the mm with that task handle, if it is still that one */
struct l4_mm *l4_mm_find(int task, u64 serial);

/* fpu.c, partial.c */
#define L4_FPU_SIZE (MAX_FP_NR * sizeof(unsigned long))
int l4_fpu_use(struct l4_mm *m);
void l4_regs_complete(struct l4_mm *m);
void l4_regs_for_call(struct l4_mm *m, unsigned long nr);
void l4_fpu_mm_release(struct l4_mm *m);

/* bell.c */
void l4_bells_ring(void);
int l4_bell_last(void);

/* irq.c */
void l4_irq_dispatch(struct uml_pt_regs *regs);
void l4_irq_add(u64 mask);
u64 l4_irq_fd_pending(u64 mask);

/* mem.c */
void l4_mem_reserve_last(void);

/* time.c */
void l4_time_init(void);
void l4_timer_irq(struct uml_pt_regs *regs);

/* trap.c */
void l4_user_trap(struct uml_pt_regs *r);

/* thread.c */
void l4_fork_handler(void);

/* cmdline.c */
int l4_cmdline(int argc, char **argv, char ***argv_out);

#endif
