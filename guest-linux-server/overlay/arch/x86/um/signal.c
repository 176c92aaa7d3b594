// SPDX-License-Identifier: GPL-2.0-only
/*
 * Replaces UML's: x86-64 signal frames with the whole vector state in the format of the real
 * kernel (fxsave area, software-reserved bytes that describe what follows, XSAVE areas, magic), so
 * that handlers, longjmp-ing runtimes and debuggers find what they expect.
 *
 * Frame, from the top: red zone of the interrupted code, vector state (64-byte aligned), siginfo,
 * ucontext, return address. The stack is 8 off 16 at handler entry, as after a call.
 */
#include <linux/kernel.h>
#include <linux/ptrace.h>
#include <linux/sched/signal.h>
#include <linux/uaccess.h>
#include <asm/ucontext.h>
#include <frame_kern.h>
#include <skas.h>
#include <shared/l4fpu.h>

#define RED_ZONE 128
#define FX_SIZE 512
#define SW_BYTES 464 /* offset of struct _fpx_sw_bytes in the fxsave area */
#define USER_FLAGS 0x40dd5UL

struct rt_sigframe {
	char __user *pretcode;
	struct ucontext uc;
	struct siginfo info;
};

static int put_fpstate(void __user *to)
{
	unsigned int size = l4_fpu_user_size();
	struct _fpx_sw_bytes sw = {
		.magic1 = FP_XSTATE_MAGIC1,
		.extended_size = size + FP_XSTATE_MAGIC2_SIZE,
		.xfeatures = l4_fpu_features(),
		.xstate_size = size,
	};
	void *fp = current->thread.regs.regs.fp;

	l4_fpu_save(current);
	return copy_to_user(to, fp, size) || copy_to_user(to + SW_BYTES, &sw, sizeof(sw)) ||
	       put_user(FP_XSTATE_MAGIC2, (u32 __user *)(to + size));
}

static int get_fpstate(const void __user *from)
{
	unsigned int size = l4_fpu_user_size(), magic2;
	unsigned long *fp = current->thread.regs.regs.fp;
	struct _fpx_sw_bytes sw;

	l4_fpu_drop(current);
	l4_fpu_init_state(fp);
	if (!from)
		return 0;
	if (copy_from_user(&sw, from + SW_BYTES, sizeof(sw)))
		return -EFAULT;
	/* without the magic numbers only the first 512 bytes mean anything */
	if (sw.magic1 != FP_XSTATE_MAGIC1 || sw.xstate_size != size ||
	    get_user(magic2, (u32 __user *)(from + size)) || magic2 != FP_XSTATE_MAGIC2)
		size = FX_SIZE;
	if (copy_from_user(fp, from, size))
		return -EFAULT;
	memset((char *)fp + SW_BYTES, 0, FX_SIZE - SW_BYTES);
	l4_fpu_sanitize(fp);
	return 0;
}

/* clang-format off */
#define COPY_GP(X) \
	X(R8, r8) X(R9, r9) X(R10, r10) X(R11, r11) X(R12, r12) X(R13, r13) X(R14, r14) \
	X(R15, r15) X(DI, di) X(SI, si) X(BP, bp) X(SP, sp) X(BX, bx) X(DX, dx) X(CX, cx) \
	X(AX, ax) X(IP, ip)
/* clang-format on */

static int put_sigcontext(struct sigcontext __user *to, void __user *fpstate, struct pt_regs *regs,
			  unsigned long mask)
{
	struct faultinfo *fi = &current->thread.arch.faultinfo;
	unsigned long *gp = regs->regs.gp;
	struct sigcontext sc = {
		.cr2 = fi->cr2,
		.err = fi->error_code,
		.trapno = fi->trap_no,
		.flags = gp[HOST_EFLAGS],
		.cs = gp[HOST_CS],
		.ss = gp[HOST_SS],
		.oldmask = mask,
		.fpstate = (unsigned long)fpstate,
	};

#define X(r, f) sc.f = gp[HOST_##r];
	COPY_GP(X)
#undef X
	return copy_to_user(to, &sc, sizeof(sc)) ? -EFAULT : 0;
}

static int get_sigcontext(struct pt_regs *regs, struct sigcontext __user *from)
{
	unsigned long *gp = regs->regs.gp;
	struct sigcontext sc;

	/* a system call that was interrupted must not be restarted with these registers */
	current->restart_block.fn = do_no_restart_syscall;
	if (copy_from_user(&sc, from, sizeof(sc)))
		return -EFAULT;
#define X(r, f) gp[HOST_##r] = sc.f;
	COPY_GP(X)
#undef X
	gp[HOST_EFLAGS] = (gp[HOST_EFLAGS] & ~USER_FLAGS) | (sc.flags & USER_FLAGS);
	return get_fpstate((void __user *)sc.fpstate);
}

static int put_ucontext(struct rt_sigframe __user *frame, void __user *fpstate,
			struct ksignal *ksig, struct pt_regs *regs, sigset_t *set)
{
	if (ksig->ka.sa.sa_flags & SA_SIGINFO && copy_siginfo_to_user(&frame->info, &ksig->info))
		return -EFAULT;
	return put_user(UC_FP_XSTATE | UC_SIGCONTEXT_SS | UC_STRICT_RESTORE_SS,
			&frame->uc.uc_flags) ||
	       put_user(0, &frame->uc.uc_link) ||
	       __save_altstack(&frame->uc.uc_stack, PT_REGS_SP(regs)) ||
	       put_sigcontext(&frame->uc.uc_mcontext, fpstate, regs, set->sig[0]) ||
	       copy_to_user(&frame->uc.uc_sigmask, set, sizeof(*set)) ||
	       put_user((void __user *)ksig->ka.sa.sa_restorer, &frame->pretcode) ||
	       put_fpstate(fpstate);
}

int setup_signal_stack_si(unsigned long stack_top, struct ksignal *ksig, struct pt_regs *regs,
			  sigset_t *set)
{
	unsigned long fp = stack_top, sp;
	struct rt_sigframe __user *frame;

	/* on a fresh alternate stack there is no interrupted code's red zone; harmless there */
	fp = (fp - RED_ZONE - l4_fpu_user_size() - FP_XSTATE_MAGIC2_SIZE) & ~63UL;
	sp = ((fp - sizeof(*frame)) & ~15UL) - 8;
	frame = (struct rt_sigframe __user *)sp;
	/* x86-64 has no return code on the stack: without a restorer there is no way back */
	if (!access_ok(frame, stack_top - sp) || !(ksig->ka.sa.sa_flags & SA_RESTORER) ||
	    put_ucontext(frame, (void __user *)fp, ksig, regs, set))
		return -EFAULT;
	PT_REGS_SP(regs) = sp;
	PT_REGS_IP(regs) = (unsigned long)ksig->ka.sa.sa_handler;
	PT_REGS_DI(regs) = ksig->sig;
	PT_REGS_SI(regs) = (unsigned long)&frame->info;
	PT_REGS_DX(regs) = (unsigned long)&frame->uc;
	PT_REGS_AX(regs) = 0; /* no vector arguments, should the handler be variadic */
	/* the ABI wants the direction flag clear; a debugger's single step ends here */
	PT_REGS_EFLAGS(regs) &= ~0x500UL;
	return 0;
}

long sys_rt_sigreturn(void)
{
	struct pt_regs *regs = &current->thread.regs;
	struct rt_sigframe __user *frame = (void __user *)(PT_REGS_SP(regs) - sizeof(long));
	sigset_t set;

	if (copy_from_user(&set, &frame->uc.uc_sigmask, sizeof(set)))
		goto segfault;
	set_current_blocked(&set);
	if (get_sigcontext(regs, &frame->uc.uc_mcontext) || restore_altstack(&frame->uc.uc_stack))
		goto segfault;
	PT_REGS_SYSCALL_NR(regs) = -1; /* no restart handling */
	return PT_REGS_SYSCALL_RET(regs);

segfault:
	force_sig(SIGSEGV);
	return 0;
}
