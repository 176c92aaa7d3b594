// SPDX-License-Identifier: MIT
/*
 * Everything that happens in simulated time happens at a point that the host has no say in:
 * timeouts between two kernel entries, completions of devices right behind the entry that asked
 * for them, input from outside when all is idle.
 */
#include "simulation.h"

#include "core/arch.h"
#include "core/platform.h"
#include "core/sched.h"
#include "core/thread.h"
#include "core/timer.h"
#include "debug/breakpoint.h"
#include "debug/trace_hash.h"
#include "host/device.h"
#include "host/device_fault.h"
#include "host/irq_input.h"
#include "host/memory.h"
#include "host/report.h"
#include "host/screen.h"
#include "host/stop.h"
#include "host/vtime.h"
#include "host/watchdog.h"
#include "snapshot/snapshot.h"

static struct {
	const char *path; /* NULL: none, or not any more */
	uint64_t at;
	bool raw_terminal;
} snapshot;

void simulation_start(const struct time_plan *p, bool raw_terminal)
{
	snapshot.path = p->snapshot;
	snapshot.at = p->snapshot_at_us;
	snapshot.raw_terminal = raw_terminal;
}

static bool snapshot_is_due(void)
{
	/* What a fault holds back only the device's process knows. */
	return snapshot.path && arch_now() >= snapshot.at && !device_fault_waits();
}

static void snapshot_make(void)
{
	breakpoint_lift(); /* a debugger's, which gdb_may_run() puts back */
	screen_save();
	if (snapshot_save(snapshot.path, snapshot.raw_terminal) < 0)
		arch_shutdown(STOP_OUTPUT_LOST);
	else
		report_info("saved the system in %s", snapshot.path);
	snapshot.path = NULL;
}

/* The next thing to happen by itself. */
static uint64_t next_deadline(void)
{
	uint64_t next = timer_next();

	return snapshot.path && snapshot.at < next && !device_fault_waits() ? snapshot.at : next;
}

static void time_is_up(const char *why)
{
	report_error("%s; the system ends at %lu.%06lu s of simulated time", why,
		     (unsigned long)(arch_now() / 1000000), (unsigned long)(arch_now() % 1000000));
	arch_shutdown(STOP_SIMULATED);
}

void simulation_round(void)
{
	if (stop_requested())
		return;
	/* One that is due at the end is made before it. */
	if (arch_now() >= vtime_end() && !snapshot_is_due())
		time_is_up("--stop-at reached");
	else
		timer_expire(arch_now());
}

bool simulation_settle(void)
{
	bool delivered = false;

	/* What a device has asked for may give it something to do. */
	while (device_settle())
		delivered |= irq_input_deliver();
	if (delivered)
		return true;
	if (!snapshot_is_due())
		return false;
	/* What came from outside at the last moment is delivered first. */
	if (!device_hold() || irq_input_deliver()) {
		device_release();
		return true;
	}
	snapshot_make();
	device_release();
	return arch_now() >= vtime_end();
}

void simulation_idle(void)
{
	uint64_t now = arch_now(), next = next_deadline();

	memory_idle();
	if (irq_input_deliver())
		return;
	switch (irq_input_release()) {
	case INPUT_RELEASED:
		log_input();
		return;
	case INPUT_COMING:
		return;
	case INPUT_OPEN:
		if (next == ARCH_TIMER_NEVER && vtime_end() == VTIME_FOREVER) {
			irq_input_wait();
			return;
		}
		break;
	case INPUT_ENDED:
		if (next == ARCH_TIMER_NEVER && vtime_end() == VTIME_FOREVER) {
			watchdog_idle();
			time_is_up("every thread waits, without a timeout, and no input will come");
			return;
		}
	}
	screen_guest_idle(true);
	vtime_jump(next);
	sched_idle(arch_now() - now);
}

void simulation_end(const struct thread *t, bool print_hash)
{
	uint64_t entries, hash = trace_hash(&entries);

	if (t && stop_status() == STOP_TIMEOUT)
		report_error(
			"--timeout reached while L4 thread %lu%s%s computed at ip 0x%lx without "
			"entering the kernel, which takes no simulated time",
			t->obj.id, t->obj.name[0] ? " " : "", t->obj.name, t->regs.ip);
	if (snapshot.path)
		report_error("the system has ended before it could be saved in %s", snapshot.path);
	(print_hash ? report_result : report_info)(
		"trace %016lx: %lu kernel entries, %lu.%06lu s of simulated time",
		(unsigned long)hash, (unsigned long)entries, (unsigned long)(arch_now() / 1000000),
		(unsigned long)(arch_now() % 1000000));
}
