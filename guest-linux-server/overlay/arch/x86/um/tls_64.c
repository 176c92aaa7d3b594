// SPDX-License-Identifier: GPL-2.0-only
/* Replaces UML's: the segment bases are part of the saved user registers. */
#include <linux/sched.h>
#include <asm/ptrace.h>

void clear_flushed_tls(struct task_struct *task);
int arch_set_tls(struct task_struct *t, unsigned long tls);

void clear_flushed_tls(struct task_struct *task)
{
}

int arch_set_tls(struct task_struct *t, unsigned long tls)
{
	t->thread.arch.fs = tls;
	t->thread.regs.regs.gp[HOST_FS_BASE] = tls;
	return 0;
}
