// SPDX-License-Identifier: MIT
/*
 * The trap loop.
 *
 * No wake-up is lost: engine_run() publishes the thread it is about to start and then looks at the
 * interrupt flag. A signal before that look is seen by it; a signal after it finds the published
 * thread and interrupts it, which also holds for a thread that is not yet running: it stops as
 * soon as it is started. Devices send a signal only while guest code runs (device_irq.h).
 */
#include "run.h"

#include "../core/arch.h"
#include "../core/fault.h"
#include "../core/task.h"
#include "../core/thread.h"
#include "../host/device_irq.h"
#include "../host/irq_input.h"
#include "../host/report.h"
#include "../host/stop.h"
#include "debugreg.h"
#include "engine.h"
#include "fpu.h"
#include "proc.h"
#include "trap.h"

#include <errno.h>
#include <l4/abi/consts.h>
#include <l4/abi/err.h>
#include <stdlib.h>

const struct engine *engine = &engine_ptrace;

#define FLAGS_TF 0x100UL

static struct hthread *volatile running; /* executes guest code, or NULL */

void engine_interrupt(void)
{
	int saved = errno;
	struct hthread *h = running;

	if (h)
		engine->interrupt(h);
	errno = saved;
}

pid_t engine_running(void)
{
	struct hthread *h = running;

	return h ? h->proc->pid : 0;
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
 * A program has got its own host process killed, which only a program can that attacks its stub.
 * Its process is made anew when it is needed; what it gets for it is an exception.
 */
static void host_broken(struct hproc *p, struct thread *t)
{
	report_guest("L4 thread %lu%s%s has made its host process %d unusable; it gets an "
		     "exception, and a new process",
		     t->obj.id, t->obj.name[0] ? " " : "", t->obj.name, p->pid);
	proc_discard(p);
	fault_exception(t, L4_TRAP_GP, 0, 0);
}

static void host_failed(struct hproc *p, struct thread *t, int result)
{
	if (result == ENGINE_BROKEN)
		host_broken(p, t);
	else
		host_lost(p, t);
}

static void handle_stop(struct hproc *p, struct thread *t, const struct guest_stop *e)
{
	switch (e->kind) {
	case STOPPED_BY_SYSCALL:
		trap_syscall(t);
		break;
	case STOPPED_BY_TRAP:
		trap_signal(p, t, e);
		break;
	default:
		break;
	}
}

/* A step of the debugger must leave no trace in the flags that the program sees. */
static void step_end(struct thread *t, const struct guest_stop *e, uint64_t before)
{
	t->regs.flags = (t->regs.flags & ~FLAGS_TF) | (before & FLAGS_TF);
	if (e->kind == STOPPED_BY_SYSCALL && t->regs.rcx == t->regs.ip)
		t->regs.r11 = t->regs.flags; /* as `syscall` leaves it */
}

/* A debugger's watchpoints come before what selread.h makes of the same registers. */
static void load_debug_registers(struct hthread *h)
{
	static bool told;
	int e;

	selread_disarm(&h->selread);
	e = debugreg_load(h);
	if (!e || told)
		return;
	told = true;
	report_error("watchpoints and hardware breakpoints do not stop: the host gives out no "
		     "debug registers: %s",
		     report_errno(-e));
}

void engine_run(struct thread *t)
{
	struct hthread *h = proc_thread(trap_space(t), t);
	struct hproc *p = h ? h->proc : NULL;
	uint64_t flags = t->regs.flags;
	struct guest_stop e;
	int r;

	if (!h) {
		thread_lost(t);
		return;
	}
	if (engine_single_step)
		t->regs.flags |= FLAGS_TF;
	r = !engine->run_maps && tlb_sync(p, h) < 0 ? ENGINE_LOST : engine->load(h, t);
	if (r) {
		host_failed(p, t, r);
		return;
	}
	if (h->debug_generation != debugreg_generation)
		load_debug_registers(h);
	if (!t->vcpu.in_user && !p->selread.wanted)
		tlb_scan(p);
	selread_arm(h, !t->vcpu.in_user);
	running = h;
	device_irq_awake(false);
	if (irq_input_pending()) {
		running = NULL;
		device_irq_awake(true);
		t->regs.flags = flags;
		return;
	}
	r = engine->run(h, t, &e);
	running = NULL;
	device_irq_awake(true);
	if (t->vcpu.in_user) /* perhaps only since: bind.h */
		p = t->vcpu.user_task->space.arch;
	if (engine_single_step && !r)
		step_end(t, &e, flags);
	if (r)
		host_failed(p, t, r);
	else
		handle_stop(p, t, &e);
}

/* The thread that runs @t in @s, if it has one and direct calls are made. */
static const struct hthread *at_call(const struct thread *t, const struct space *s)
{
	const struct engine_thread *e = t->arch;

	list_for_each(it, &e->hthreads) {
		const struct hthread *h = list_entry(it, struct hthread, owner_link);

		if (h->proc == s->arch)
			return engine->is_at_call && engine->is_at_call(h) ? h : NULL;
	}
	return NULL;
}

bool arch_user_is_at_call(const struct thread *t, const struct space *s)
{
	return at_call(t, s) != NULL;
}

void arch_user_call(struct thread *t)
{
	struct space *s = trap_space(t);
	struct guest_stop e;
	int r = engine->stop_read((struct hthread *)at_call(t, s), t, &e);

	if (r)
		host_failed(s->arch, t, r);
	else
		handle_stop(s->arch, t, &e);
}

int arch_thread_init(struct thread *t)
{
	struct engine_thread *e = arch_alloc(sizeof(*e));

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
	arch_free(e);
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
