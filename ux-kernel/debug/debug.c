// SPDX-License-Identifier: MIT
/* Start, service and end of what looks into the system. */
#include "debug.h"

#include "../host/instance.h"
#include "../host/irq_input.h"
#include "../host/report.h"
#include "../host/stop.h"
#include "dump.h"
#include "gdb_hooks.h"
#include "gdb_server.h"
#include "hold.h"
#include "monitor.h"
#include "trace.h"

static const struct debug_plan *plan;

volatile sig_atomic_t debug_requested;
unsigned hold_reasons;

static void on_request(int sig)
{
	(void)sig;
	debug_requested = 1;
	irq_input_wake();
}

/*
 * A system nobody can look into still runs: where no directory can be made that is said in verbose
 * mode, and an error only if the user has given it a name.
 */
int debug_init(const struct debug_plan *p)
{
	struct sigaction sa = { .sa_handler = on_request };
	int e;

	plan = p;
	if (plan->hidden)
		return 0;
	sigaction(SIGUSR1, &sa, NULL);
	e = instance_open(plan->name);
	if (!e)
		e = monitor_init();
	if (e && plan->name)
		return e;
	if (e)
		report_info("no monitor: %s", report_errno(-e));
	return gdb_init(plan->gdb, plan->gdb_stdio, plan->root_is_program);
}

int debug_ending(int status)
{
	bool lost = false;
	int e;

	gdb_ending(status);
	if (plan->trace) {
		e = trace_write_own(plan->trace, EVENT_RING);
		lost = e < 0;
		if (e)
			report_error("cannot write the trace to %s: %s", plan->trace,
				     report_errno(-e));
	}
	if (plan->dump)
		lost |= dump_write(plan->dump) < 0;
	return lost && !status ? STOP_OUTPUT_LOST : status;
}

void debug_exit(void)
{
	gdb_exit();
	monitor_exit();
	instance_close();
}

void debug_serve(void)
{
	debug_requested = 0;
	monitor_serve();
	gdb_serve();
}
