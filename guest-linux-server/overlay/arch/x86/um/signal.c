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
#include <asm/elf.h>
#include <asm/ucontext.h>
#include <asm/vdso/sigreturn.h>
#include <frame_kern.h>
#include <skas.h>
#include <shared/l4fpu.h>

#define RED_ZONE 128
#define FX_SIZE 512
#define SW_BYTES L4_FX_SW_BYTES
#define USER_FLAGS ((unsigned long)L4_USER_FLAGS)

struct rt_sigframe {
	char __user *pretcode;
	struct ucontext uc;
	struct siginfo info;
};

static_assert(offsetof(struct ucontext, uc_mcontext.r8) == L4_UC_R8);
static_assert(offsetof(struct ucontext, uc_mcontext.cx) == L4_UC_R8 + 14 * sizeof(long));
static_assert(offsetof(struct ucontext, uc_mcontext.sp) == L4_UC_SP);
static_assert(offsetof(struct ucontext, uc_mcontext.ip) == L4_UC_IP);
static_assert(offsetof(struct ucontext, uc_mcontext.flags) == L4_UC_FLAGS);
static_assert(offsetof(struct ucontext, uc_mcontext.fpstate) == L4_UC_FPSTATE);
static_assert(offsetof(struct ucontext, uc_mcontext.reserved1) == L4_UC_RESERVED);

/* In few copies: each of them walks the page tables. */
static int put_fpstate(void __user *to)
{
	unsigned int size = l4_fpu_user_size();
	struct _fpx_sw_bytes sw = {
		.magic1 = FP_XSTATE_MAGIC1,
		.extended_size = size + FP_XSTATE_MAGIC2_SIZE,
		.xfeatures = l4_fpu_features(),
		.xstate_size = size,
	};
	char *fp = (char *)current->thread.regs.regs.fp;
	int failed;

	l4_fpu_save(current);
	memcpy(fp + SW_BYTES, &sw, sizeof(sw));
	failed = copy_to_user(to, fp, size) ||
		 put_user(FP_XSTATE_MAGIC2, (u32 __user *)(to + size));
	/* When that has slept another thread may have run, and our state been saved once more. */
	if (!failed && memcmp(fp + SW_BYTES, &sw, sizeof(sw)))
		failed = copy_to_user(to + SW_BYTES, &sw, sizeof(sw));
	memset(fp + SW_BYTES, 0, sizeof(sw));
	return failed;
}

/* The area's first 512 bytes are in @fp. Without the magic numbers only they mean anything. */
static int get_extended(char *fp, const void __user *from)
{
	const struct _fpx_sw_bytes *sw = (void *)(fp + SW_BYTES);
	unsigned int size = l4_fpu_user_size(), magic2 = 0;

	if (sw->magic1 == FP_XSTATE_MAGIC1 && sw->xstate_size == size &&
	    get_user(magic2, (u32 __user *)(from + size)))
		return -EFAULT;
	if (magic2 == FP_XSTATE_MAGIC2)
		return copy_from_user(fp + FX_SIZE, from + FX_SIZE, size - FX_SIZE);
	l4_fpu_init_state(fp);
	return copy_from_user(fp, from, FX_SIZE);
}

static int get_fpstate(const void __user *from)
{
	char *fp = (char *)current->thread.regs.regs.fp;

	l4_fpu_drop(current);
	if (!from || copy_from_user(fp, from, FX_SIZE) || get_extended(fp, from)) {
		l4_fpu_init_state(fp);
		return from ? -EFAULT : 0;
	}
	memset(fp + SW_BYTES, 0, FX_SIZE - SW_BYTES);
	l4_fpu_sanitize(fp);
	return 0;
}

/* clang-format off */
#define COPY_GP(X) \
	X(R8, r8) X(R9, r9) X(R10, r10) X(R11, r11) X(R12, r12) X(R13, r13) X(R14, r14) \
	X(R15, r15) X(DI, di) X(SI, si) X(BP, bp) X(SP, sp) X(BX, bx) X(DX, dx) X(CX, cx) \
	X(AX, ax) X(IP, ip)
/* clang-format on */

static struct sigcontext sigcontext_of(struct pt_regs *regs, void __user *fpstate,
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
	return sc;
}

static void set_registers(struct pt_regs *regs, const struct sigcontext *sc)
{
	unsigned long *gp = regs->regs.gp;

#define X(r, f) gp[HOST_##r] = sc->f;
	COPY_GP(X)
#undef X
	gp[HOST_EFLAGS] = (gp[HOST_EFLAGS] & ~USER_FLAGS) | (sc->flags & USER_FLAGS);
}

static int put_frame(struct rt_sigframe __user *to, void __user *fpstate, struct ksignal *ksig,
		     struct pt_regs *regs, sigset_t *set)
{
	struct rt_sigframe f;
	unsigned long back;

	memset(&f, 0, sizeof(f));
	/* a debugger expects to find what it knows */
	back = current->ptrace ? 0 : l4_vdso_sigreturn();
	f.pretcode = back ? (char __user *)back : (char __user *)ksig->ka.sa.sa_restorer;
	f.uc.uc_flags = UC_FP_XSTATE | UC_SIGCONTEXT_SS | UC_STRICT_RESTORE_SS;
	f.uc.uc_stack.ss_sp = (void __user *)current->sas_ss_sp;
	f.uc.uc_stack.ss_flags = current->sas_ss_flags;
	f.uc.uc_stack.ss_size = current->sas_ss_size;
	f.uc.uc_mcontext = sigcontext_of(regs, fpstate, set->sig[0]);
	f.uc.uc_sigmask = *set;
	if (ksig->ka.sa.sa_flags & SA_SIGINFO && copy_siginfo_to_user(&to->info, &ksig->info))
		return -EFAULT;
	return copy_to_user(to, &f, offsetof(struct rt_sigframe, info)) || put_fpstate(fpstate);
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
	    put_frame(frame, (void __user *)fp, ksig, regs, set))
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

/* Registers and vector state as the frame has them. */
static int restore(struct pt_regs *regs, const struct ucontext *uc)
{
	set_registers(regs, &uc->uc_mcontext);
	PT_REGS_SYSCALL_NR(regs) = -1; /* no restart handling */
	return get_fpstate((void __user *)uc->uc_mcontext.fpstate);
}

void l4_sigreturn_finish(void)
{
	struct pt_regs *regs = &current->thread.regs;
	unsigned long at = PT_REGS_IP(regs) - um_vdso_addr, frame = PT_REGS_SP(regs);
	struct ucontext uc;

	if (at < L4_VDSO_SIGRETURN_CALLED || at >= L4_VDSO_SIGRETURN_END || !l4_vdso_sigreturn())
		return;
	if (at == L4_VDSO_SIGRETURN_IRETQ)
		frame -= L4_UC_RESERVED;
	if (copy_from_user(&uc, (void __user *)frame, sizeof(uc)) || restore(regs, &uc))
		force_sig(SIGSEGV);
}

/*
 * A call in part comes from the vDSO, which tells the frame's address in rdi and loads registers
 * and vector state itself.
 */
long sys_rt_sigreturn(void)
{
	struct pt_regs *regs = &current->thread.regs;
	bool in_part = l4_call_in_part();
	unsigned long at = in_part ? PT_REGS_DI(regs) : PT_REGS_SP(regs);
	struct ucontext __user *frame = (void __user *)at;
	struct ucontext uc;
	int failed;

	/* a system call that was interrupted must not be restarted with these registers */
	current->restart_block.fn = do_no_restart_syscall;
	if (copy_from_user(&uc, frame, sizeof(uc)))
		goto segfault;
	set_current_blocked(&uc.uc_sigmask);
	if (!in_part && restore(regs, &uc))
		goto segfault;
	/* An alternate stack is not set back while it is in use, which rsp tells. */
	PT_REGS_SP(regs) = uc.uc_mcontext.sp;
	failed = restore_altstack(&frame->uc_stack);
	/* What we have of rsp counts again if all registers have become known meanwhile. */
	if (in_part)
		PT_REGS_SP(regs) = at;
	if (failed)
		goto segfault;
	return in_part ? 0 : PT_REGS_SYSCALL_RET(regs);

segfault:
	force_sig(SIGSEGV);
	return 0;
}
