// SPDX-License-Identifier: MIT
/* Start, main loop, end. */
#define _GNU_SOURCE
#include "kernel.h"

#include "boot/kip.h"
#include "core/arch.h"
#include "core/event.h"
#include "core/iommu.h"
#include "core/kmem.h"
#include "core/sched.h"
#include "core/task.h"
#include "core/thread.h"
#include "core/workload.h"
#include "debug/gdb_hooks.h"
#include "debug/trace_hash.h"
#include "debug/hold.h"
#include "engine/bind.h"
#include "engine/decode.h"
#include "engine/proc.h"
#include "engine/run.h"
#include "host/arena.h"
#include "host/clock.h"
#include "host/console.h"
#include "host/device.h"
#include "host/device_fault.h"
#include "host/dma.h"
#include "host/fault_report.h"
#include "host/irq_input.h"
#include "host/memory.h"
#include "host/pin.h"
#include "host/report.h"
#include "host/screen.h"
#include "host/stop.h"
#include "simulation.h"
#include "snapshot/snapshot.h"

#include <l4/abi/ux.h>
#include <sched.h>

#define RAM_ALIGN (4UL << 20)
#define KMEM_MINIMUM (64UL << 20)

static bool fault_has_struck(void)
{
	const struct fault_plan *p;

	for (unsigned i = 0; (p = fault_armed(i)); i++)
		if (p->fired)
			return true;
	return false;
}

void arch_thread_stuck(struct thread *t)
{
	report_guest(
		"%s thread %lu%s%s: unhandled trap %lu (error 0x%lx) at ip 0x%lx, address 0x%lx, "
		"sp 0x%lx",
		t->essential ? "essential" : "L4", t->obj.id, t->obj.name[0] ? " " : "",
		t->obj.name, t->regs.trapno, t->regs.err, t->regs.ip, t->regs.pfa, t->regs.sp);
	/* By itself it does so only when it does not fit; an injected fault can do it any time. */
	if (t->essential)
		arch_shutdown(fault_has_struck() ? STOP_CRASHED : STOP_CANNOT_START);
}

void arch_fault_report(const struct fault_plan *p, const struct kobj *victim, uint64_t detail)
{
	fault_report(p, victim, detail);
}

/* Simulated time: who ran last, when it did not get as far as a kernel entry. */
static const struct thread *busy;

static void idle(void)
{
	uint64_t start = arch_now();

	event(EVENT_IDLE, 0, 0, 0);
	busy = NULL;
	if (vtime_on()) {
		simulation_idle();
		return;
	}
	memory_idle();
	proc_make_ahead();
	if (timer_next() == ARCH_TIMER_NEVER && !device_get(0))
		watchdog_idle();
	arch_timer_set(timer_next());
	irq_input_wait();
	sched_idle(arch_now() - start);
}

/* Lets @t run until it stops; the timer fires for the next timeout or the end of its slice. */
static void run(struct thread *t)
{
	uint64_t start = arch_now(), slice = sched_slice_end(start), next = timer_next();
	uint64_t ticks = vtime_ticks();
	struct task *where = thread_where(t);

	irq_input_timer_by(slice < next ? slice : next);
	event(EVENT_RUN, t->obj.id, where->obj.id, t->regs.ip);
	kobj_pin(&t->obj);
	sched_start(start);
	engine_run(t);
	busy = vtime_ticks() == ticks ? t : NULL;
	if (gdb_active)
		gdb_ran(t, where);
	sched_stop(arch_now());
	kobj_unpin(&t->obj);
}

static void look_after_children(void)
{
	pid_t pid = proc_check();

	if (pid && irq_input_is_emulator(pid)) {
		report_error("the IRQ emulator ended unexpectedly; the system cannot go on");
		arch_shutdown(STOP_INTERNAL);
	} else if (pid) {
		device_ended(pid);
	}
}

static void main_loop(const struct checkpoint *c)
{
	for (;;) {
		struct thread *t;

		if (irq_input_pending())
			irq_input_drain();
		look_after_children();
		debug_poll();
		if (vtime_on())
			simulation_round();
		if (stop_requested() && (!c || !c->ended(c->arg)))
			return;
		if (hold_active()) {
			irq_input_wait();
			continue;
		}
		ipc_run_pending();
		dma_sync();
		if (vtime_on() && simulation_settle())
			continue;
		if (c && fault_entries() >= c->entries)
			c->reached(c->arg);
		/* What is delivered to it can wake somebody of higher priority, or end it again. */
		t = sched_pick();
		if (!t)
			idle();
		else if (vtime_on() && screen_guest_wakes())
			continue;
		else if (thread_prepare(t) && sched_is_running(t) &&
			 (!gdb_active || gdb_may_run(t)))
			run(t);
	}
}

/*
 * Kernel memory by default: page tables and mapping nodes of every page in several tasks, and as
 * much again for objects as a small system needs.
 */
static uint64_t kmem_size(const struct kernel_config *c)
{
	return c->kmem ? c->kmem : KMEM_MINIMUM + memory_ram_end() / 4;
}

/* What a system runs on: memory of @ram_end bytes, the emulator, the first task process. */
static int start_machine(const struct kernel_config *c, uint64_t ram_end, struct workload *w)
{
	int e = c->time.snapshot || c->restore || c->checkpoint ? arena_init() : 0;

	if (!e)
		e = memory_init(ram_end, c->devices > 0, screen_memory(c->screen));
	if (!e)
		e = screen_layout(c->screen);
	if (!e && w)
		e = boot_load(&c->boot, w);
	/* The emulator is started before we bind ourselves to one CPU: it may use another. */
	if (!e)
		e = irq_input_init(c->irq_program, c->raw_terminal);
	if (!e)
		e = debug_init(&c->debug);
	if (!e)
		e = pin_cpu(c->cpu);
	decode_init();
	tlb_init();
	if (!e)
		e = proc_init(c->engine);
	if (c->debug.trace || c->checkpoint) /* who want to know of each kernel entry */
		bind_give_up();
	if (c->screen)
		screen_describe(c->screen->device - c->device);
	return e;
}

static int start(const struct kernel_config *c)
{
	struct workload w = { .devices = c->devices };
	int64_t boot = boot_size(&c->boot);
	int e;

	if (boot < 0)
		return boot;
	e = start_machine(c, (MEMORY_RAM_START + boot + c->ram + RAM_ALIGN - 1) & ~(RAM_ALIGN - 1),
			  &w);
	if (!e)
		e = device_init(c->device, c->devices, false);
	kmem_set_total(kmem_size(c));
	if (!e && engine->has_entry)
		kip_add_feature(memory_ptr(w.kip), L4_UX_FEATURE_ENTRY);
	if (!e && engine->has_resume) {
		kip_add_feature(memory_ptr(w.kip), L4_UX_FEATURE_RESUME);
		kip_add_feature(memory_ptr(w.kip), L4_UX_FEATURE_USER_FPU);
		kip_add_feature(memory_ptr(w.kip), L4_UX_FEATURE_DIRECT_CALL);
	}
	return e ? e : workload_start(&w);
}

static int restore(const struct kernel_config *c)
{
	int e;

	irq_input_restore(&c->restore->header->input);
	e = start_machine(c, c->restore->header->ram_end, NULL);
	if (!e)
		e = snapshot_load(c->restore, c->time.seeded);
	if (!e)
		e = device_init(c->device, c->devices, true);
	if (!e)
		iommu_tell_all();
	return e;
}

static void describe(const struct kernel_config *c, uint64_t begin)
{
	report_info("%lu MiB of memory, %u modules, host CPU %d, %s engine, counter at %lu MHz; "
		    "set up in %lu ms",
		    (unsigned long)(memory_ram_end() >> 20), 2 + c->boot.modules, sched_getcpu(),
		    engine->name, (unsigned long)(clock_tsc_khz() / 1000),
		    (unsigned long)((clock_host_us() - begin) / 1000));
}

/* Faults strike from here on, not while the first two programs are made. */
static int inject(const struct kernel_config *c)
{
	int e = 0;

	for (unsigned i = 0; i < c->faults; i++)
		fault_arm(&c->fault[i]);
	fault_start(c->watchdog.entries, STOP_TIMEOUT);
	for (unsigned i = 0; !e && i < c->faults; i++)
		e = device_fault_arm(&c->fault[i]);
	watchdog_start(&c->watchdog);
	return e;
}

int kernel_run(const struct kernel_config *c)
{
	int e, status = STOP_CANNOT_START;
	uint64_t begin;

	vtime_init(&c->time);
	trace_hash_start(0, 0);
	if (clock_init() < 0) {
		report_error("this host has no time stamp counter that could be used as a clock");
		return STOP_CANNOT_START;
	}
	pin_policy();
	stop_init(c->timeout_ns);
	if (c->restart)
		stop_allow_restart();
	begin = clock_host_us();
	e = c->restore ? restore(c) : start(c);
	if (!e)
		e = irq_input_started();
	if (!e)
		e = inject(c);
	if (!e) {
		describe(c, begin);
		simulation_start(&c->time, c->raw_terminal);
		main_loop(c->checkpoint);
		watchdog_stop();
		fault_stop();
		device_fault_stop();
		report_suppressed();
		status = screen_exit(debug_ending(stop_status()));
		report_info("ended with status %d after %lu ms", status,
			    (unsigned long)((clock_host_us() - begin) / 1000));
		if (vtime_on())
			simulation_end(busy, c->time.trace_hash);
	}
	if (e && !report_count())
		report_error(
			"cannot start the system: %s; the host's limits (ulimit -a) may be too "
			"low",
			report_errno(-e));
	if (!e || !c->restore) /* what was half restored makes no sense */
		workload_stop();
	proc_exit();
	tlb_report();
	device_exit();
	irq_input_exit();
	debug_exit();
	console_exit();
	return status;
}
