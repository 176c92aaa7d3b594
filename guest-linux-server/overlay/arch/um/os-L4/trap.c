// SPDX-License-Identifier: GPL-2.0-only
/* Exceptions of user code other than page faults and system calls, as signals. */
#include <linux/kernel.h>
#include <linux/sched/signal.h>
#include <linux/signal.h>
#include <kern_util.h>
#include <os.h>
#include "os_l4.h"

#define X86_EFLAGS_TF 0x100

struct trap_signal {
	unsigned char sig, code;
	bool ip; /* si_addr is the instruction, else the signal carries no address */
};

/* si_code SI_KERNEL (0x80): what x86 Linux reports when there is no better reason */
static const struct trap_signal signals[] = {
	[0] = { SIGFPE, FPE_INTDIV, true },   [1] = { SIGTRAP, TRAP_TRACE, true },
	[3] = { SIGTRAP, SI_KERNEL, false },  [4] = { SIGSEGV, SI_KERNEL, false },
	[5] = { SIGSEGV, SI_KERNEL, false },  [6] = { SIGILL, ILL_ILLOPN, true },
	[10] = { SIGSEGV, SI_KERNEL, false }, [11] = { SIGBUS, SI_KERNEL, false },
	[12] = { SIGBUS, SI_KERNEL, false },  [13] = { SIGSEGV, SI_KERNEL, false },
	[17] = { SIGBUS, BUS_ADRALN, false },
};

#define TRAP_MF 16
#define TRAP_XM 19

/* Which unmasked floating-point exception was it? Bits as in the x87 status and MXCSR. */
static int fpe_code(int trap)
{
	unsigned char *fp;
	unsigned int flags;

	l4_fpu_save(current);
	fp = (unsigned char *)current->thread.regs.regs.fp;
	if (trap == TRAP_MF)
		flags = *(u16 *)(fp + 2) & ~*(u16 *)fp;
	else
		flags = *(u32 *)(fp + 24) & ~(*(u32 *)(fp + 24) >> 7);
	if (flags & 1)
		return FPE_FLTINV;
	if (flags & 4)
		return FPE_FLTDIV;
	if (flags & 8)
		return FPE_FLTOVF;
	if (flags & 0x12)
		return FPE_FLTUND;
	if (flags & 0x20)
		return FPE_FLTRES;
	return FPE_FLTINV;
}

void l4_user_trap(struct uml_pt_regs *r)
{
	int trap = r->faultinfo.trap_no;
	struct trap_signal s = { SIGILL, SI_KERNEL, false };
	void __user *ip = (void __user *)UPT_IP(r);

	current->thread.arch.faultinfo = r->faultinfo;
	if (trap == TRAP_MF || trap == TRAP_XM)
		s = (struct trap_signal){ SIGFPE, fpe_code(trap), true };
	else if (trap >= 0 && trap < ARRAY_SIZE(signals) && signals[trap].sig)
		s = signals[trap];
	if (trap == 1)
		UPT_EFLAGS(r) &= ~X86_EFLAGS_TF;
	if (s.code == SI_KERNEL)
		force_sig(s.sig);
	else
		force_sig_fault(s.sig, s.code, s.ip ? ip : NULL);
}
