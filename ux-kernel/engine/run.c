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
#include "../core/task.h"
#include "../core/thread.h"
#include "../host/irq_input.h"
#include "../host/report.h"
#include "../host/stop.h"
#include "inject.h"
#include "proc.h"
#include "regs.h"
#include "trap.h"

#include <errno.h>
#include <l4/abi/err.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ptrace.h>
#include <sys/wait.h>

#define SYSCALL_STOP (SIGTRAP | 0x80)

static volatile sig_atomic_t running;     /* host thread that executes guest code, or 0 */
static volatile sig_atomic_t running_pid; /* its process */

void engine_interrupt(void)
{
	int saved = errno;

	if (running)
		ptrace(PTRACE_INTERRUPT, running, 0, 0);
	errno = saved;
}

pid_t engine_running(void)
{
	return running ? running_pid : 0;
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

static void handle_stop(struct hproc *p, struct hthread *h, struct thread *t, int status)
{
	int sig = WSTOPSIG(status);

	if (regs_get(h->tid, t, sig == SYSCALL_STOP) < 0) {
		host_lost(p, t);
		return;
	}
	if (sig == SYSCALL_STOP) {
		trap_syscall(t);
	} else if (status >> 16 != PTRACE_EVENT_STOP) {
		siginfo_t si;

		if (ptrace(PTRACE_GETSIGINFO, h->tid, 0, &si) < 0)
			host_lost(p, t);
		else if (si.si_code > 0) /* else sent by somebody: not for the guest */
			trap_signal(p, t, sig, &si);
	}
}

void engine_run(struct thread *t)
{
	struct hproc *p = proc_of_space(trap_space(t));
	struct hthread *h = p && !p->dead ? proc_thread(p, t) : NULL;
	int status;

	if (!h) {
		thread_lost(t);
		return;
	}
	if (tlb_sync(p, h) < 0 || regs_set(h->tid, t) < 0) {
		host_lost(p, t);
		return;
	}
	running_pid = p->pid;
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
