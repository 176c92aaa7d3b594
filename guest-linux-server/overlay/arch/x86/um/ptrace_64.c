// SPDX-License-Identifier: GPL-2.0-only
/*
 * Replaces UML's: another thread's registers are plain memory here, and its vector state is
 * fetched from the task it is live in.
 */
#include <linux/errno.h>
#include <linux/mm.h>
#include <linux/sched.h>
#define __FRAME_OFFSETS
#include <asm/ptrace.h>
#include <asm/ptrace-abi.h>
#include <linux/uaccess.h>
#include <registers.h>
#include <shared/l4fpu.h>

#define USER_FLAGS 0x44dd5UL /* flags a debugger may change */

/* struct user_regs_struct order is the order of gp[], so a user offset is an index */
static int set_flags(unsigned long *gp, unsigned long value)
{
	gp[HOST_EFLAGS] = (gp[HOST_EFLAGS] & ~USER_FLAGS) | (value & USER_FLAGS);
	return 0;
}

int putreg(struct task_struct *child, int regno, unsigned long value)
{
	unsigned long *gp = child->thread.regs.regs.gp;

	if (regno < 0 || regno >= MAX_REG_OFFSET || regno & 7)
		return -EIO;
	switch (regno) {
	case EFLAGS:
		return set_flags(gp, value);
	case ORIG_RAX:
		UPT_SYSCALL_NR(&child->thread.regs.regs) = value;
		break;
	case CS:
	case SS:
	case DS:
	case ES:
	case FS:
	case GS:
		/* flat segments only: accept what changes nothing that runs */
		return value && (value & 3) != 3 ? -EIO : 0;
	case FS_BASE:
	case GS_BASE:
		if (value >= TASK_SIZE)
			return -EIO;
		break;
	}
	gp[regno >> 3] = value;
	return 0;
}

unsigned long getreg(struct task_struct *child, int regno)
{
	return child->thread.regs.regs.gp[regno >> 3];
}

#define DEBUGREG(n) offsetof(struct user, u_debugreg[n])

int poke_user(struct task_struct *child, long addr, long data)
{
	if (addr >= 0 && addr < MAX_REG_OFFSET)
		return putreg(child, addr, data);
	if (addr < DEBUGREG(0) || addr > DEBUGREG(7) || addr & 7)
		return -EIO;
	/* there are no hardware breakpoints: clearing them is all one can do */
	return data ? -EIO : 0;
}

int peek_user(struct task_struct *child, long addr, long data)
{
	unsigned long value = 0;

	if (addr < 0 || addr & 7)
		return -EIO;
	if (addr < MAX_REG_OFFSET)
		value = getreg(child, addr);
	return put_user(value, (unsigned long __user *)data);
}

int is_syscall(unsigned long addr)
{
	unsigned short instr;

	if (copy_from_user(&instr, (void __user *)addr, sizeof(instr)) &&
	    access_process_vm(current, addr, &instr, sizeof(instr), FOLL_FORCE) != sizeof(instr))
		return 1;
	return instr == 0x050f;
}

static long get_fpregs(struct user_i387_struct __user *buf, struct task_struct *child)
{
	l4_fpu_save(child);
	return copy_to_user(buf, child->thread.regs.regs.fp, sizeof(*buf)) ? -EFAULT : 0;
}

static long set_fpregs(struct user_i387_struct __user *buf, struct task_struct *child)
{
	unsigned long *fp = child->thread.regs.regs.fp;

	l4_fpu_save(child);
	l4_fpu_drop(child);
	if (copy_from_user(fp, buf, sizeof(*buf)))
		return -EFAULT;
	l4_fpu_sanitize(fp);
	return 0;
}

long subarch_ptrace(struct task_struct *child, long request, unsigned long addr, unsigned long data)
{
	void __user *datap = (void __user *)data;

	switch (request) {
	case PTRACE_GETFPREGS:
		return get_fpregs(datap, child);
	case PTRACE_SETFPREGS:
		return set_fpregs(datap, child);
	case PTRACE_ARCH_PRCTL:
		return arch_prctl(child, data, (void __user *)addr);
	}
	return -EIO;
}
