// SPDX-License-Identifier: GPL-2.0-only
/*
 * Vector state. It stays live in the user task, where the kernel (built without vector
 * instructions) cannot disturb it, and is moved only when it must be: another thread of the same
 * mm runs, fork copies it, a signal frame, ptrace or a core dump shows it.
 *
 * Each mm has at most one owner: the thread whose state is live there. Memory
 * (thread.regs.regs.fp) is valid for every thread that owns nothing.
 */
#include <linux/hashtable.h>
#include <linux/kernel.h>
#include <linux/sched.h>
#include <linux/sched/task.h>
#include <linux/string.h>
#include <asm/ptrace.h>
#include <registers.h>
#include "os_l4.h"

static DEFINE_HASHTABLE(owners, 6); /* thread -> mm that has its state live */

static unsigned long *memory(struct task_struct *t)
{
	return t->thread.regs.regs.fp;
}

static struct l4_mm *live_in(struct task_struct *t)
{
	struct l4_mm *m;

	hash_for_each_possible(owners, m, fpu_node,
			       (unsigned long)t) if (m->fpu_owner == t) return m;
	return NULL;
}

static void set_owner(struct l4_mm *m, struct task_struct *t)
{
	hash_del(&m->fpu_node);
	m->fpu_owner = t;
	m->partial = false;
	if (t)
		hash_add(owners, &m->fpu_node, (unsigned long)t);
}

/* current is about to run in m */
int l4_fpu_use(struct l4_mm *m)
{
	struct task_struct *old = m->fpu_owner;
	int err;

	if (likely(old == current))
		return 0;
	l4_regs_complete(m);
	err = l4h_fpu_move(m->task, old ? memory(old) : NULL, memory(current), L4_FPU_SIZE);
	set_owner(m, err ? NULL : current);
	return err;
}

/* Bring memory up to date; the state stays live. */
void l4_fpu_save(struct task_struct *t)
{
	struct l4_mm *m = live_in(t);

	if (m)
		l4h_fpu_move(m->task, memory(t), NULL, L4_FPU_SIZE);
}

/* Memory is the truth from now on: the live state is not wanted any more. */
void l4_fpu_drop(struct task_struct *t)
{
	struct l4_mm *m = live_in(t);

	if (m)
		set_owner(m, NULL);
}

void l4_fpu_mm_release(struct l4_mm *m)
{
	set_owner(m, NULL);
}

/* Called by fork for every new thread: the copy must contain the state. */
int arch_dup_task_struct(struct task_struct *dst, struct task_struct *src)
{
	l4_fpu_save(src);
	*dst = *src;
	return 0;
}

void arch_release_task_struct(struct task_struct *tsk)
{
	l4_fpu_drop(tsk);
}

/* Registers of a fresh program. Also called by exec for current: its old state is gone then. */
void get_safe_registers(unsigned long *gp, unsigned long *fp)
{
	memset(gp, 0, MAX_REG_NR * sizeof(long));
	gp[HOST_CS] = 0x33;
	gp[HOST_SS] = 0x2b;
	gp[HOST_EFLAGS] = 0x202;
	if (!fp)
		return;
	l4_fpu_init_state(fp);
	if (fp == memory(current))
		l4_fpu_drop(current);
}

/* Core dumps: replaces arch/um's elf_core_copy_fpregs, which knows only the current thread. */
int l4_fpu_core(struct task_struct *t, void *fpregs)
{
	l4_fpu_save(t);
	memcpy(fpregs, memory(t), sizeof(struct user_i387_struct));
	return 1;
}

/* what is left of arch/um's own reference */
int save_i387_registers(int pid, unsigned long *fp)
{
	return !l4_fpu_core(current, fp);
}
