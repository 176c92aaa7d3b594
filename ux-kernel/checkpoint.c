// SPDX-License-Identifier: MIT
/* The order in which a forked kernel process takes over. */
#include "checkpoint.h"

#include "engine/proc.h"
#include "host/irq_input.h"
#include "host/memory.h"
#include "host/report.h"
#include "host/stop.h"
#include "kernel.h"

int checkpoint_save(void)
{
	return proc_save();
}

void checkpoint_forget(void)
{
	proc_save_forget();
}

int checkpoint_fork(const struct kernel_config *c)
{
	int e = memory_fork();

	stop_init(c->timeout_ns);
	if (!e)
		e = irq_input_fork();
	if (!e)
		e = proc_fork(c->engine);
	if (e)
		report_error("cannot take over a copy of the system: %s", report_errno(-e));
	return e;
}
