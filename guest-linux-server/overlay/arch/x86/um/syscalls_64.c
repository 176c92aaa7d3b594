// SPDX-License-Identifier: GPL-2.0-only
/* Replaces UML's: the segment bases are part of the saved user registers, no host to ask. */
#include <linux/sched.h>
#include <linux/sched/mm.h>
#include <linux/syscalls.h>
#include <linux/uaccess.h>
#include <asm/prctl.h>

void arch_switch_to(struct task_struct *to);

long arch_prctl(struct task_struct *task, int option, unsigned long __user *arg2)
{
	unsigned long *gp = task->thread.regs.regs.gp;
	unsigned long base = (unsigned long)arg2;

	switch (option) {
	case ARCH_SET_FS:
	case ARCH_SET_GS:
		/* a base outside the user range could not be loaded */
		if (base >= TASK_SIZE)
			return -EPERM;
		if (option == ARCH_SET_GS) {
			gp[HOST_GS_BASE] = base;
			return 0;
		}
		task->thread.arch.fs = gp[HOST_FS_BASE] = base;
		return 0;
	case ARCH_GET_FS:
		return put_user(gp[HOST_FS_BASE], arg2);
	case ARCH_GET_GS:
		return put_user(gp[HOST_GS_BASE], arg2);
	}
	return -EINVAL;
}

SYSCALL_DEFINE2(arch_prctl, int, option, unsigned long, arg2)
{
	return arch_prctl(current, option, (unsigned long __user *)arg2);
}

void arch_switch_to(struct task_struct *to)
{
}

SYSCALL_DEFINE6(mmap, unsigned long, addr, unsigned long, len, unsigned long, prot, unsigned long,
		flags, unsigned long, fd, unsigned long, off)
{
	if (off & ~PAGE_MASK)
		return -EINVAL;
	return ksys_mmap_pgoff(addr, len, prot, flags, fd, off >> PAGE_SHIFT);
}
