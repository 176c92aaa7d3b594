// SPDX-License-Identifier: MIT
/* The ptrace engine: all threads of a task process are traced. */
#define _GNU_SOURCE
#include "engine.h"
#include "fpu.h"
#include "inject.h"
#include "proc.h"
#include "regs.h"

#include <errno.h>
#include <sys/ptrace.h>
#include <sys/user.h>
#include <sys/wait.h>

#define SYSCALL_STOP (SIGTRAP | 0x80)

static int thread_start(struct hthread *h)
{
	h->used = true; /* it has inherited the leader's vector state */
	return 0;
}

static int load(struct hthread *h, const struct thread *t)
{
	struct user_regs_struct r;

	regs_to_host(t, &r);
	return ptrace(PTRACE_SETREGS, h->tid, 0, &r) < 0 ? ENGINE_LOST : 0;
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

static int run(struct hthread *h, struct thread *t, struct guest_stop *e)
{
	int status = run_guest(h->tid);
	struct user_regs_struct r;

	if (status < 0 || ptrace(PTRACE_GETREGS, h->tid, 0, &r) < 0)
		return ENGINE_LOST;
	e->kind = STOPPED_OTHERWISE;
	e->has_error = false;
	if (WSTOPSIG(status) == SYSCALL_STOP) {
		e->kind = STOPPED_BY_SYSCALL;
		r.rax = r.orig_rax; /* where the host keeps the program's rax */
	} else if (status >> 16 != PTRACE_EVENT_STOP) {
		if (ptrace(PTRACE_GETSIGINFO, h->tid, 0, &e->si) < 0)
			return ENGINE_LOST;
		e->si.si_signo = WSTOPSIG(status);
		if (e->si.si_code > 0) /* else sent by somebody: not for the guest */
			e->kind = STOPPED_BY_TRAP;
	}
	regs_from_host(t, &r);
	return 0;
}

static void interrupt(struct hthread *h)
{
	ptrace(PTRACE_INTERRUPT, h->tid, 0, 0);
}

static int fpu_read(struct hthread *h, void *area)
{
	return fpu_get_traced(h->tid, area);
}

static int fpu_write(struct hthread *h, const void *area)
{
	return fpu_set_traced(h->tid, area);
}

const struct engine engine_ptrace = {
	.name = "ptrace",
	.leader_runs = true,
	.thread_start = thread_start,
	.load = load,
	.run = run,
	.interrupt = interrupt,
	.fpu_read = fpu_read,
	.fpu_write = fpu_write,
};
