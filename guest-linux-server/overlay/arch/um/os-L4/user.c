// SPDX-License-Identifier: GPL-2.0-only
/*
 * The user-mode loop of every Linux thread. One round: run user code until something happens,
 * handle it, deliver signals and reschedule, again.
 *
 * From block_signals() to l4h_resume() nothing sleeps or schedules: what is prepared there
 * (vector state, revocations, map items) is true when the user code runs.
 */
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/resume_user_mode.h>
#include <linux/sched/signal.h>
#include <as-layout.h>
#include <kern_util.h>
#include <os.h>
#include <skas.h>
#include "os_l4.h"

#define NO_FAULT (~0UL)
#define PF_FETCH 0x10
#define X86_EFLAGS_TF 0x100

/* arch/um's handler knows reads and writes; an instruction fetch from data is ours to refuse. */
static bool fetch_refused(struct uml_pt_regs *r, unsigned long va)
{
	struct mm_struct *mm = current->mm;
	struct vm_area_struct *vma;
	bool refused;

	if (!(r->faultinfo.error_code & PF_FETCH))
		return false;
	mmap_read_lock(mm);
	vma = vma_lookup(mm, va);
	refused = vma && !(vma->vm_flags & VM_EXEC);
	mmap_read_unlock(mm);
	if (refused) {
		current->thread.arch.faultinfo = r->faultinfo;
		force_sig_fault(SIGSEGV, SEGV_ACCERR, (void __user *)va);
	}
	return refused;
}

/* Returns the address to map, if there is one. */
static unsigned long page_fault(struct uml_pt_regs *r)
{
	unsigned long va = FAULT_ADDRESS(r->faultinfo);

	if (fetch_refused(r, va))
		return NO_FAULT;
	segv_handler(SIGSEGV, NULL, r);
	if (va >= L4_USER_MIN) {
		l4_ahead_fault(current->mm, va, FAULT_WRITE(r->faultinfo));
		return va;
	}
	/* root may have mapped something there, but no task can have it */
	if (!signal_pending(current))
		force_sig_fault(SIGSEGV, SEGV_MAPERR, (void __user *)va);
	return NO_FAULT;
}

/* A debugger's single step is the trap flag for one round; the program must not see it. */
static int resume(struct l4_mm *m, struct uml_pt_regs *r, const struct l4h_item *items, int n)
{
	unsigned long own = UPT_EFLAGS(r) & X86_EFLAGS_TF;
	bool step = test_thread_flag(TIF_SINGLESTEP);
	int event;

	if (m->partial && !n && !step) {
		event = l4h_answer(m->task, r->gp, &r->faultinfo);
		if (event != L4H_FAILED)
			return event;
	}
	l4_regs_complete(m);
	if (m->lost)
		return L4H_FAILED;
	if (step)
		UPT_EFLAGS(r) |= X86_EFLAGS_TF;
	event = l4h_resume(m->task, r->gp, &r->faultinfo, items, n);
	if (step)
		UPT_EFLAGS(r) = (UPT_EFLAGS(r) & ~X86_EFLAGS_TF) | own;
	return event;
}

/*
 * Faults that can be foreseen before the user code runs. Returns an address to map what is around,
 * or the one that there is already.
 */
static unsigned long foresee(struct uml_pt_regs *r, unsigned long fault)
{
	struct l4_mm *m = l4_mm_current();

	if (!m->started) {
		l4_ahead_start(current->mm, UPT_IP(r), UPT_SP(r));
		return UPT_IP(r);
	}
	if (m->copied)
		l4_ahead_copied(current->mm, UPT_SP(r));
	return fault;
}

/* Entered with the interrupt flag off, returns with it on. */
static int run(struct uml_pt_regs *r, unsigned long fault)
{
	struct l4h_item items[L4H_MAX_ITEMS];
	struct l4_mm *m = l4_mm_current();
	int n = 0, event = L4H_FAILED;

	if (l4_fpu_use(m) < 0) {
		/* somebody's sigreturn or ptrace gave us a state the processor refuses */
		unblock_signals();
		l4_fpu_init_state(r->fp);
		force_sig(SIGSEGV);
		return L4H_IRQ;
	}
	if (fault != NO_FAULT)
		n = l4_fault_items(current->mm, fault, items);
	n += l4_upgrade_items(current->mm, items + n);
	l4_bells_ring();
	if (l4_shadow_commit(m) >= 0)
		event = resume(m, r, items, n);
	m->partial = event == L4H_SYSCALL_PARTIAL;
	r->is_user = 1;
	UPT_SYSCALL_NR(r) = -1;
	if (event == L4H_IRQ) {
		/* with the user's registers: the tick belongs to this process */
		l4_irq_add(l4h_irq_fetch());
		l4_irq_dispatch(r);
	}
	unblock_signals();
	return event;
}

/* What arch/um's interrupt_end() does, but signals find all registers. */
static void work(void)
{
	struct pt_regs *regs = &current->thread.regs;
	unsigned long flags;

	while ((flags = read_thread_flags()) & _TIF_WORK_MASK) {
		if (flags & _TIF_NEED_RESCHED)
			schedule();
		if (flags & (_TIF_SIGPENDING | _TIF_NOTIFY_SIGNAL)) {
			l4_regs_complete(l4_mm_current());
			l4_sigreturn_finish();
			do_signal(regs);
		}
		if (flags & _TIF_NOTIFY_RESUME)
			resume_user_mode_work(regs);
	}
}

void userspace(struct uml_pt_regs *r, unsigned long *aux_fp_regs)
{
	unsigned long fault = NO_FAULT;
	int event;

	for (;;) {
		work();
		fault = foresee(r, fault);
		block_signals();
		/* an interrupt between the two lines above may have made work */
		if (read_thread_flags() & _TIF_WORK_MASK) {
			unblock_signals();
			continue;
		}
		PT_SYSCALL_NR(r->gp) = -1;
		event = current->mm->context.id.kill ? L4H_FAILED : run(r, fault);
		fault = NO_FAULT;
		switch (event) {
		case L4H_SYSCALL_PARTIAL:
			l4_regs_for_call(l4_mm_current(), PT_SYSCALL_NR(r->gp));
			fallthrough;
		case L4H_SYSCALL:
			handle_syscall(r);
			break;
		case L4H_TRAP:
			if (r->faultinfo.trap_no == 14)
				fault = page_fault(r);
			else
				l4_user_trap(r);
			break;
		case L4H_IRQ:
			break;
		default:
			unblock_signals();
			printk(KERN_ERR "l4: the address space of %s[%d] cannot run any more, "
					"killing it\n",
			       current->comm, task_pid_nr(current));
			fatal_sigsegv();
		}
	}
}
