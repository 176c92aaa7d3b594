// SPDX-License-Identifier: GPL-2.0-only
/*
 * System calls that come in part. Most calls need their arguments only, and change nothing but rax;
 * for these the bottom leaves all other registers in the task (l4host.h). Whoever needs more, or
 * wants to change some, completes them first. They belong to the owner of the task's vector state.
 *
 * That is due before signals are handled, before a call of the list below, for a process that is
 * traced, and before another thread of the same mm runs.
 */
#include <linux/kernel.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <asm/elf.h>
#include <asm/unistd.h>
#include <asm/vdso/sigreturn.h>
#include "os_l4.h"

#define SYSCALL_WORK (_TIF_SYSCALL_TRACE | _TIF_SYSCALL_AUDIT | _TIF_SECCOMP)

void l4_regs_complete(struct l4_mm *m)
{
	if (!m->partial)
		return;
	m->partial = false;
	if (l4h_call_registers(m->task, m->fpu_owner->thread.regs.regs.gp) < 0)
		m->lost = true;
}

bool l4_call_in_part(void)
{
	return l4_mm_current()->partial;
}

/*
 * Calls that look at registers beyond their arguments, or replace them: unless the vDSO does that
 * for a return from a signal.
 */
static bool needs_all(unsigned long nr)
{
	if (current->ptrace || read_thread_flags() & SYSCALL_WORK)
		return true;
	switch (nr) {
	case __NR_clone:
	case __NR_clone3:
	case __NR_fork:
	case __NR_vfork:
	case __NR_execve:
	case __NR_execveat:
	case __NR_sigaltstack:
	case __NR_arch_prctl:
	case __NR_modify_ldt:
	case __NR_iopl:
	case __NR_ptrace:
		return true;
	case __NR_rt_sigreturn:
		return UPT_IP(&current->thread.regs.regs) !=
		       um_vdso_addr + L4_VDSO_SIGRETURN_CALLED;
	}
	return false;
}

void l4_regs_for_call(struct l4_mm *m, unsigned long nr)
{
	if (needs_all(nr))
		l4_regs_complete(m);
	else if (nr == __NR_exit || nr == __NR_exit_group)
		m->partial = false; /* nobody will look at them any more */
}
