// SPDX-License-Identifier: MIT
/*
 * The trap loop.
 *
 * No wake-up is lost: engine_run() publishes the thread it is about to start and then looks at the
 * interrupt flag. A signal before that look is seen by it; a signal after it finds the published
 * thread and stops it with PTRACE_INTERRUPT, which also holds for a thread that is not yet
 * running: it stops as soon as it is started.
 */
#define _GNU_SOURCE
#include "run.h"

#include "../core/arch.h"
#include "../core/fault.h"
#include "../core/task.h"
#include "../core/thread.h"
#include "../host/irq_input.h"
#include "../host/report.h"
#include "../host/stop.h"
#include "decode.h"
#include "inject.h"
#include "proc.h"
#include "regs.h"

#include <errno.h>
#include <l4/abi/err.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ptrace.h>
#include <sys/wait.h>

#define SYSCALL_STOP (SIGTRAP | 0x80)

static volatile sig_atomic_t running; /* host thread that executes guest code, or 0 */

void engine_interrupt(void)
{
	int saved = errno;

	if (running)
		ptrace(PTRACE_INTERRUPT, running, 0, 0);
	errno = saved;
}

static struct space *active_space(struct thread *t)
{
	return t->vcpu.in_user ? &t->vcpu.user_task->space : &t->task->space;
}

/* A thread cannot go on, and nobody in the system could know: what is left would wait for it. */
static void thread_lost(struct thread *t)
{
	arch_shutdown(STOP_INTERNAL);
	kobj_kill(&t->obj);
}

/* The host took a process away: its task cannot go on. */
static void host_lost(struct hproc *p, struct thread *t)
{
	report_error("the host killed process %d, which ran L4 thread %lu%s%s: out of memory, or "
		     "somebody's kill; the system ends",
		     p->pid, t->obj.id, t->obj.name[0] ? " " : "", t->obj.name);
	p->dead = true;
	thread_lost(t);
}

/*
 * Lets guest code run until it stops. An interrupt can stop it between a fault and the fault's
 * signal; the signal must not wait, or it would be taken for one of whoever runs here next.
 */
static int run_guest(pid_t tid)
{
	struct __ptrace_peeksiginfo_args first = { .nr = 1 };
	siginfo_t si;
	int status;

	do {
		if (ptrace(PTRACE_SYSEMU, tid, 0, 0) < 0)
			return -1;
		status = inject_wait(tid);
	} while (status >= 0 && status >> 16 == PTRACE_EVENT_STOP &&
		 ptrace(PTRACE_PEEKSIGINFO, tid, &first, &si) > 0);
	return status;
}

/* A page fault of guest code: refill the TLB if the page tables allow the access, else report. */
static void page_fault(struct hproc *p, struct thread *t, uint64_t addr)
{
	struct space *s = active_space(t);
	struct mapping *m = space_lookup(s, addr);
	uint64_t access = 0, err;
	bool allowed;

	if (m && m->tlb_gen == s->tlb_gen && addr - t->regs.ip >= DECODE_INSTRUCTION_MAX)
		/* The host has the page: only what its rights forbid can fault. */
		access = m->rights & L4_FPAGE_W ? L4_PF_FETCH : L4_PF_WRITE;
	if (access != L4_PF_WRITE)
		access = decode_access(s, &t->regs, addr);
	allowed = m && (access == L4_PF_WRITE   ? m->rights & L4_FPAGE_W
			: access == L4_PF_FETCH ? m->rights & L4_FPAGE_X
						: m->rights & L4_FPAGE_R);
	if (allowed) {
		tlb_fill(p, m);
		return;
	}
	err = L4_PF_USER | access | (m ? L4_PF_PRESENT : 0);
	fault_page_fault(t, addr, err);
}

/* #GP of `int N`: the error code names the vector. */
static uint64_t gp_error(struct space *s, const l4_exc_regs_t *r)
{
	unsigned char code[2];

	if (decode_fetch(s, r->ip, code, 2) == 2 && code[0] == 0xcd)
		return code[1] * 8 + 2;
	return 0;
}

static void bus_error(struct thread *t, const siginfo_t *si)
{
	if (si->si_code == BUS_ADRALN) {
		fault_exception(t, L4_TRAP_AC, 0, 0);
	} else if (si->si_code == SI_KERNEL) {
		fault_exception(t, L4_TRAP_SS, 0, 0);
	} else {
		report_error("the host has no memory for guest RAM (address 0x%lx of thread %lu): "
			     "free some or start with a smaller -m",
			     (unsigned long)si->si_addr, t->obj.id);
		arch_shutdown(STOP_INTERNAL);
	}
}

/*
 * The seccomp filter refused a host call that no stop preceded. Only the host's emulation of its
 * vsyscall page gets there: a jump to an address that means nothing to an L4 program. The host
 * has already emulated the return, which is undone.
 */
static void vsyscall(struct thread *t, const siginfo_t *si)
{
	uint64_t ip = (uint64_t)si->si_call_addr;

	t->regs.sp -= 8;
	t->regs.ip = ip;
	fault_page_fault(t, ip, L4_PF_USER | L4_PF_FETCH);
}

static void trap(struct hproc *p, struct thread *t, pid_t tid, int sig)
{
	siginfo_t si;

	if (ptrace(PTRACE_GETSIGINFO, tid, 0, &si) < 0) {
		host_lost(p, t);
		return;
	}
	if (si.si_code <= 0) /* sent by somebody to a task process: not for the guest */
		return;
	switch (sig) {
	case SIGSEGV:
		if (si.si_code == SEGV_MAPERR || si.si_code == SEGV_ACCERR)
			page_fault(p, t, (uint64_t)si.si_addr);
		else
			fault_exception(t, L4_TRAP_GP, gp_error(active_space(t), &t->regs), 0);
		break;
	case SIGBUS:
		bus_error(t, &si);
		break;
	case SIGILL:
		fault_exception(t, L4_TRAP_UD, 0, 0);
		break;
	case SIGFPE:
		if (si.si_code == FPE_INTDIV)
			fault_exception(t, L4_TRAP_DE, 0, 0);
		else if (decode_is_x87(active_space(t), &t->regs))
			fault_exception(t, L4_TRAP_MF, 0, 0);
		else
			fault_exception(t, L4_TRAP_XM, 0, 0);
		break;
	case SIGTRAP:
		fault_exception(t, si.si_code == SI_KERNEL ? L4_TRAP_BP : L4_TRAP_DB, 0, 0);
		break;
	case SIGSYS:
		vsyscall(t, &si);
		break;
	default:
		break;
	}
}

/*
 * `int 0x80` and friends stop like `syscall` does; to a program they are #GP. `syscall` from
 * 32-bit code exists on some processors only: #UD.
 */
static void system_call(struct thread *t)
{
	unsigned char code[2] = { 0 };
	l4_exc_regs_t *r = &t->regs;
	bool compat = r->cs == L4_USER_CS32;

	if (!compat && r->rcx == r->ip) { /* as `syscall` leaves it */
		fault_syscall(t);
		return;
	}
	decode_fetch(active_space(t), r->ip - 2, code, 2);
	if (code[0] == 0x0f && code[1] == 0x05 && !compat) {
		fault_syscall(t);
		return;
	}
	r->ip -= 2;
	if (code[0] == 0x0f)
		fault_exception(t, L4_TRAP_UD, 0, 0);
	else
		fault_exception(t, L4_TRAP_GP, 0x80 * 8 + 2, 0);
}

static void handle_stop(struct hproc *p, struct hthread *h, struct thread *t, int status)
{
	int sig = WSTOPSIG(status);

	if (regs_get(h->tid, &t->regs, sig == SYSCALL_STOP) < 0) {
		host_lost(p, t);
		return;
	}
	if (sig == SYSCALL_STOP)
		system_call(t);
	else if (status >> 16 != PTRACE_EVENT_STOP)
		trap(p, t, h->tid, sig);
}

void engine_run(struct thread *t)
{
	struct hproc *p = proc_of_space(active_space(t));
	struct hthread *h = p && !p->dead ? proc_thread(p, t) : NULL;
	int status;

	if (!h) {
		thread_lost(t);
		return;
	}
	if (tlb_sync(p, h) < 0 || regs_set(h->tid, &t->regs) < 0) {
		host_lost(p, t);
		return;
	}
	running = h->tid;
	if (irq_input_pending()) {
		running = 0;
		return;
	}
	status = run_guest(h->tid);
	running = 0;
	if (status < 0)
		host_lost(p, t);
	else
		handle_stop(p, h, t, status);
}

int arch_thread_init(struct thread *t)
{
	struct engine_thread *e = calloc(1, sizeof(*e));

	if (!e)
		return -L4_ENOMEM;
	list_init(&e->hthreads);
	t->arch = e;
	return 0;
}

void arch_thread_fini(struct thread *t)
{
	struct engine_thread *e = t->arch;

	if (!e)
		return;
	while (!list_empty(&e->hthreads))
		proc_thread_release(list_entry(e->hthreads.next, struct hthread, owner_link));
	free(e);
	t->arch = NULL;
}

int arch_space_init(struct space *s)
{
	s->arch = NULL; /* a process is made when the first thread runs */
	return 0;
}

void arch_space_fini(struct space *s)
{
	if (s->arch)
		proc_release(s->arch);
	s->arch = NULL;
}
